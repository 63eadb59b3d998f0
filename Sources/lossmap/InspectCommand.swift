internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import Reports

/// What is in this backup?
struct InspectCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "What is in this backup?",
    discussion: """
      Format, server, creation time, checksum; keys by database, type, encoding and category; when they \
      expire; the largest; functions. Values are stepped over, not decoded: `verify` looks inside.

      EXAMPLES
        lossmap inspect dump.rdb
        lossmap inspect dump.rdb --at 2026-03-11T01:00:00Z --format json
        lossmap inspect dump.rdb --type hash --size 1M..

      \(ExitStatus.help)
      """)

  @Argument(help: "\(backupHelp)", completion: .file())
  var backup: String

  @Option(
    help: """
      Judge expiries at this moment and leave out what has expired by then: \(momentHelp). (default: \
      judge now, leave out nothing)
      """, transform: Moment.parse)
  var at: Moment?

  @Option(help: "Write text or json.")
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      let policy = try policy.load()
      let classifier = try KeyClassifier(policy)
      let selector = try KeySelector(filters.filter(policy), classifier)
      let snapshot = try Snapshot.open(backup, part: log.part, cut: log.cut)
      let inventory = try Inventory(
        of: snapshot, at: at?.milliseconds ?? Moment.now,
        leavesOutExpired: at != nil, classifier: classifier, selector: selector)
      var stream = try output.open(besides: [backup, self.policy.policy])
      switch format {
      case .text: InventoryText(inventory, style: output.style).write(to: &stream)
      case .json: InventoryJSON(inventory).write(to: &stream)
      }
      try stream.finish()
      try snapshot.status.end()
    }
  }
}
