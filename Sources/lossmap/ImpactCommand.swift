internal import AOF
internal import ArgumentParser
internal import Impact
internal import Keyspace
internal import Reports

/// The main job: what would restoring this backup lose, regress or bring back?
struct ImpactCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, ndjson, markdown, html
  }

  /// A severity that is worth failing for.
  enum Level: String, CaseIterable, ExpressibleByArgument {
    case low, medium, high

    var severity: Severity {
      switch self {
      case .low: .low
      case .medium: .medium
      case .high: .high
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "impact",
    abstract: "What would restoring this backup lose, regress or bring back?",
    discussion: """
      Compares the backup with the current state, key by key, as both would be at the moment of the \
      restore, and judges the result by a policy: how bad it is, when it heals, what to do. Without a \
      current state it says what the restore could do (an exposure report).

      EXAMPLES
        lossmap impact backup.rdb --current now.rdb
        lossmap impact backup.rdb --current now.rdb --at 2026-03-11T01:00:00Z --format json
        lossmap impact backup.rdb --current now.rdb --fail-on high
        lossmap impact backup.rdb --current now.rdb --format html -o report.html
        lossmap impact backup.rdb --current /var/lib/redis/appendonlydir

      \(ExitStatus.help)
      """)

  @Argument(help: "The backup that would be restored. \(backupHelp)", completion: .file())
  var backup: String

  @Option(
    help: "The state that the restore would replace: the same kinds of files.",
    completion: .file())
  var current: String?

  @Option(
    help: "Take the state of CURRENT, a log, as of this moment, as --until does for BACKUP.",
    transform: Moment.parse)
  var currentUntil: Moment?

  @Option(
    help: "The moment of the restore: \(momentHelp). (default: now)", transform: Moment.parse)
  var at: Moment?

  @Option(help: "End with status 1 if the report's severity is at least this.")
  var failOn: Level?

  @Flag(help: "In text: what each event means, what to do about each, and values that come back.")
  var details = false

  @Option(
    help: """
      Write text, json (one document), ndjson (one affected key a line), or a report to hand on: markdown or html \
      (one file that needs nothing else).
      """)
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys, with ndjson") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try StandardInput.requireOnce([backup, current])
    if currentUntil != nil && current == nil {
      throw ValidationError("--current-until goes with --current")
    }
    if format != .ndjson && !filters.isEmpty {
      throw ValidationError("the report is about all keys; filters go with --format ndjson")
    }
    if filters.size != nil {
      throw ValidationError("--size is no filter here: a key may have two values")
    }
    if format == .ndjson && current == nil {
      throw ValidationError("--format ndjson lists affected keys, which takes --current to know")
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let selector = try KeySelector(filters.filter(policy), KeyClassifier(policy))
      let analysis = try ImpactAnalysis(
        policy: policy, restoreAt: at?.milliseconds ?? Moment.now, threads: reading.threads)
      let snapshots = try openInputs()
      let report = try reading.showingProgress(of: [backup, current]) {
        snapshots.count > 1
          ? try analysis.impact(of: snapshots[0], on: snapshots[1])
          : try analysis.exposure(of: snapshots[0])
      }
      try write(report, selector, redaction.redactor(policy))
      let isBad = failOn.map { report.severity >= $0.severity } ?? false
      try ExitStatus.worst(of: snapshots.map(\.status) + [isBad ? .findings : .done]).end()
    }
  }

  /// Opens the backup and the current state, if there is one.
  private func openInputs() throws -> [Snapshot] {
    let currentCut = currentUntil.map { LogCut.until(seconds: $0.seconds) }
    var inputs = [Snapshot.Input(path: backup, part: log.part, cut: log.cut)]
    if let current { inputs.append(Snapshot.Input(path: current, cut: currentCut)) }
    return try Snapshot.openAll(inputs)
  }

  private func write(
    _ original: ImpactReport, _ selector: KeySelector, _ redactor: Redactor?
  ) throws {
    let report = redactor.map { original.redacted(by: $0) } ?? original
    var stream = try output.open(besides: [backup, current, policy.policy])
    switch format {
    case .text:
      ImpactText(report, style: output.style, language: output.language, details: details)
        .write(to: &stream)
    case .markdown: MarkdownRenderer(try document(report, redactor)).write(to: &stream)
    case .html: HTMLRenderer(try document(report, redactor)).write(to: &stream)
    case .json: ImpactJSON(report, language: .english).write(to: &stream)
    case .ndjson:
      // What a filter means is the key's own name.
      let selected = zip(original.keys, report.keys).filter { selector.selects($0.0) }.map(\.1)
      ImpactNDJSON(report).write(selected, to: &stream)
    }
    try stream.finish()
  }

  private func document(_ report: ImpactReport, _ redactor: Redactor?) throws -> Document {
    let paths = [backup, current].compactMap(\.self)
    return ImpactDocument(report, try output.settings(ofFilesAt: paths, redactor)).document
  }
}
