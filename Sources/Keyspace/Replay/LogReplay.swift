public import AOF
public import BinaryInput
internal import Hashing
internal import RDB

extension FormatRule {
  /// A server refuses a command when it loads the log, and goes on.
  public static let refusedCommand = FormatRule("refused-command")
}

/// Why a log can't be replayed.
public enum ReplayError: Error {
  /// A server would not load it.
  case refused(LogProblem)
  /// The file at a path is damaged, or this build does not support what is in it.
  case damaged(path: String, FormatError)
  /// It can't be cut where it was asked.
  case cut(LogCutError)
}

/// Commands of one name that had to be left out.
public struct LeftOut: Equatable, Sendable {
  /// How many there are.
  public fileprivate(set) var count = 0
  /// The file that has the first of them.
  public let path: String
  /// The offset in that file of the first of them.
  public let offset: Int
}

/// What replaying a log has come upon.
public struct ReplayReport: Sendable {
  /// How many commands have had their effect.
  public internal(set) var commands = 0
  /// Commands whose effect is not known, by name: the state is incomplete.
  public internal(set) var unknown: [String: LeftOut] = [:]
  /// How many commands a server refuses when it loads the log, which it says in its own log.
  public internal(set) var refused = 0
  /// The first of them.
  public internal(set) var firstRefusal: FormatError?
  /// What a server forgives, and does not load: a torn tail, a transaction that is not closed.
  public internal(set) var tail: LogProblem?
  /// The seconds of the last `#TS` annotation that counts; nil if there is none.
  public internal(set) var timestamp: Int64?
  /// How often each row of the table was used.
  var uses: [Int]

  init(rows: Int) { uses = Array(repeating: 0, count: rows) }

  /// Whether the state lacks the effect of a command.
  public var isIncomplete: Bool { !unknown.isEmpty }
}

/// Replays a log over its base, as a server does when it starts.
struct LogReplay: ~Copyable {
  private(set) var data: LiveData
  private(set) var report: ReplayReport
  /// The base, and what it says about itself; nil if the log begins with commands.
  private(set) var base: (file: InputFile, description: SnapshotDescription)?

  /// Is told what commands do to keys; nil if nobody wants to know.
  private let observer: (any LogObserver)?
  private var part = -1
  /// The path of the part at hand.
  private var path = ""
  /// The seconds of the last annotation.
  private var time: Int64?

  static let table = CommandTable()

  /// Replays a log up to `cut`; `now`, in Unix milliseconds, is what commands count from that count from now,
  /// until an annotation says what the clock showed.
  ///
  /// - Throws: `ReplayError` where a server would refuse to start, or this build can't go on.
  init(
    _ log: AppendOnlyLog, cut: LogCut?, now: Int64, observer: (any LogObserver)? = nil
  ) throws(ReplayError) {
    self.observer = observer
    data = LiveData(now: now, parts: log.parts.map(\.file))
    report = ReplayReport(rows: Self.table.rows.count)
    // One file is what servers until 6.2 write.
    data.packedForm = log.manifestPath == nil ? .ziplist : .listpack
    var walk: LogWalk
    do throws(LogProblem) {
      walk = try LogWalk(log, cut: cut)
      while let part = walk.nextPart() { try replay(part, &walk) }
    } catch {
      throw .refused(error)
    }
    report.timestamp = walk.lastTime
    report.tail = walk.warning
    do throws(LogCutError) {
      try walk.finish()
    } catch {
      throw .cut(error)
    }
  }

  /// The databases by number.
  consuming func finish() -> [UInt64: LiveDatabase] { data.finish() }

  // MARK: The base

