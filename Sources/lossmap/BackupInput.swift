internal import AOF
internal import Backup
internal import BinaryInput
internal import Foundation
internal import Keyspace
internal import RDB

/// What a path stands for.
enum BackupInput {
  case rdb(InputFile)
  case log(AppendOnlyLog)

  /// Finds out what a path stands for: an RDB, an append-only file, a manifest, a folder with one.
  ///
  /// - Throws: `InputError` if it can't be opened or is no backup, `FormatError` if it can't be read.
  init(_ path: String) throws {
    if (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil {
      self = .log(try AppendOnlyLog(folder: path))
      return
    }
    let file = try InputFile(path: path)
    switch try BackupKind(of: file) {
    case .rdb: self = Self.hasCommands(file) ? .log(try AppendOnlyLog(file: file)) : .rdb(file)
    case .aof: self = .log(try AppendOnlyLog(file: file))
    case .manifest: self = .log(try AppendOnlyLog(manifest: file))
    }
  }

  /// Whether an RDB says that the commands of a log follow it (Redis 4.0 to 6.2).
  private static func hasCommands(_ file: InputFile) -> Bool {
    guard var reader = try? RDBReader(file) else { return false }
    var description = SnapshotDescription(version: reader.version)
    while let record = try? reader.next(), record == .auxiliary {
      guard (try? description.add(record, reader)) != nil else { return false }
    }
    return description.text("aof-preamble") == "1"
  }
}
