internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import Memory
internal import RDB
internal import Reports

/// What takes memory?
struct MemoryCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, ndjson, csv, markdown, html
  }

  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "What takes memory, and would it fit?",
    discussion: """
      For each key what MEMORY USAGE key SAMPLES 0 would answer once a server has loaded the backup, in the \
      encoding that the file has. The totals add what that leaves out: the entries of expiries, the buckets \
      of the databases, what the allocator (jemalloc) rounds up, and other encodings that the target \
      chooses when it loads the file. By database, type, encoding, category and prefix; the largest keys; \
      where the file has it, those used least and most. \
      With --maxmemory: what would each eviction policy have to take?

      The structures are those of Redis 6.2 and 7.0; for later releases take the numbers as an upper bound. \
      What a module's values take, only the module knows: here they count as in the file.

      EXAMPLES
        lossmap memory dump.rdb
        lossmap memory dump.rdb --top 100 --prefixes 3
        lossmap memory dump.rdb --maxmemory 256M
        lossmap memory dump.rdb --match 'kline:*' --format ndjson
        lossmap memory appendonlydir --target redis-7.0 --format csv -o keys.csv

      \(ExitStatus.help)
      """)

  @Argument(help: "\(backupHelp)", completion: .file())
  var backup: String

  @Option(
    help: "List so many of the largest keys (default: 20; ndjson and csv: all, as in the file).")
  var top: Int?

  @Option(help: "Tell so many levels of prefixes apart, at most \(PrefixTree.mostLevels).")
  var prefixes = 1

  @Option(help: "What ends a level of prefixes.")
  var separator = ":"

  @Option(help: "The server that would load it: redis-7.0, … (default: the one that wrote it)")
  var target: Target?

  @Option(help: "The server's maxmemory, in bytes or as 256M.")
  var maxmemory: ByteCount?

  @Option(
    help: "Leave out what has expired by this moment: \(momentHelp).", transform: Moment.parse)
  var at: Moment?

  @Option(
    help: """
      Write text, json, ndjson or csv (a line a key), or a report to hand on: markdown or html.
      """)
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if separator.isEmpty { throw ValidationError("--separator needs at least one character") }
    if let top, top < 0 { throw ValidationError("--top is a number of keys, not below 0") }
    guard (0...PrefixTree.mostLevels).contains(prefixes) else {
      throw ValidationError("--prefixes is a number of levels, 0 to \(PrefixTree.mostLevels)")
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let classifier = try KeyClassifier(policy)
      let selector = try KeySelector(filters.filter(policy), classifier)
      let snapshot = try Snapshot.open(backup, part: log.part, cut: log.cut)
      let question = try question(snapshot)
      let redactor = redaction.redactor(policy)
      var stream = try output.open(besides: [backup, self.policy.policy])
      if format == .csv { stream.write(MemoryLine.csvHeader) }
      if top == nil && (format == .ndjson || format == .csv) {
        try snapshot.eachMemory(question, selector) { key in
          let shown = redactor.map { key.redacted(by: $0, classifier) } ?? key
          write(MemoryLine(shown), to: &stream)
        }
      } else {
        let original = try MemoryReport(
          of: snapshot, question, classifier, selector, threads: reading.threads)
        let report = redactor.map { original.redacted(by: $0, classifier) } ?? original
        try write(report, redactor, to: &stream)
      }
      try stream.finish()
      try snapshot.status.end()
    }
  }

  private func question(_ snapshot: Snapshot) throws -> MemoryQuestion {
    let release = target?.release ?? snapshot.writer
    var question = MemoryQuestion(EncodingRules(release), now: at?.milliseconds ?? Moment.now)
    question.top = top ?? question.top
    question.prefixDepth = prefixes
    question.separator = Array(separator.utf8)
    question.limit = maxmemory?.bytes
    question.at = at?.milliseconds
    return question
  }

  private func write(
    _ report: MemoryReport, _ redactor: Redactor?, to stream: inout Output
  ) throws {
    func document() throws -> Document {
      MemoryDocument(report, try output.settings(ofFilesAt: [backup], redactor)).document
    }
    switch format {
    case .text:
      MemoryText(report, style: output.style, language: output.language).write(to: &stream)
    case .json: MemoryJSON(report).write(to: &stream)
    case .ndjson, .csv: for key in report.largest { write(MemoryLine(key), to: &stream) }
    case .markdown: MarkdownRenderer(try document()).write(to: &stream)
    case .html: HTMLRenderer(try document()).write(to: &stream)
    }
  }

  private func write(_ line: MemoryLine, to stream: inout Output) {
    if format == .csv { line.writeCSV(to: &stream) } else { line.writeJSON(to: &stream) }
  }
}
