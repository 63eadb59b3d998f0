public import AOF
internal import BinaryInput
public import RDB

extension FormatRule {
  /// No release that this build knows has the command.
  static let unknownCommand = FormatRule("unknown-command")
  /// A command has more or fewer arguments than it takes.
  static let commandArity = FormatRule("command-arity")
  /// The effect of a command depends on chance or on settings. No server logs such a one.
  static let undeterminedCommand = FormatRule("undetermined-command")
  /// The base was saved after what the increments say, so the files are of different moments.
  static let mixedParts = FormatRule("mixed-parts")
}

extension Verification {
  /// A file of a log.
  public struct Part: Sendable {
    /// The path of the file.
    public internal(set) var path: String
    /// What it is for.
    public let role: LogPart.Role
    /// The size of the file in bytes.
    public let bytes: Int
    /// Whether it is whole; nil if this build can't tell.
    public internal(set) var isIntact: Bool? = true
    /// The version of the RDB at its beginning; nil if it begins with commands.
    public internal(set) var version: RDBVersion?
    /// What the checksum of that RDB says.
    public internal(set) var checksum: RDBChecksum?
    /// How many commands count.
    public internal(set) var commands = 0
    /// The first and the last time of its annotations, in Unix seconds.
    public internal(set) var times: (first: Int64, last: Int64)?
    /// Where a server cuts the file off, or `redis-check-aof --fix`, if no server would load it; nil if nothing
    /// needs to be cut.
    public internal(set) var cutAt: Int?
    /// What does not count, because a server would cut it off or refuses it; nil if everything does.
    public internal(set) var lost: LostCommands?
  }

  /// Reads every file of a log from beginning to end: manifest, RDB, commands. What is lost is counted by what
  /// `categorize` says of each key.
  public init(
    of log: AppendOnlyLog, _ options: Options = Options(),
    categorize: LostCommands.Categorizer? = nil
  ) {
    self.init(path: log.path, bytes: log.parts.reduce(0) { $0 + $1.file.size })
    checksum = .absent
    var reading = LogVerification(self, options, categorize)
    reading.read(log)
    self = reading.finished(log)
  }
}

/// The work of verifying a log.
private struct LogVerification {
  private var result: Verification
  private var options: Verification.Options
  private let categorize: LostCommands.Categorizer?
  private var commands = CommandCheck()
  /// The first problem for which a server does not start with the data.
  private var refusal: String?
  /// By release, the first reason for which it would not load an RDB of the log.
  private var snapshotRefusals: [String: String] = [:]
  /// When the base was saved, in Unix seconds.
  private var savedAt: Int64?
  private var lastTime: Int64?

  init(
    _ result: Verification, _ options: Verification.Options,
    _ categorize: LostCommands.Categorizer?
  ) {
    self.result = result
    self.options = options
    self.categorize = categorize
    // Of the base of a log, a server keeps what has expired.
    self.options.loadedAt = nil
  }

  // MARK: Reading

  mutating func read(_ log: AppendOnlyLog) {
    for problem in log.problems { note(problem, isError: problem.keepsFromLoading) }
    for part in log.parts {
      var verdict = Verification.Part(path: part.file.path, role: part.role, bytes: part.file.size)
      do throws(FormatError) {
        try read(part, &verdict)
      } catch {
        verdict.isIntact = false
        result.isIntact = false
        list(.error, error.code, error.offset, verdict.path, nil, error.message)
      }
      result.parts.append(verdict)
    }
    result.createdAt = lastTime.flatMap { $0.magnitude < 1 << 52 ? $0 * 1000 : nil }
    result.baseCreatedAt = savedAt.map { $0 * 1000 }
    noteCommands()
    // What a server would load, be it less than was written.
    if refusal == nil && result.isIntact != nil { countKeys(log) }
  }

