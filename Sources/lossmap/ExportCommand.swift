internal import AOF
internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// Give me the data.
struct ExportCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case ndjson, json, csv, resp }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the data out: as JSON, as a table, or as commands for a server.",
    discussion: """
      ndjson has a line for each key, then one for each auxiliary field and each function library of the file; json has \
      the same in one document; csv has a row for each key, without the values; resp has the commands that make the data. \
      What the file holds is written, in its order, expired keys too, unless --at is given; with a filter, keys only. docs/EXPORT.md has the \
      formats, and how bytes that are no text are written.

      Commands leave out when a key was last used, how often, and when a stream's consumers were last seen; RESTORE \
      (--restore) takes all of that, to a server that knows the encoding. Keys that the target can't hold are named on \
      standard error, and the status is 3.

      EXAMPLES
        lossmap export dump.rdb --format ndjson | jq -r 'select(.type == "hash") | .key'
        lossmap export dump.rdb --format csv -o keys.csv
        lossmap export dump.rdb --format resp --match 'user:*' | redis-cli --pipe
        lossmap export dump.rdb --format resp --target redis-6.2 -o commands.resp

      \(ExitStatus.help)
      """)

  @Argument(help: "\(backupHelp)")
  var backup: String

  @Option(help: "Write ndjson, json, csv or resp.")
  var format: Format

  @Flag(help: "With resp: values as the file has them, by RESTORE.")
  var restore = false

  @Option(help: "With resp: the server that takes the commands. (default: one that knows the data)")
  var target: Target?

  @Option(
    help: "Leave out what has expired by this moment: \(momentHelp).", transform: Moment.parse)
  var at: Moment?

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if format != .resp && (restore || target != nil) {
      throw ValidationError("--restore and --target go with --format resp")
    }
    if redaction.redact && format != .csv {
      throw ValidationError(
        "--redact goes with --format csv: the other formats are the values, and of those nothing would be left"
      )
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let classifier = try KeyClassifier(policy)
      let selector = try KeySelector(filters.filter(policy), classifier)
      let redactor = redaction.redactor(policy)
      let snapshot = try Snapshot.open(backup, part: log.part, cut: log.cut)
      let stream = try output.open(besides: [backup, self.policy.policy])
      let isWhole: Bool
      do throws(FormatError) {
        isWhole = try write(snapshot, selector, redactor.map { ($0, classifier) }, to: stream)
      } catch {
        throw BackupError(path: backup, error: error)
      }
      try stream.finish()
      try ExitStatus.worst(of: [snapshot.status, isWhole ? .done : .unsupported]).end()
    }
  }

  /// Writes what was asked for. Returns whether that is everything.
  private func write(
    _ snapshot: Snapshot, _ selector: KeySelector, _ redaction: (Redactor, KeyClassifier)?,
    to stream: Output
  ) throws(FormatError) -> Bool {
    switch format {
    case .ndjson: try writeLines(snapshot, selector, to: stream)
    case .json: try writeDocument(snapshot, selector, to: stream)
    case .csv: try writeTable(snapshot, selector, redaction, to: stream)
    case .resp: try writeCommands(snapshot, selector, to: stream)
    }
  }

  private var omissions: OmissionText { OmissionText(language: output.language) }

  /// Visits the keys that were asked for.
  private func walk(
    _ snapshot: Snapshot, _ selector: KeySelector,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) -> SnapshotDescription {
    try snapshot.walk(at: at?.milliseconds ?? .min) { (key) throws(FormatError) in
      guard key.isAlive, selector.selects(key) else { return }
      try visit(key)
    }
  }

  private func writeLines(
    _ snapshot: Snapshot, _ selector: KeySelector, to stream: Output
  ) throws(FormatError) -> Bool {
    let buffer = OutputBuffer(to: stream)
    var json = KeyJSON(to: buffer)
    let description = try walk(snapshot, selector) { (key) throws(FormatError) in
      try json.write(key)
      buffer.append(UInt8(ascii: "\n"))
    }
    defer { buffer.flush() }
    // Who chooses keys wants keys.
    guard filters.isEmpty else { return true }
    for field in description.auxiliary {
      json.write(auxiliary: field.name, value: field.value)
      buffer.append(UInt8(ascii: "\n"))
    }
    for source in description.functions {
      json.write(function: source)
      buffer.append(UInt8(ascii: "\n"))
    }
    return checkWhole(description)
  }

  private func writeDocument(
    _ snapshot: Snapshot, _ selector: KeySelector, to stream: Output
  ) throws(FormatError) -> Bool {
    let buffer = OutputBuffer(to: stream)
    var json = KeyJSON(to: buffer)
    buffer.append(literal: "{\"schema\":\"lossmap/export/1\",\n\"keys\":[")
    var separator = ArraySlice("\n".utf8)
    func separate() {
      buffer.append(Array(separator))
      separator = ArraySlice(",\n".utf8)
    }
    let description = try walk(snapshot, selector) { (key) throws(FormatError) in
      separate()
      try json.write(key)
    }
    if filters.isEmpty {
      buffer.append(literal: "\n],\n\"auxiliary\":[")
      separator = ArraySlice("\n".utf8)
      for field in description.auxiliary {
        separate()
        json.write(auxiliary: field.name, value: field.value)
      }
      buffer.append(literal: "\n],\n\"functions\":[")
      separator = ArraySlice("\n".utf8)
      for source in description.functions {
        separate()
        json.write(function: source)
      }
    }
    buffer.append(literal: "\n]}\n")
    buffer.flush()
    return filters.isEmpty ? checkWhole(description) : true
  }

  private func writeTable(
    _ snapshot: Snapshot, _ selector: KeySelector, _ redaction: (Redactor, KeyClassifier)?,
    to stream: Output
  ) throws(FormatError) -> Bool {
    let buffer = OutputBuffer(to: stream)
    var table = KeyTableCSV(to: buffer)
    _ = try walk(snapshot, selector) { (key) throws(FormatError) in
      let pseudonym = redaction.map { redactor, classifier in
        redactor.name(Array(copying: key.name), category: classifier.category(of: key.name))
      }
      try table.write(key, named: pseudonym)
    }
    buffer.flush()
    return true
  }

  private func writeCommands(
    _ snapshot: Snapshot, _ selector: KeySelector, to stream: Output
  ) throws(FormatError) -> Bool {
    let commands = CommandWriter(.resp, to: stream)
    var options = KeyWriter.Options()
    options.target = target?.release
    options.payloads = restore ? .always : .whereNeeded
    var writer = KeyWriter(to: commands, version: snapshot.version, options)
    var left = 0
    let description = try walk(snapshot, selector) { (key) throws(FormatError) in
      guard let obstacle = try writer.write(key) else { return }
      left += 1
      StandardError.write(omissions.key(key.name, in: key.database, "\(obstacle)"))
    }
    defer { commands.flush() }
    guard filters.isEmpty else { return left == 0 }
    var isWhole = left == 0
    for source in description.functions {
      if writer.write(library: source) { continue }
      isWhole = false
      StandardError.write(omissions.library)
    }
    return checkWhole(description) && isWhole
  }

  /// Says if there is more in the file than what is kept of it while it is read.
  private func checkWhole(_ description: SnapshotDescription) -> Bool {
    guard description.isTruncated else { return true }
    StandardError.write(omissions.fields(of: backup))
    return false
  }
}
