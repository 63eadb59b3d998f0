public import BinaryInput

extension FormatRule {
  /// A listpack's header states another size than it has.
  public static let listpackSize = FormatRule("listpack-size")
  /// A listpack does not end in its terminator.
  public static let listpackTerminator = FormatRule("listpack-terminator")
  /// An entry of a listpack begins with a byte that no encoding has.
  public static let listpackEntry = FormatRule("listpack-entry")
  /// The length that lets a listpack be read backwards is not that of its entry.
  public static let listpackBacklength = FormatRule("listpack-backlength")
  /// A listpack's header states another number of entries than it has.
  public static let listpackCount = FormatRule("listpack-count")
}

/// The server's compact list since 5.0 (`listpack.c`):
///
///     u32 total bytes, u16 number of entries (65535: count them), entries …, 0xFF
///     entry: encoding byte, data, backlength
///
/// Checked as the server's deep mode does (`lpValidateIntegrity`).
struct Listpack: PackedSequence, ~Escapable {
  private static let headerLength = 6
  private static let terminator: UInt8 = 0xFF
  private static let unknownCount: UInt16 = 0xFFFF

  private var reader: ByteReader
  private let statedCount: UInt16
  private(set) var entriesRead = 0

  /// Whether there are no entries at all.
  var isEmpty: Bool { entriesRead == 0 && reader.isAtEnd }

  /// The offset in the input of the next entry.
  var offset: Int { reader.offset }

  /// Opens the listpack `blob`, whose first byte stands at `base`.
  @_lifetime(copy blob)
  init(_ blob: Span<UInt8>, at base: Int) throws(FormatError) {
    guard blob.count > Self.headerLength else {
      throw .malformed(.listpackSize, "\(blob.count) bytes are too few for a listpack", at: base)
    }
    var header = ByteReader(blob, at: base)
    let size = try header.uint32()
    guard size == UInt32(truncatingIfNeeded: blob.count), blob.count <= Int(UInt32.max) else {
      throw .malformed(
        .listpackSize, "the listpack says it has \(size) bytes and has \(blob.count)", at: base)
    }
    statedCount = try header.uint16()
    let last = blob.count - 1
    guard blob[last] == Self.terminator else {
      throw .malformed(
        .listpackTerminator, "the listpack ends without its terminator", at: base + last)
    }
    reader = ByteReader(
      blob.extracting(Self.headerLength..<last), at: base + Self.headerLength)
  }

  @_lifetime(copy self)
  mutating func next() throws(FormatError) -> EncodedString? {
    guard !reader.isAtEnd else {
      try checkCount()
      return nil
    }
    let start = reader.position
    let entry = try readEntry()
    try checkBacklength(of: reader.position - start)
    entriesRead += 1
    return entry
  }

  @_lifetime(copy self)
  private mutating func readEntry() throws(FormatError) -> EncodedString {
    let first = try reader.byte()
    switch first {
    case 0x00...0x7F: return .integer(Int64(first))
    case 0x80...0xBF: return .plain(try reader.take(Int(first & 0x3F)))
    case 0xC0...0xDF:
      let value = Int64(first & 0x1F) << 8 | Int64(try reader.byte())
      return .integer((value << 51) >> 51)
    case 0xE0...0xEF:
      let length = Int(first & 0x0F) << 8 | Int(try reader.byte())
      return .plain(try reader.take(length))
    case 0xF0: return .plain(try reader.take(claimed: UInt64(try reader.uint32())))
    case 0xF1: return .integer(try reader.signed(width: 2))
    case 0xF2: return .integer(try reader.signed(width: 3))
    case 0xF3: return .integer(try reader.signed(width: 4))
    case 0xF4: return .integer(try reader.signed(width: 8))
    default:
      throw .malformed(
        .listpackEntry, "0x\(String(first, radix: 16)) begins no listpack entry",
        at: reader.offset - 1)
    }
  }

  /// Reads the backlength of an entry of `size` bytes: 7 bits a byte, most significant first, every
  /// byte but the first with its high bit set. The odd limits are the server's (`lpEncodeBacklen`).
  private mutating func checkBacklength(of size: Int) throws(FormatError) {
    if size <= 127 {
      guard try reader.byte() == UInt8(truncatingIfNeeded: size) else { throw backlength(of: size) }
      return
    }
    let length =
      switch size {
      case ..<16_383: 2
      case ..<2_097_151: 3
      case ..<268_435_455: 4
      default: 5
      }
    for index in 0..<length {
      let bits = UInt8(truncatingIfNeeded: size >> (7 * (length - 1 - index)) & 0x7F)
      let expected = index == 0 ? bits : bits | 0x80
      guard try reader.byte() == expected else { throw backlength(of: size) }
    }
  }

  private func backlength(of size: Int) -> FormatError {
    .malformed(
      .listpackBacklength, "the backlength is not that of the entry's \(size) bytes",
      at: reader.offset - 1)
  }

  private func checkCount() throws(FormatError) {
    guard statedCount == Self.unknownCount || Int(statedCount) == entriesRead else {
      throw .malformed(
        .listpackCount, "the listpack says it has \(statedCount) entries and has \(entriesRead)",
        at: reader.base - 2)
    }
  }
}