  private mutating func read(
    _ part: LogPart, _ verdict: inout Verification.Part
  ) throws(FormatError) {
    var start = 0
    if part.beginsWithSnapshot {
      guard let end = readSnapshot(part, &verdict) else { return }
      start = end
    }
    let survey = try CommandSurvey(part, from: start)
    try commands.read(part.file, start..<survey.wholeEnd, options.databases)
    checkTimes(survey, part)
    verdict.commands = survey.commands
    if let first = survey.firstTime, let last = survey.lastTime { verdict.times = (first, last) }
    for warning in survey.warnings { note(warning, isError: false) }
    result.unlisted += survey.unlisted
    guard let stop = survey.stop else { return }
    let lost = try LostCommands(in: part.file, from: survey.end, categorize: categorize)
    verdict.lost = lost
    switch stop.reaction {
    case .cuts(let offset), .refuses(let offset?): verdict.cutAt = offset
    case .loads, .refuses(nil), .startsEmpty: verdict.cutAt = survey.end
    }
    verdict.isIntact = false
    note(stop, isError: true, losing: lost, from: survey.end)
  }

  /// Reads the RDB at the beginning of a part; returns where it ends, nil if that is not known.
  private mutating func readSnapshot(
    _ part: LogPart, _ verdict: inout Verification.Part
  ) -> Int? {
    let snapshot = Verification(of: part.file, options)
    verdict.version = snapshot.version
    verdict.checksum = snapshot.checksum
    verdict.isIntact = snapshot.isIntact
    result.version = result.version ?? snapshot.version
    result.checksum = snapshot.checksum
    result.unlisted += snapshot.unlisted
    if let duplicates = snapshot.duplicates {
      result.duplicates = (result.duplicates ?? 0) + duplicates
    }
    savedAt = savedAt ?? snapshot.createdAt.map { $0 / 1000 }
    lower(to: snapshot.isIntact)
    for target in snapshot.targets {
      if let reason = target.refusal {
        snapshotRefusals[target.release.name] = snapshotRefusals[target.release.name] ?? reason
      }
    }
    // Commands follow in a log, and its base says that it is one.
    let expected = [FormatRule.trailingBytes.code, FormatRule.aofBase.code]
    for problem in snapshot.problems where !expected.contains(problem.code) {
      list(
        problem.severity, problem.code, problem.offset, part.file.path, problem.key,
        problem.message)
    }
    return snapshot.end
  }

  // MARK: Checks

  private mutating func checkTimes(_ survey: CommandSurvey, _ part: LogPart) {
    guard let first = survey.firstTime else { return }
    if let lastTime, first < lastTime {
      warn(.mixedParts, part, "its commands begin before those of the part before it end")
    } else if part.role == .increment, let savedAt,
      savedAt.subtractingReportingOverflow(first).partialValue > 60, savedAt > first
    {
      warn(.mixedParts, part, "its commands begin before the base was saved")
    }
    lastTime = survey.lastTime
  }

  private mutating func warn(_ rule: FormatRule, _ part: LogPart, _ message: String) {
    list(.warning, rule.code, 0, part.file.path, nil, message)
  }

  /// Says which commands are unknown, or have a wrong number of arguments.
  private mutating func noteCommands() {
    for finding in commands.findings {
      let name = "\(EscapedBytes(finding.name, limit: 40))"
      let times = finding.count == 1 ? "" : ", \(finding.count) times"
      switch finding.kind {
      case .unknown:
        lower(to: nil)
        list(
          .error, FormatRule.unknownCommand.code, finding.offset, finding.path, nil,
          "\(name) is no write command that this build knows\(times) (a server that does not know it either "
            + "refuses to start)")
      case .arity:
        lower(to: false)
        refusal = refusal ?? "\(name) has a wrong number of arguments"
        list(
          .error, FormatRule.commandArity.code, finding.offset, finding.path, nil,
          "\(name) has a wrong number of arguments\(times) (a server does not look, and may crash)")
      case .database:
        list(
          .warning, FormatRule.databaseOutOfRange.code, finding.offset, finding.path, nil,
          "\(name) takes more than \(options.databases) databases\(times) (a server goes on in the database "
            + "selected before)")
      }
    }
  }