  /// Takes in the RDB that a file may begin with; returns where its commands begin.
  private mutating func takeBase(of file: InputFile) throws(FormatError) -> Int {
    guard base == nil, report.commands == 0 else {
      throw .unsupported("an RDB behind commands of the log", at: 0)
    }
    guard file.size <= BaseKeys.largestOffset else { throw .unsupported("a base of 1 TB", at: 0) }
    var reader = try RDBReader(file)
    var description = SnapshotDescription(version: reader.version)
    var scratch = ScratchBuffer()
    var valueScratch = ValueScratch()
    var keys: [UInt64: [(hash: UInt64, offset: Int)]] = [:]
    var current: (database: UInt64, keys: [(hash: UInt64, offset: Int)]) = (0, [])
    while let record = try reader.next() {
      guard record == .key else {
        try description.add(record, reader)
        continue
      }
      // A server leaves it out.
      guard !reader.value.isEmptyContainer(scratch: &valueScratch) else { continue }
      if reader.database != current.database {
        keys[current.database, default: []] += current.keys
        current = (reader.database, [])
      }
      let name = try reader.key()
      let hash = LiveData.hasher.hash(try name.bytes(in: &scratch)).low
      current.keys.append((hash, reader.recordOffset))
    }
    keys[current.database, default: []] += current.keys
    description.checksum = reader.checksum ?? .absent
    data.lay(file, reader.version)
    // RDB version 10 came with listpacks.
    data.packedForm = reader.version.number < 10 ? .ziplist : .listpack
    for (database, keys) in keys { try data.add(keys, ofBase: database) }
    guard !description.hasMoreFunctions else {
      throw .unsupported("function libraries of more than 64 MB", at: 0)
    }
    // One that does not begin as it must keeps a server from loading the base; `verify` tells of it.
    for source in description.functions { _ = data.functions.add(source, replaces: true) }
    base = (file, description)
    return reader.offset
  }

  // MARK: Commands

  private mutating func replay(_ part: LogPart, _ walk: inout LogWalk) throws(LogProblem) {
    self.part += 1
    data.part = self.part
    path = part.file.path
    var start = 0
    do throws(FormatError) {
      if part.beginsWithSnapshot { start = try takeBase(of: part.file) }
    } catch {
      throw LogProblem(
        .snapshotDamaged(error), in: part.file.path, at: error.offset, .refuses(cutAt: nil))
    }
    let savedAt = part.beginsWithSnapshot ? base?.description.createdAt.map { $0 / 1000 } : nil
    let survey = try walk.commands(from: start, savedAt: savedAt)
    do throws(FormatError) {
      try replay(part.file, from: start, to: survey.end)
    } catch {
      throw LogProblem(
        .damage(error), in: part.file.path, at: error.offset, .refuses(cutAt: nil))
    }
  }

  /// Replays the commands of a file. Which count has been found out, so that MULTI and EXEC do not matter.
  private mutating func replay(
    _ file: InputFile, from start: Int, to end: Int
  ) throws(FormatError) {
    // Every file is run by a client of its own.
    data.select(0)
    var reader = CommandReader(file, at: start)
    while reader.offset < end, let record = try reader.next() {
      switch record {
      case .command: try run(reader.command())
      case .annotation:
        guard let seconds = reader.timestamp else { continue }
        time = seconds
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if !overflow { data.now = milliseconds }
      }
    }
  }

  /// Lets a command have its effect.
  private mutating func run(_ command: LoggedCommand) throws(FormatError) {
    guard let row = Self.table.row(of: command) else { return note(unknown: command) }
    guard Self.table.rows[row].takes(command.count) else { return note(unknown: command) }
    do throws(CommandFailure) {
      try run(Self.table.rows[row].effect, command)
      report.commands += 1
      report.uses[row] += 1
    } catch {
      switch error {
      case .damaged(let error): throw error
      case .unsupported, .refused(.syntax), .refused(.wrongArguments): note(unknown: command)
      case .refused(let refusal): note(refusal, of: command)
      }
    }
  }

  private mutating func run(
    _ effect: Command.Effect, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard let observer else { return try effect(&data, command) }
    let before = try KeysBefore(command, &data)
    try effect(&data, command)
    let place = LogPlace(part: part, offset: command.offset, time: time)
    try before.compare(&data, at: place, observer)
  }

  private mutating func note(unknown command: LoggedCommand) {
    let name = EscapedBytes(command[0], limit: 40).description.lowercased()
    // A hostile log could name any number of them.
    let key = report.unknown.count < 100 || report.unknown[name] != nil ? name : "others"
    let first = LeftOut(path: path, offset: command.offset)
    report.unknown[key, default: first].count += 1
  }

  private mutating func note(_ refusal: CommandFailure.Refusal, of command: LoggedCommand) {
    report.refused += 1
    guard report.firstRefusal == nil else { return }
    let name = EscapedBytes(command[0], limit: 40)
    report.firstRefusal = .malformed(
      .refusedCommand, "\(name): \(refusal.rawValue)", at: command.offset)
  }
}
