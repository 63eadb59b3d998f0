public import AOF
public import BinaryInput
internal import RDB

/// The files of a data directory that a server from Redis 7.0 on, with its log switched on, loads as the state of a
/// backup.
///
/// Such a server looks at the log only (reference: `aof.c`, `loadAppendOnlyFiles`): without a manifest it starts
/// empty, whatever `dump.rdb` holds. So an RDB becomes the base of a fresh log. Bytes are taken as they are.
public struct DataDirectory: Sendable {
  /// A file: the first bytes of another one, which may be all of them.
  public struct File: Sendable {
    /// Its path in the directory.
    public let name: String
    /// Where its bytes come from.
    public let source: InputFile
    /// How many bytes of the source count.
    public let size: Int
  }

  /// The files; the manifest, without which the others do not count, is the last.
  public let files: [File]

  /// The folder of the log, as servers call it if nobody says otherwise.
  public static let logFolder = "appendonlydir"
  private static let logName = "appendonly.aof"

  /// The directory for an RDB: a base, an empty increment, the manifest, and the RDB as `dump.rdb`, for a server
  /// whose log is off.
  ///
  /// - Throws: `FormatError` if the file is damaged so that its end can't be found.
  public init(snapshot file: InputFile) throws(FormatError) {
    // A server would read what stands behind the end as commands.
    let size = try Self.end(ofSnapshotIn: file)
    var log = LogFiles()
    log.add(.base, file, size, "rdb")
    log.addIncrementToWriteTo()
    files = [File(name: "dump.rdb", source: file, size: size)] + log.files + [log.manifest]
  }

  /// The directory for a log, as a server would load it or as of `cut`: the last part ends behind the last command
  /// that counts, or before a transaction that is not whole.
  ///
  /// - Throws: `LogProblem` if a server would refuse the log.
  public init(log: AppendOnlyLog, cut: LogCut? = nil) throws(LogProblem) {
    var files = LogFiles()
    var walk = try LogWalk(log, cut: cut)
    while let part = walk.nextPart() {
      var start = 0
      do throws(FormatError) {
        if part.beginsWithSnapshot { start = try Self.end(ofSnapshotIn: part.file) }
      } catch {
        throw LogProblem(
          .snapshotDamaged(error), in: part.file.path, at: error.offset, .refuses(cutAt: nil))
      }
      let size = try Self.size(of: walk.commands(from: start))
      switch part.role {
      case .base, .whole: files.add(.base, part.file, size, size == start ? "rdb" : "aof")
      case .increment: files.add(.increment, part.file, size, "aof")
      }
    }
    files.addIncrementToWriteTo()
    self.files = files.files + [files.manifest]
  }

  /// How many bytes of a part count. A server loads an annotation without an end, writes on in the same line, and
  /// refuses the file at its next start.
  private static func size(of survey: CommandSurvey) -> Int {
    survey.warnings.lazy.filter { $0.diagnosis == .tornAnnotation }.map(\.offset).min()
      .map { min($0, survey.end) } ?? survey.end
  }

  private static func end(ofSnapshotIn file: InputFile) throws(FormatError) -> Int {
    var reader = try RDBReader(file)
    while try reader.next() != nil {}
    return reader.offset
  }

  /// The files of a log, numbered from 1 as a server does it.
  private struct LogFiles {
    private(set) var files: [File] = []
    private var lines = ""
    private var increments = 0

    mutating func add(
      _ role: Manifest.Entry.Role, _ source: InputFile, _ size: Int, _ ending: String
    ) {
      if role == .increment { increments += 1 }
      let number = role == .increment ? increments : 1
      let name = "\(logName).\(number).\(role == .increment ? "incr" : "base").\(ending)"
      files.append(File(name: "\(logFolder)/\(name)", source: source, size: size))
      lines += "file \(name) seq \(number) type \(role == .increment ? "i" : "b")\n"
    }

    /// Where a server writes on; it makes the file itself, but then the manifest changes at once.
    mutating func addIncrementToWriteTo() {
      guard increments == 0 else { return }
      add(.increment, InputFile([], named: "nothing"), 0, "aof")
    }

    var manifest: File {
      let bytes = Array(lines.utf8)
      return File(
        name: "\(logFolder)/\(logName).manifest", source: InputFile(bytes, named: "manifest"),
        size: bytes.count)
    }
  }
}
