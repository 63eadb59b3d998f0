internal import AOF
public import BinaryInput
internal import Hashing
internal import RDB

extension FormatRule {
  /// A file of a log begins a transaction that no later one can end.
  public static let openTransaction = FormatRule("open-transaction")
}

/// Which part of a log counts.
public struct ReplayLimits: Sendable {
  /// Only what stands before the first `#TS` annotation greater than this, in Unix seconds.
  public var until: Int64?
  /// Only what ends before this byte of the last file.
  public var untilOffset: Int?
  /// What the clock shows for commands that count from now, in Unix milliseconds.
  public var now: Int64

  /// Whether the log is one file, as servers until 6.2 write it.
  public var isSingleFile = false

  /// The whole log.
  public init(now: Int64, until: Int64? = nil, untilOffset: Int? = nil) {
    self.now = now
    self.until = until
    self.untilOffset = untilOffset
  }
}

/// What replaying a log has come upon.
public struct ReplayReport: Sendable {
  /// How many commands have had their effect.
  public internal(set) var commands = 0
  /// Commands whose effect is not known, by name, and how often they occur: the state is incomplete.
  public internal(set) var unknown: [String: Int] = [:]
  /// How many commands a server refuses when it loads the log, which it says in its own log.
  public internal(set) var refused = 0
  /// The first of them.
  public internal(set) var firstRefusal: FormatError?
  /// Where a server cuts the last file off, and how many bytes are behind; nil if it is whole.
  public internal(set) var tornTail: (file: InputFile, offset: Int)?
  /// The seconds of the last `#TS` annotation that counts; nil if there is none.
  public internal(set) var timestamp: Int64?
  /// Whether the log has annotations at all.
  public internal(set) var hasTimestamps = false
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
  private let limits: ReplayLimits

  static let table = CommandTable()

  /// A transaction whose end has not been found.
  struct OpenTransaction {
    let part: Int
    let offset: Int
  }

  /// Replays `files` in their order.
  ///
  /// - Throws: `FormatError` where a server would refuse to start; `.unsupported` for what this build can't
  ///   read.
  init(
    _ files: [InputFile], _ limits: ReplayLimits, endingAt end: OpenTransaction? = nil
  ) throws(PartError) {
    data = LiveData(now: limits.now)
    data.packedForm = limits.isSingleFile ? .ziplist : .listpack
    report = ReplayReport(rows: Self.table.rows.count)
    self.limits = limits
    for (number, file) in files.enumerated() {
      if let end, number > end.part { break }
      let isLast = number == files.count - 1
      do throws(FormatError) {
        let start = try takeBase(of: file)
        let stop = number == end?.part ? end?.offset : isLast ? limits.untilOffset : nil
        let goesOn = try replay(file, from: start, to: stop, isLast: isLast, number)
        if !goesOn { break }
      } catch {
        throw PartError(file: file, error: error)
      }
    }
  }

  /// The databases by number.
  consuming func finish() -> [UInt64: LiveDatabase] { data.finish() }

  /// Notes where a server cuts the last file off.
  mutating func noteTornTail(file: InputFile, offset: Int) {
    report.tornTail = (file, offset)
  }

  // MARK: The base

  /// Takes in the RDB that a file may begin with; returns where its commands begin.
  private mutating func takeBase(of file: InputFile) throws(FormatError) -> Int {
    let magic = try file.bytes(6)
    guard magic.starts(with: "REDIS".utf8) || magic.starts(with: "VALKEY".utf8) else { return 0 }
    guard base == nil, report.commands == 0 else {
      throw .unsupported("an RDB behind commands of the log", at: 0)
    }
    guard file.size <= BaseKeys.largestOffset else { throw .unsupported("a base of 1 TB", at: 0) }
    var reader = try RDBReader(file)
    var description = SnapshotDescription(version: reader.version)
    var scratch = ScratchBuffer()
    var keys: [UInt64: [(hash: UInt64, offset: Int)]] = [:]
    var current: (database: UInt64, keys: [(hash: UInt64, offset: Int)]) = (0, [])
    while let record = try reader.next() {
      guard record == .key else {
        try description.add(record, reader)
        continue
      }
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
    for (database, keys) in keys { data.add(keys, ofBase: database) }
    data.functions = description.functions
    base = (file, description)
    return reader.offset
  }

  // MARK: Commands

  /// Replays the commands of a file up to `stop`; returns whether the next file counts.
  private mutating func replay(
    _ file: InputFile, from start: Int, to stop: Int?, isLast: Bool, _ number: Int
  ) throws(FormatError) -> Bool {
    // Every file is run by a client of its own.
    data.select(0)
    var transaction: Int?
    var reader = CommandReader(file, at: start)
    var goesOn = true
    reading: while true {
      let record: LogRecord?
      do throws(FormatError) {
        record = try reader.next()
      } catch {
        guard isLast, error.isTruncation else { throw error }
        report.tornTail = (file, reader.recordOffset)
        break
      }
      guard let record else { break }
      if let stop, reader.offset > stop { break }
      if record == .annotation {
        if let timestamp = reader.timestamp {
          report.hasTimestamps = true
          if let until = limits.until, timestamp > until {
            goesOn = false
            break reading
          }
          report.timestamp = timestamp
          data.now = timestamp.multipliedReportingOverflow(by: 1000).partialValue
        }
        continue
      }
      let command = reader.command()
      if command.isNamed("MULTI") {
        transaction = command.offset
      } else if command.isNamed("EXEC") {
        transaction = nil
      } else {
        try run(command)
      }
    }
    if let transaction { throw .openTransaction(at: transaction) }
    return goesOn
  }

  /// Lets a command have its effect.
  private mutating func run(_ command: LoggedCommand) throws(FormatError) {
    guard let row = Self.table.row(of: command) else { return note(unknown: command) }
    guard Self.table.rows[row].takes(command.count) else { return note(unknown: command) }
    do throws(CommandFailure) {
      try Self.table.rows[row].effect(&data, command)
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

  private mutating func note(unknown command: LoggedCommand) {
    let name = EscapedBytes(command[0], limit: 40).description.lowercased()
    // A hostile log could name any number of them.
    let key = report.unknown.count < 100 || report.unknown[name] != nil ? name : "others"
    report.unknown[key, default: 0] += 1
  }

  private mutating func note(_ refusal: CommandFailure.Refusal, of command: LoggedCommand) {
    report.refused += 1
    guard report.firstRefusal == nil else { return }
    let name = EscapedBytes(command[0], limit: 40)
    report.firstRefusal = .malformed(
      .refusedCommand, "\(name): \(refusal.rawValue)", at: command.offset)
  }
}

/// What is wrong with a file of a log.
public struct PartError: Error, Sendable {
  /// The file.
  public let file: InputFile
  /// What is wrong with it.
  public let error: FormatError
}

extension FormatRule {
  /// A server refuses a command when it loads the log, and goes on.
  public static let refusedCommand = FormatRule("refused-command")
}

extension FormatError {
  fileprivate static func openTransaction(at offset: Int) -> FormatError {
    .malformed(.openTransaction, "MULTI without EXEC", at: offset)
  }
}
