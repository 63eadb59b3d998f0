internal import BinaryInput
internal import Crypto
internal import Foundation
internal import Impact
internal import Reports

extension FileEvidence {
  private static let pieceLength = 1 << 20

  /// What was read from `path`: the file, or every file of the folder. Standard input has no name to check a hash
  /// against, and is left out.
  ///
  /// - Throws: `InputError` if a file can't be opened, `BackupError` if it can't be read.
  static func files(at path: String) throws -> [FileEvidence] {
    guard path != "-" else { return [] }
    // A manifest stands for the folder that it is in.
    let isManifest = path.hasSuffix(".manifest")
    let place = isManifest ? URL(filePath: path).deletingLastPathComponent().relativePath : path
    guard let folder = DiskFolder(place) else { return [try FileEvidence(path, for: path)] }
    // What is no file, a socket for one, can't be part of a backup.
    return try folder.files().filter { isRegular(folder.path(of: $0)) }
      .map { try FileEvidence(folder.path(of: $0), for: path) }
  }

  private static func isRegular(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  private init(_ path: String, for input: String) throws {
    let file = try InputFile(path: path)
    var hash = SHA256()
    var offset = 0
    do throws(FormatError) {
      while offset < file.size {
        let piece = try file.bytes(at: offset, min(Self.pieceLength, file.size - offset))
        guard !piece.isEmpty else { break }
        hash.update(data: piece)
        offset += piece.count
      }
    } catch {
      throw BackupError(path: path, error: error)
    }
    let digits = hash.finalize().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    self.init(input: input, path: path, bytes: offset, sha256: digits.joined())
  }
}
