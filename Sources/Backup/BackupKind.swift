public import BinaryInput
internal import RDB

/// What a file turns out to be by its first bytes.
public enum BackupKind: String, Sendable {
  /// An RDB snapshot.
  case rdb
  /// Commands of an append-only log.
  case aof
  /// The list of a log's files.
  case manifest
  /// Compressed data, or a tar archive.
  case archive

  /// Recognizes the kind of a file.
  ///
  /// - Throws: `InputError` if it is no backup: too short, or with another beginning. Files that people take
  ///   for backups, or that hold one in another form, are named.
  public init(of file: InputFile) throws(InputError) {
    let header: [UInt8]
    do throws(FormatError) {
      header = try file.bytes(Self.headerLength)
    } catch {
      throw InputError(path: file.path, problem: error.message)
    }
    let isEnvelope = RDBVersion.isEnvelope(header.span)
    if header.starts(with: "REDIS".utf8) || header.starts(with: "VALKEY".utf8) || isEnvelope {
      guard header.count >= 9 else {
        throw InputError(
          path: file.path,
          problem:
            "is no backup: offset 0x\(String(header.count, radix: 16)): header: the file ends")
      }
      self = .rdb
      return
    }
    if Self.afterComments(header).starts(with: "file ".utf8) {
      self = .manifest
    } else if header.starts(with: "*".utf8) || header.starts(with: "#".utf8) {
      self = .aof
    } else if Self.isArchive(header) {
      self = .archive
    } else {
      throw InputError(path: file.path, problem: Self.problem(header))
    }
  }

  /// As far as the signature of a tar archive goes.
  private static let headerLength = 262

  private static func isArchive(_ header: [UInt8]) -> Bool {
    let isTar = header.count == headerLength && header[257..<262].elementsEqual("ustar".utf8)
    return isTar || compressed.contains { header.starts(with: $0) }
  }

  /// What stands behind the comments that a manifest may begin with; in a log, such lines are annotations.
  private static func afterComments(_ header: [UInt8]) -> ArraySlice<UInt8> {
    var rest = header[...]
    while rest.first == UInt8(ascii: "#") {
      rest = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
    }
    return rest
  }

  private static func problem(_ header: [UInt8]) -> String {
    if header.isEmpty { return "is no backup: offset 0x0: header: the file is empty" }
    let start = EscapedBytes(Array(header.prefix(9)))
    return "is no backup: offset 0x0: header: it begins with \"\(start)\", not with REDIS or VALKEY"
  }

  /// The signatures of gzip, Zstandard, xz, bzip2 and LZ4.
  private static let compressed: [[UInt8]] = [
    [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A], Array("BZh".utf8),
    [0x04, 0x22, 0x4D, 0x18],
  ]
}
