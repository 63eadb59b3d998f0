internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Foundation
internal import SystemPackage

extension Backup {
  /// Opens what is at `path`; `-` is standard input.
  ///
  /// - Throws: `InputError` if it can't be opened or is no backup.
  static func open(_ path: String, part: String? = nil) throws(InputError) -> Backup {
    path == "-"
      ? try Backup(StandardInput.file(), part: part) : try Backup(path: path, part: part)
  }
}

/// Standard input, which can be read once, kept in a file without a name, which can be read again.
enum StandardInput {
  private static let pieceLength = 1 << 18

  /// Reads standard input to its end.
  ///
  /// - Throws: `InputError` if it can't be read, or there is no room for it.
  static func file() throws(InputError) -> InputFile {
    do {
      let spool = try unnamedFile()
      defer { try? spool.close() }
      while let piece = try FileHandle.standardInput.read(upToCount: pieceLength), !piece.isEmpty {
        _ = try spool.writeAll(piece)
      }
      // Opening it anew gives a place of its own in the file.
      return try InputFile(path: "/dev/fd/\(spool.rawValue)", named: "-")
    } catch {
      throw error as? InputError
        ?? InputError(path: "-", problem: "can't be kept for a second reading: \(error)")
    }
  }

  /// Refuses to read standard input for several inputs.
  static func requireOnce(_ paths: [String?]) throws {
    if paths.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("only one of the inputs can be standard input")
    }
  }

  private static func unnamedFile() throws -> FileDescriptor {
    let name = "lossmap-\(UUID().uuidString)"
    let path = FilePath(FileManager.default.temporaryDirectory.path(percentEncoded: false))
      .appending(name)
    let file = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: .ownerReadWrite)
    try FileManager.default.removeItem(atPath: path.string)
    return file
  }
}
