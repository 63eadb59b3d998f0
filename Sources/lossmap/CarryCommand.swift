internal import AOF
internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// Which commands make a restored backup right again?
struct CarryCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case resp, commands

    var form: CommandForm {
      switch self {
      case .resp: .resp
      case .commands: .lines
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "carry",
    abstract: "Bring over a restore what must not be lost, remove what must not come back.",
    discussion: """
      Writes commands for the server that BACKUP was restored to. Keys of the categories that the policy marks \
      `carry`, and that the restore loses or sets back, get the value and the expiry that CURRENT has. Keys of BACKUP in \
      categories that it marks `drop` are deleted, unless CURRENT has them and they are to be carried; from queues the \
      members that CURRENT does not have, and their jobs. What has expired at the moment of the restore is left out. \
      Sending the commands twice is the same as once.

      Each key is replaced at once. What will be done is said in numbers on standard error, before the commands.

      EXAMPLES
        lossmap carry backup.rdb --current now.rdb | redis-cli --pipe
        lossmap carry backup.rdb --current appendonlydir --category jwt-blacklist --format commands
        lossmap carry backup.rdb --current incident.tar.gz --summary

      \(ExitStatus.help)
      """)

  @Argument(help: "The backup that is restored. \(backupHelp)")
  var backup: String

  @Option(help: "The state that the restore replaces: the same kinds of files.")
  var current: String

  @Option(
    help: "Take the state of CURRENT, a log, as of this moment, as --until does for BACKUP.",
    transform: Moment.parse)
  var currentUntil: Moment?

  @Option(
    help: "The moment of the restore: \(momentHelp). (default: now)", transform: Moment.parse)
  var at: Moment?

  @Option(
    name: .customLong("category"),
    help: "Only keys of this category, which the policy carries or drops. Repeatable.")
  var categories: [String] = []

  @Flag(help: "Numbers only, no commands.")
  var summary = false

  @Option(
    help: "Write resp (for redis-cli --pipe) or commands (lines to read, or for redis-cli's input)."
  )
  var format = Format.resp

  @Option(help: "The server that takes the commands. (default: one that knows whatever is carried)")
  var target: Target?

  @OptionGroup var log: LogOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try StandardInput.requireOnce([backup, current])
    if redaction.redact && !summary {
      throw ValidationError(
        "--redact goes with --summary: commands with pseudonyms would write pseudonyms to the server"
      )
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      try check(categories, policy)
      let analysis = try ImpactAnalysis(
        policy: policy, restoreAt: at?.milliseconds ?? Moment.now, threads: reading.threads)
      let snapshots = try Snapshot.openAll([
        Snapshot.Input(path: backup, part: log.part, cut: log.cut),
        Snapshot.Input(path: current, cut: currentUntil.map { .until(seconds: $0.seconds) }),
      ])
      let plan = try analysis.carryPlan(
        from: snapshots[1], over: snapshots[0], categories: Set(categories))
      let refused = try write(plan, snapshots[1])
      try ExitStatus.worst(of: snapshots.map(\.status) + [refused ? .unsupported : .done]).end()
    }
  }

  /// Writes what was asked for. Returns whether some keys can't be brought forward.
  private func write(_ plan: CarryPlan, _ current: Snapshot) throws -> Bool {
    var stream = try output.open(besides: [backup, self.current, policy.policy])
    guard !summary else {
      let shown = redaction.redactor(plan.policy).map(plan.redacted) ?? plan
      CarryText(shown, style: output.style, language: output.language).write(to: &stream)
      try stream.finish()
      return false
    }
    var numbers = ""
    CarryText(plan, style: .plain, language: output.language).write(to: &numbers)
    StandardError.write(numbers)
    let commands = CommandWriter(format.form, to: stream)
    var options = KeyWriter.Options()
    options.target = target?.release
    options.replaces = true
    options.payloads = .whereNeeded
    var writer = KeyWriter(to: commands, version: current.version, options)
    let refused = try plan.write(to: &writer, from: current)
    commands.flush()
    try stream.finish()
    let omissions = OmissionText(language: output.language)
    for key in refused { StandardError.write(omissions.key(key.name, key.reason)) }
    return !refused.isEmpty
  }

  private func check(_ chosen: [String], _ policy: Policy) throws {
    for id in chosen {
      let name = EscapedBytes(Array(id.utf8))
      guard let category = policy.categories.first(where: { $0.id == id }) else {
        throw ValidationError("policy \(policy.id) has no category '\(name)'")
      }
      guard category.carry != nil || category.drop != nil else {
        throw ValidationError("policy \(policy.id) neither carries nor drops keys of '\(name)'")
      }
    }
  }
}
