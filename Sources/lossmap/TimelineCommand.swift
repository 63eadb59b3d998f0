internal import AOF
internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import Reports

/// When did this log write what?
struct TimelineCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, markdown, html }

  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "When did this append-only log write what?",
    discussion: """
      Replays the log and counts, by minute and category, which keys commands created, changed and deleted, and \
      which expired; the last write of each category; stretches without writes; flushes. Minutes need the log's \
      #TS annotations (aof-timestamp-enabled yes). Without them the report goes by place in the log, and says so.

      EXAMPLES
        lossmap timeline appendonlydir
        lossmap timeline appendonly.aof --format json
        lossmap timeline appendonlydir --category jwt-blacklist

      \(ExitStatus.help)
      """)

  @Argument(
    help: "The log: an append-only file, a folder or manifest of such.", completion: .file())
  var log: String

  @Option(
    help: "Mark this moment in the picture of a report: \(momentHelp).", transform: Moment.parse)
  var at: Moment?

  @Option(help: "Write text, json, or a report to hand on: markdown or html.")
  var format = Format.text

  @OptionGroup var limits: LogOptions
  @OptionGroup(title: "Which keys, by name") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let filter = filters
    if !filter.types.isEmpty || !filter.databases.isEmpty || filter.expires != nil
      || filter.size != nil
    {
      throw ValidationError(
        "--type, --db, --expires and --size are no filters here: a command tells the names of keys")
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let classifier = try KeyClassifier(policy)
      let selector = try KeySelector(filters.filter(policy), classifier)
      guard case .log(let opened) = try Backup.open(log).contents else {
        throw ValidationError(
          "\(EscapedBytes(Array(log.utf8))) is an RDB: only a log has a timeline")
      }
      let original = try timeline(of: opened, classifier, selector)
      let redactor = redaction.redactor(policy)
      let timeline = redactor.map { original.redacted(by: $0) } ?? original
      var stream = try output.open(besides: [log, self.policy.policy])
      switch format {
      case .text:
        TimelineText(timeline, style: output.style, language: output.language)
          .write(to: &stream)
      case .json: TimelineJSON(timeline).write(to: &stream)
      case .markdown: MarkdownRenderer(try document(timeline, redactor)).write(to: &stream)
      case .html: HTMLRenderer(try document(timeline, redactor)).write(to: &stream)
      }
      try stream.finish()
      if timeline.isIncomplete { try ExitStatus.unsupported.end() }
    }
  }

  private func timeline(
    of log: AppendOnlyLog, _ classifier: KeyClassifier, _ selector: KeySelector
  ) throws -> Timeline {
    do throws(ReplayError) {
      return try Timeline(
        of: log, cut: limits.cut, now: Moment.now, classifier: classifier, selector: selector)
    } catch {
      switch error {
      case .refused(let problem): throw BackupError(path: problem.path, error: problem.error)
      case .damaged(let path, let error): throw BackupError(path: path, error: error)
      case .cut(let problem):
        throw ValidationError("\(EscapedBytes(Array(self.log.utf8))): \(problem)")
      }
    }
  }

  private func document(_ timeline: Timeline, _ redactor: Redactor?) throws -> Document {
    TimelineDocument(
      timeline, incident: at?.milliseconds, try output.settings(ofFilesAt: [log], redactor)
    ).document
  }
}
