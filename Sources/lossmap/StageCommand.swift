internal import AOF
internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Foundation
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// Makes a data directory that a server really loads.
struct StageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage",
    abstract: "Make a data directory that a server really loads.",
    discussion: """
      A server from Redis 7.0 on that runs with appendonly yes never reads dump.rdb. So the backup becomes the base \
      of a fresh log, with the manifest that a server would write; an RDB is there as dump.rdb too, for a server whose \
      log is off. Bytes are copied as they are. Of a log, --until and --until-offset cut the last file behind a whole \
      command or transaction; without them the cut is where a server would cut a torn tail.

      DIR appears whole or not at all. It is made if it is missing, and must be empty if it is there. Its files belong \
      to whoever runs this: give them to the server's user before it starts.

      EXAMPLES
        lossmap stage backup.rdb --into /srv/redis/data
        lossmap stage volume.tar.gz --into data
        lossmap stage appendonlydir --until 2026-03-11T01:00:00Z --into data

      \(ExitStatus.help)
      """)

  @Argument(help: "\(backupHelp)", completion: .file())
  var backup: String

  @Option(
    help: "The data directory to make: missing, or an empty folder.", completion: .directory)
  var into: String

  @Option(help: "Speak en or zh. (default: what LANG says)")
  var lang: LanguageOption?

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var log: LogOptions

  func run() throws {
    try reportingErrors {
      let target = try StagedFolder(at: into, besides: backup)
      let opened = try Backup.open(backup, part: log.part)
      let snapshot = try Snapshot.open(opened, path: backup, cut: log.cut)
      let (directory, keys) = try examine(opened, snapshot)
      try target.write(directory, savedAt: snapshot.createdAt)
      report(directory, keys: keys)
      try snapshot.status.end()
    }
  }

  /// Reads the whole backup before anything is written.
  private func examine(
    _ opened: Backup, _ snapshot: Snapshot
  ) throws -> (DataDirectory, keys: Int) {
    do {
      let keys = try snapshot.walk(at: .min) { (_) throws(FormatError) in }.keys
      switch opened.contents {
      case .snapshot(let file):
        try check(file)
        return (try DataDirectory(snapshot: file), keys)
      case .log(let opened):
        for part in opened.parts where part.beginsWithSnapshot { try check(part.file) }
        return (try DataDirectory(log: opened, cut: log.cut), keys)
      }
    } catch let problem as LogProblem {
      throw BackupError(path: problem.path, error: problem.error)
    } catch let error as FormatError {
      throw BackupError(path: backup, error: error)
    }
  }

  /// Refuses an RDB that is not whole, and says if the server that this is for would not load it.
  private func check(_ file: InputFile) throws {
    var options = Verification.Options()
    options.targets = ServerRelease(name: "redis-7.0").map { [$0] } ?? []
    let verdict = Verification(of: file, options)
    if let problem = verdict.problems.first(where: { $0.severity == .error }) {
      let message = "offset 0x\(String(problem.offset, radix: 16)): \(problem.message)"
      StandardError.write("lossmap: \(escaped(file.path)): \(message)\n")
      let status: ExitStatus = verdict.isIntact == nil ? .unsupported : .damaged
      throw ExitCode(status.rawValue)
    }
    for case (let release, let reason?) in verdict.targets {
      warn("\(release.name) would not load it (\(reason)); start the release that wrote it")
    }
    if verdict.checksum != .ok { warn("no checksum vouches for \(escaped(file.path))") }
  }

  private func warn(_ message: String) {
    StandardError.write("lossmap: warning: \(message)\n")
  }

  private func report(_ directory: DataDirectory, keys: Int) {
    let language = lang ?? .preferred(by: ProcessInfo.processInfo.environment)
    let text = StageText(
      path: into, keys: keys,
      files: directory.files.map { StageText.File(name: $0.name, bytes: $0.size) },
      language: language.language)
    print(text.text, terminator: "")
  }
}
