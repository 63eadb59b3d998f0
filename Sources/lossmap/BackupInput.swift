internal import AOF
internal import Backup
internal import BinaryInput
internal import Foundation
internal import Impact
internal import Keyspace
internal import RDB

/// The files that a path stands for, in the order in which a server loads them.
struct BackupInput {
  /// The files; one, unless it is a log of several.
  let files: [InputFile]
  /// Whether commands are in it.
  let isLog: Bool
  let kind: SnapshotKind

  /// Finds out what a path stands for: an RDB, an append-only file, a manifest, a folder with one.
  ///
  /// - Throws: `InputError` if it can't be opened or is no backup, `BackupError` if its manifest is damaged.
  init(_ path: String) throws {
    if (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil {
      let manifest = try Self.manifest(in: path)
      files = try Self.files(of: manifest)
      (isLog, kind) = (true, .directory)
      return
    }
    let file = try InputFile(path: path)
    switch try BackupKind(of: file) {
    case .rdb:
      files = [file]
      isLog = Self.hasCommands(file)
      kind = isLog ? .aof : .rdb
    case .aof:
      files = [file]
      (isLog, kind) = (true, .aof)
    case .manifest:
      files = try Self.files(of: file)
      (isLog, kind) = (true, .directory)
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

  private static func manifest(in folder: String) throws(InputError) -> InputFile {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let manifests = names.filter { $0.hasSuffix(".manifest") && !$0.hasPrefix("temp-") }
    guard manifests.count == 1 else {
      throw InputError(
        path: folder,
        problem: manifests.isEmpty
          ? "is a directory without a manifest, so no append-only log"
          : "has \(manifests.count) manifests: name the one that is meant")
    }
    return try InputFile(path: folder + "/" + manifests[0])
  }

  private static func files(of manifest: InputFile) throws -> [InputFile] {
    let entries: [Manifest.Entry]
    do throws(FormatError) {
      entries = try Manifest(parsing: try manifest.bytes(manifest.size)).loaded
    } catch {
      throw BackupError(path: manifest.path, error: error)
    }
    let folder = URL(filePath: manifest.path).deletingLastPathComponent().path(
      percentEncoded: false)
    return try entries.map {
      try InputFile(path: folder + "/" + String(decoding: $0.name, as: UTF8.self))
    }
  }
}
