internal import AOF
internal import ArgumentParser
internal import Impact
internal import Keyspace
internal import Reports

/// The main job: what would restoring this backup lose, regress or bring back?
struct ImpactCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, ndjson }

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
        lossmap impact backup.rdb --current /var/lib/redis/appendonlydir

      \(ExitStatus.help)
      """)

  @Argument(help: "The backup that would be restored. \(backupHelp)")
  var backup: String

  @Option(help: "The state that the restore would replace: the same kinds of files.")
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

  @Option(help: "Write text, json (one document) or ndjson (one affected key a line).")
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if currentUntil != nil && current == nil {
      throw ValidationError("--current-until goes with --current")
    }
    if format == .ndjson && current == nil {
      throw ValidationError("--format ndjson lists affected keys, which takes --current to know")
    }
  }

  func run() throws {
    try reportingErrors {
      let analysis = try ImpactAnalysis(
        policy: policy.load(), restoreAt: at?.milliseconds ?? Moment.now)
      let backup = try Snapshot.open(backup, cut: log.cut)
      let currentCut = currentUntil.map { LogCut.until(seconds: $0.seconds) }
      let current = try current.map { try Snapshot.open($0, cut: currentCut) }
      let report =
        if let current {
          try analysis.impact(of: backup, on: current)
        } else {
          try analysis.exposure(of: backup)
        }
      try write(report)
      let isBad = failOn.map { report.severity >= $0.severity } ?? false
      try ExitStatus.worst(
        of: [backup.status, current?.status ?? .done, isBad ? .findings : .done]
      ).end()
    }
  }

  private func write(_ report: ImpactReport) throws {
    var stream = try output.open(besides: [backup, current, policy.policy])
    switch format {
    case .text:
      ImpactText(report, style: output.style, language: .english, details: details)
        .write(to: &stream)
    case .json: ImpactJSON(report, language: .english).write(to: &stream)
    case .ndjson: ImpactNDJSON(report).write(to: &stream)
    }
    try stream.finish()
  }
}
