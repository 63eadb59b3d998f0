public import BinaryInput

/// What a file turns out to be by its first bytes.
public enum BackupKind: String, Sendable {
  /// An RDB snapshot.
  case rdb
  /// Commands of an append-only log.
  case aof
  /// The list of a log's files.
  case manifest

  /// Recognizes the kind of a file.
  ///
  /// - Throws: `InputError` if it is no backup: too short, or with another beginning. Files that people take
  ///   for backups, or that hold one in another form, are named.
  public init(of file: InputFile) throws(InputError) {
    let header: [UInt8]
    do throws(FormatError) {
      header = try file.bytes(264)
    } catch {
      throw InputError(path: file.path, problem: error.message)
    }
    if header.starts(with: "REDIS".utf8) || header.starts(with: "VALKEY".utf8) {
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
    } else {
      throw InputError(path: file.path, problem: Self.problem(header))
    }
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
    for (magic, name) in others where header.starts(with: magic) {
      return "is no RDB file: offset 0x0: header: it is \(name)"
    }
    if header.count > 262, header[257..<262].elementsEqual("ustar".utf8) {
      return "is no RDB file: offset 0x0: header: it is a tar archive; unpack it first"
    }
    let start = EscapedBytes(Array(header.prefix(9)))
    return "is no backup: offset 0x0: header: it begins with \"\(start)\", not with REDIS or VALKEY"
  }

  private static let others: [(magic: [UInt8], name: String)] = [
    ([0x1F, 0x8B], "gzip data; decompress it first"),
    ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard data; decompress it first"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz data; decompress it first"),
    (Array("VKCS".utf8), "a compressed Valkey RDB, which this build does not support"),
  ]
}