  /// Counts the keys that the whole log leaves behind.
  private mutating func countKeys(_ log: AppendOnlyLog) {
    do throws(ReplayError) {
      let snapshot = try Snapshot(replaying: log, now: 0)
      if let replay = snapshot.replay { noteUndetermined(replay.unknown) }
      do throws(FormatError) {
        result.keys = try snapshot.walk(at: .min) { (_) throws(FormatError) in }.keys
      } catch {
        noteReplay(error, log.path)
      }
    } catch {
      switch error {
      case .damaged(let path, let error): noteReplay(error, path)
      case .refused(let problem): note(problem, isError: true)
      case .cut: break
      }
    }
  }

  /// Says what was left out of the count although servers know the command.
  private mutating func noteUndetermined(_ commands: [String: LeftOut]) {
    let unknown = Set(self.commands.findings.map { "\(EscapedBytes($0.name))".lowercased() })
    for (name, leftOut) in commands.sorted(by: { $0.key < $1.key }) where !unknown.contains(name) {
      let times = leftOut.count == 1 ? "" : ", \(leftOut.count) times"
      list(
        .warning, FormatRule.undeterminedCommand.code, leftOut.offset, leftOut.path, nil,
        "the log does not tell what \(name) does here\(times), so the number of keys is not certain"
      )
    }
  }

  private mutating func noteReplay(_ error: FormatError, _ path: String) {
    if case .unsupported = error.reason { lower(to: nil) } else { lower(to: false) }
    list(.error, error.code, error.offset, path, error.key, error.message)
  }

  // MARK: Noting

  /// What is damaged stays damaged, whatever else is unsupported.
  private mutating func lower(to verdict: Bool?) {
    switch verdict {
    case true?: break
    case false?: result.isIntact = false
    case nil: if result.isIntact == true { result.isIntact = nil }
    }
  }

  private mutating func note(
    _ problem: LogProblem, isError: Bool, losing lost: LostCommands? = nil, from end: Int = 0
  ) {
    if isError { lower(to: false) }
    if problem.keepsFromLoading { refusal = refusal ?? problem.message }
    list(
      isError ? .error : .warning, problem.code, problem.offset, problem.path, nil,
      problem.message + (lost.map { "; what is behind \(end) is lost: \($0.summary)" } ?? ""))
  }

  private mutating func list(
    _ severity: Verification.Problem.Severity, _ code: String, _ offset: Int, _ path: String,
    _ key: [UInt8]?, _ message: String
  ) {
    guard result.problems.count < 1000 else {
      result.unlisted += 1
      return
    }
    result.problems.append(
      Verification.Problem(
        severity: severity, code: code, offset: offset, key: key, message: message, path: path))
  }

  // MARK: Judging

  consuming func finished(_ log: AppendOnlyLog) -> Verification {
    for release in options.targets {
      result.targets.append((release, refusal(by: release, log)))
    }
    return result
  }

  private func refusal(by release: ServerRelease, _ log: AppendOnlyLog) -> String? {
    if let refusal { return refusal }
    if let refusal = snapshotRefusals[release.name] { return refusal }
    if log.manifestPath != nil && !release.keepsLogInFolder {
      return "\(release.name) has no append-only logs of several files"
    }
    return commands.refusal(by: release)
  }
}

extension LostCommands {
  /// The categories with the number of writes, those with the most first.
  public var sortedCategories: [(id: String?, writes: Int)] {
    categories.map { (id: $0.key, writes: $0.value) }
      .sorted { ($1.writes, $0.id ?? "") < ($0.writes, $1.id ?? "") }
  }

  /// What is lost, in a few words.
  fileprivate var summary: String {
    var text = "\(bytes) \(bytes == 1 ? "byte" : "bytes")"
    if commands > 0 {
      text += " with \(commands) whole \(commands == 1 ? "command" : "commands")"
    }
    if commandsBehindDamage > 0 {
      text += ", \(commandsBehindDamage) of them behind the damage, so this is no torn tail"
    }
    if !keys.isEmpty {
      let names = keys.prefix(3).map { "\"\(EscapedBytes($0, limit: 60))\"" }
      let more = keys.count > 3 || hasMoreKeys
      text += ", of \(names.joined(separator: ", "))\(more ? " and others" : "")"
    }
    if !categories.isEmpty {
      let counts = sortedCategories.map { "\($0.id ?? "no category") \($0.writes)" }
      text += "; writes by category: \(counts.joined(separator: ", "))"
    }
    return text
  }
}
