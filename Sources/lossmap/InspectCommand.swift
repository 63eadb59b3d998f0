internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import Reports

/// What is in this backup?
struct InspectCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, markdown, html }

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

  @Option(help: "Write text, json, or a report to hand on: markdown or html.")
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let classifier = try KeyClassifier(policy)
      let filter = try filters.filter(policy)
      let snapshot = try Snapshot.open(backup, part: log.part, cut: log.cut)
      let original = try reading.showingProgress(of: [backup]) {
        try Inventory(
          of: snapshot, at: at?.milliseconds ?? Moment.now,
          leavesOutExpired: at != nil, policy: policy, filter: filter, threads: reading.threads)
      }
      let redactor = redaction.redactor(policy)
      let inventory = redactor.map { original.redacted(by: $0, classifier) } ?? original
      var stream = try output.open(besides: [backup, self.policy.policy])
      switch format {
      case .text:
        InventoryText(inventory, style: output.style, language: output.language)
          .write(to: &stream)
      case .json: InventoryJSON(inventory).write(to: &stream)
      case .markdown: MarkdownRenderer(try document(inventory, redactor)).write(to: &stream)
      case .html: HTMLRenderer(try document(inventory, redactor)).write(to: &stream)
      }
      try stream.finish()
      try snapshot.status.end()
    }
  }

  private func document(_ inventory: Inventory, _ redactor: Redactor?) throws -> Document {
    InventoryDocument(inventory, try output.settings(ofFilesAt: [backup], redactor)).document
  }
}
