internal import AOF
internal import BinaryInput
internal import RDB

/// What a server overlooks, what it does not find, and why it does not start.
struct SourcePitfalls {
  private let facts: StartFacts
  private(set) var list: [Pitfall] = []

  init(_ facts: StartFacts) {
    self.facts = facts
    if let refusal = facts.refusal {
      list.append(
        Pitfall(
          refusal.code, .error, refusal.path.map(facts.name), detail: refusal.message))
    }
    lookForFolderBeforeItsTime()
    if facts.plan.appendonly { lookBesideLog() } else { lookBesideDump() }
    if case .nothing = facts.plan.source, list.isEmpty {
      list.append(Pitfall(.nothingToLoad, .warning))
    }
  }

  private var configuration: ServerConfiguration { facts.configuration }

  // MARK: The log is on

  private mutating func lookBesideLog() {
    let startsEmpty = if case .nothing = facts.plan.source { true } else { false }
    if startsEmpty { lookForLogWithoutManifest() }
    if facts.files.has(configuration.dumpName) { addDump(startsEmpty: startsEmpty) }
    lookForOldLog()
    lookForOtherLogs(startsEmpty: startsEmpty)
  }

  private mutating func lookForLogWithoutManifest() {
    let parts = facts.files.names(in: configuration.logFolder).filter {
      Self.isPart($0) && $0.hasPrefix(configuration.logName + ".")
    }
    guard facts.target.keepsLogInFolder, !parts.isEmpty, facts.plan.manifest == nil else { return }
    let bytes = parts.reduce(0) { $0 + facts.files.size(of: "\(configuration.logFolder)/\($1)") }
    list.append(
      Pitfall(
        .manifestMissing, .error, configuration.logFolder, [.files: parts.count, .bytes: bytes]))
  }

  /// `dump.rdb` is not looked at. It is no surprise if it holds what the log holds, as after a clean stop.
  private mutating func addDump(startsEmpty: Bool) {
    let other = facts.other?.state
    let isSame = other.flatMap { facts.evaluation?.state?.isSame(as: $0) } ?? false
    list.append(
      Pitfall(
        .dumpIgnored, startsEmpty ? .error : isSame ? .note : .warning, configuration.dumpName,
        [
          .keys: facts.evaluation?.state?.alive, .otherKeys: other?.alive,
          .createdAt: facts.evaluation?.savedAt, .otherCreatedAt: facts.other?.savedAt,
        ],
        detail: isSame ? "same" : configuration.hasSavePoints ? "" : "kept"))
  }

  /// The single file of Redis 6.2 and before, where a server from 7.0 on keeps its log in a folder.
  private mutating func lookForOldLog() {
    let name = configuration.logName
    guard facts.files.has(name) else { return }
    let numbers = [
      Pitfall.Quantity.bytes: facts.files.size(of: name),
      .modifiedAt: facts.files.modified(name),
    ]
    if facts.plan.isUpgrade {
      list.append(Pitfall(.oldLogMoved, .note, name, numbers))
    } else if facts.target.keepsLogInFolder {
      list.append(Pitfall(.oldLogIgnored, .warning, name, numbers))
    }
    guard case .log(let log) = facts.plan.source, let part = log.parts.first, part.role == .whole,
      !part.beginsWithSnapshot, part.file.size > 0
    else { return }
    let evidence = IncrementEvidence(part.file)
    list.append(
      Pitfall(
        .incrementAsLog, evidence.commands > 0 ? .warning : .note, name,
        [.commands: evidence.commands, .cutAt: evidence.first],
        detail: "\(EscapedBytes(evidence.key, limit: 60))"))
  }

  /// Logs where the server does not look: in another folder, or under another name.
  private mutating func lookForOtherLogs(startsEmpty: Bool) {
    guard facts.target.keepsLogInFolder else { return }
    let expected = "\(configuration.logFolder)/\(configuration.logName).manifest"
    let others = facts.files.names.lazy.filter {
      $0.hasSuffix(".manifest") && $0 != expected && !LogPitfalls.isTemporary($0)
    }
    for name in others.prefix(10) {
      list.append(Pitfall(.logElsewhere, startsEmpty ? .error : .warning, name))
    }
  }

  // MARK: The log is off

  private mutating func lookBesideDump() {
    let isThere =
      if case .log? = facts.otherPlan?.source { true } else {
        facts.files.names(in: configuration.logFolder).contains(where: Self.isPart)
      }
    guard isThere else { return }
    let startsEmpty = if case .nothing = facts.plan.source { true } else { false }
    let other = facts.other?.state
    let isSame = other.flatMap { facts.evaluation?.state?.isSame(as: $0) } ?? false
    list.append(
      Pitfall(
        .logIgnored, startsEmpty ? .error : isSame ? .note : .warning,
        facts.otherPlan?.loaded.last ?? configuration.logFolder,
        [
          .keys: facts.evaluation?.state?.alive, .otherKeys: other?.alive,
          .createdAt: facts.evaluation?.savedAt, .otherCreatedAt: facts.other?.savedAt,
        ],
        detail: isSame ? "same" : ""))
  }

  // MARK: Either

  /// Servers before 7.0 know nothing of the folder.
  private mutating func lookForFolderBeforeItsTime() {
    let folder = configuration.logFolder
    guard !facts.target.keepsLogInFolder,
      facts.files.has("\(folder)/\(configuration.logName).manifest")
    else { return }
    list.append(
      Pitfall(
        .logFolderNotKnown, .error, folder, [.files: facts.files.names(in: folder).count],
        detail: facts.target.name))
  }

  /// Whether a file has a name as servers give them to parts of a log.
  static func isPart(_ name: String) -> Bool {
    !LogPitfalls.isTemporary(name)
      && [".base.rdb", ".base.aof", ".incr.aof"].contains { name.hasSuffix($0) }
  }
}
