internal import AOF
internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import Reports

/// Which of these backups loses least?
struct RankCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, markdown, html }

  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Which of these backups loses least?",
    discussion: """
      Judges every backup as impact does and lists them, least harm first: by severity, then by the keys that would be \
      lost, those whose loss is worst first, then by all keys that would change. Backups that are damaged or can't be \
      read come last, with the reason. CURRENT is read once.

      EXAMPLES
        lossmap rank backups/*.rdb --current now.rdb
        lossmap rank monday.tar.gz appendonlydir --current now.rdb --format json

      \(ExitStatus.help)
      """)

  @Argument(help: "The backups. \(backupHelp)", completion: .file())
  var backups: [String]

  @Option(
    help: "The state that the restore would replace: the same kinds of files.",
    completion: .file())
  var current: String

  @Option(
    help: "Take the state of CURRENT, a log, as of this moment, as --until does for backups.",
    transform: Moment.parse)
  var currentUntil: Moment?

  @Option(
    help: "The moment of the restore: \(momentHelp). (default: now)", transform: Moment.parse)
  var at: Moment?

  @Option(help: "Write text, json, or a report to hand on: markdown or html.")
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try StandardInput.requireOnce(backups + [current]) }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let restoreAt = at?.milliseconds ?? Moment.now
      let analysis = try ImpactAnalysis(
        policy: policy, restoreAt: restoreAt, threads: reading.threads)
      let live = try Snapshot.open(
        current, cut: currentUntil.map { .until(seconds: $0.seconds) })
      let state = try analysis.read(live)
      var ranking = Ranking(of: state.description, restoreAt: restoreAt, policy: policy)
      var statuses = [live.status]
      for path in backups { statuses.append(try rank(path, analysis, state, &ranking)) }
      let redactor = redaction.redactor(policy)
      if let redactor { ranking = ranking.redacted(by: redactor) }
      var stream = try output.open(besides: backups + [current, self.policy.policy])
      switch format {
      case .text:
        RankingText(ranking, style: output.style, language: output.language).write(to: &stream)
      case .json: RankingJSON(ranking).write(to: &stream)
      case .markdown: MarkdownRenderer(try document(ranking, redactor)).write(to: &stream)
      case .html: HTMLRenderer(try document(ranking, redactor)).write(to: &stream)
      }
      try stream.finish()
      try ExitStatus.worst(of: statuses).end()
    }
  }

  /// Judges one backup, of which nothing stays in memory but numbers.
  private func rank(
    _ path: String, _ analysis: ImpactAnalysis, _ state: CurrentState, _ ranking: inout Ranking
  ) throws -> ExitStatus {
    do {
      let snapshot = try Snapshot.open(path, part: log.part, cut: log.cut)
      ranking.add(try analysis.impact(of: snapshot, on: state))
      return snapshot.status
    } catch let error as InputError {
      let status = ExitStatus(ofInput: error)
      ranking.add(failureOf: path, reason: error.problem, status: status.rawValue)
      return status
    } catch let error as BackupError where error.path != current {
      let status = ExitStatus(ofInput: error)
      ranking.add(failureOf: path, reason: "\(error.error)", status: status.rawValue)
      return status
    }
  }

  private func document(_ ranking: Ranking, _ redactor: Redactor?) throws -> Document {
    let failed = Set(ranking.failures.map(\.path))
    let paths = (backups + [current]).filter { !failed.contains(redactor?.path($0) ?? $0) }
    return RankingDocument(ranking, try output.settings(ofFilesAt: paths, redactor)).document
  }
}
