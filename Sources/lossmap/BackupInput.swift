internal import AOF
internal import Backup
internal import BinaryInput
internal import Impact
internal import Keyspace

/// The files that a path stands for, in the order in which a server loads them.
struct BackupInput {
  /// The files; one, unless it is a log of several.
  let files: [InputFile]
  /// Whether commands are in it.
  let isLog: Bool
  let kind: SnapshotKind

  /// Finds out what a path stands for: an RDB, an append-only file, a manifest, a folder with one.
  ///
  /// - Throws: `InputError` if it can't be opened or is no backup, `BackupError` if a server would not load it
  ///   because of its manifest, or of what is missing.
  init(_ path: String) throws {
    switch try BackupSource(path: path) {
    case .snapshot(let file):
      files = [file]
      (isLog, kind) = (false, .rdb)
    case .log(let log):
      if let problem = log.problems.first(where: \.keepsFromLoading) {
        throw BackupError(path: problem.path, error: problem.error)
      }
      files = log.parts.map(\.file)
      (isLog, kind) = (true, log.manifestPath == nil ? .aof : .directory)
    }
  }
}
