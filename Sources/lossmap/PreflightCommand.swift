internal import Archive
internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import Preflight
internal import RDB
internal import Reports

/// What would a server load that starts in this data directory?
struct PreflightCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, markdown, html }
  enum Switch: String, CaseIterable, ExpressibleByArgument { case yes, no }

  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "What would a server load that starts in this data directory?",
    discussion: """
      Says what a server would have after its start there and from which files, which files it ignores, writes over, \
      moves or deletes, and every pitfall with its evidence. No server is started, and nothing is written.

      A server from Redis 7.0 on that runs with appendonly yes never reads dump.rdb. Whether it does is told by \
      --appendonly, or by --config: a redis.conf, or a compose file with the command of its service. A \
      configuration that does not say so means no; without any, both outcomes are told. Of an archive, the data \
      directory nearest to its top counts.

      EXAMPLES
        lossmap preflight /var/lib/redis --appendonly yes
        lossmap preflight volume.tar.gz --config docker-compose.prod.yml --backup backup.rdb
        lossmap preflight data --target redis-6.2 --config redis.conf --format json

      \(ExitStatus.help)
      """)

  @Argument(help: "A data directory, or an archive of one.")
  var directory: String

  @Option(help: "Whether the server's log is on: yes or no.")
  var appendonly: Switch?

  @Option(help: "The server that starts: redis-6.2, valkey-8.0, … (default: redis-7.0)")
  var target: Target?

  @Option(help: "Would it then have what this backup holds? \(backupHelp)")
  var backup: String?

  @Option(help: "How the server is configured: redis.conf, or a compose file (.yml, .yaml).")
  var config: String?

  @Option(help: "The service of the compose file that is meant, if it has several servers.")
  var service: String?

  @Option(
    help: "The moment of the start: \(momentHelp). (default: now)", transform: Moment.parse)
  var at: Moment?

  @Option(help: "Write text, json, or a report to hand on: markdown or html.")
  var format = Format.text

  @OptionGroup var redaction: RedactOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try StandardInput.requireOnce([directory, backup])
    if service != nil && config == nil {
      throw ValidationError("--service names a service of the file that --config names")
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let question = try question()
      let (folder, isArchive) = try open()
      let original = try preflight(folder, isArchive, question)
      let redactor = redaction.redactor(nil)
      let preflight = redactor.map(original.redacted) ?? original
      var stream = try output.open(besides: [directory, backup, config])
      switch format {
      case .text:
        PreflightText(preflight, style: output.style, language: output.language)
          .write(to: &stream)
      case .json: PreflightJSON(preflight).write(to: &stream)
      case .markdown: MarkdownRenderer(try document(preflight, redactor)).write(to: &stream)
      case .html: HTMLRenderer(try document(preflight, redactor)).write(to: &stream)
      }
      try stream.finish()
      try status(of: preflight).end()
    }
  }

  private func document(_ preflight: Preflight, _ redactor: Redactor?) throws -> Document {
    PreflightDocument(preflight, try output.settings(ofFilesAt: [], redactor)).document
  }

  private func preflight(
    _ folder: any FileFolder, _ isArchive: Bool, _ question: Preflight.Question
  ) throws -> Preflight {
    do {
      return try Preflight(folder, isArchive: isArchive, question)
    } catch let error as FormatError {
      throw BackupError(path: backup ?? directory, error: error)
    }
  }

  private func question() throws -> Preflight.Question {
    guard let release = target?.release ?? ServerRelease(name: "redis-7.0") else {
      throw ValidationError("--target names a release")
    }
    var question = Preflight.Question(target: release, startAt: at?.milliseconds ?? Moment.now)
    question.appendonly = appendonly.map { $0 == .yes }
    if let config {
      do throws(ConfigurationError) {
        question.configuration = try ServerConfiguration(path: config, service: service)
      } catch {
        let line = error.line.map { "line \($0): " } ?? ""
        throw ValidationError("\(escaped(error.path)): \(line)\(error.message)")
      }
    }
    question.backup = try backup.map { try Snapshot.open($0, cut: nil) }
    return question
  }

  /// The folder that is meant: on disk, or in an archive.
  private func open() throws -> (any FileFolder, isArchive: Bool) {
    if let folder = DiskFolder(directory) { return (folder, false) }
    let file = try directory == "-" ? StandardInput.file() : InputFile(path: directory)
    guard try BackupKind(of: file) == .archive else { throw noFolder }
    let archive = try ArchiveFile(file)
    guard archive.isTar else { throw noFolder }
    return (ArchiveFolder(archive), true)
  }

  private var noFolder: ValidationError {
    ValidationError(
      "\(escaped(directory)) is a single file: name a data directory, or make one of it (stage)")
  }

  /// A start that fails is damage; what is worse than a note is a finding.
  private func status(of preflight: Preflight) -> ExitStatus {
    let starts = preflight.outcomes.map(\.start)
    let pitfalls = preflight.pitfalls + preflight.outcomes.flatMap(\.pitfalls)
    if starts.contains(.refuses) { return .damaged }
    if starts.contains(.unknown) { return .unsupported }
    return pitfalls.contains { $0.severity != .note } ? .findings : .done
  }
}
