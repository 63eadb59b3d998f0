public import BinaryInput

extension FormatRule {
  /// A ziplist's header states another size than it has.
  public static let ziplistSize = FormatRule("ziplist-size")
  /// A ziplist does not end in its terminator.
  public static let ziplistTerminator = FormatRule("ziplist-terminator")
  /// An entry of a ziplist begins with a byte that no encoding has.
  public static let ziplistEntry = FormatRule("ziplist-entry")
  /// The length that an entry of a ziplist states for the one before it is wrong.
  public static let ziplistPreviousLength = FormatRule("ziplist-previous-length")
  /// A ziplist's header does not point to its last entry.
  public static let ziplistTail = FormatRule("ziplist-tail")
  /// A ziplist's header states another number of entries than it has.
  public static let ziplistCount = FormatRule("ziplist-count")
}

/// The server's compact list before 7.0 (`ziplist.c`):
///
///     u32 total bytes, u32 offset of the last entry, u16 number of entries (65535: count them),
///     entries …, 0xFF
///     entry: length of the entry before, encoding, data
///
/// Checked as the server always does (`ziplistValidateIntegrity`).
struct Ziplist: PackedSequence, ~Escapable {
  private static let headerLength = 10
  private static let terminator: UInt8 = 0xFF
  private static let unknownCount: UInt16 = 0xFFFF

  private var reader: ByteReader
  private let statedTail: UInt32
  private let statedCount: UInt16
  private var previousLength = 0
  private var lastStart: Int
  private(set) var entriesRead = 0

  /// The offset in the input of the next entry.
  var offset: Int { reader.offset }

  /// Opens the ziplist `blob`, whose first byte stands at `base`.
  @_lifetime(copy blob)
  init(_ blob: Span<UInt8>, at base: Int) throws(FormatError) {
    guard blob.count > Self.headerLength else {
      throw .malformed(.ziplistSize, "\(blob.count) bytes are too few for a ziplist", at: base)
    }
    var header = ByteReader(blob, at: base)
    let size = try header.uint32()
    guard size == UInt32(truncatingIfNeeded: blob.count), blob.count <= Int(UInt32.max) else {
      throw .malformed(
        .ziplistSize, "the ziplist says it has \(size) bytes and has \(blob.count)", at: base)
    }
    statedTail = try header.uint32()
    statedCount = try header.uint16()
    let last = blob.count - 1
    guard blob[last] == Self.terminator else {
      throw .malformed(
        .ziplistTerminator, "the ziplist ends without its terminator", at: base + last)
    }
    reader = ByteReader(blob.extracting(Self.headerLength..<last), at: base + Self.headerLength)
    lastStart = Self.headerLength
  }

  @_lifetime(copy self)
  mutating func next() throws(FormatError) -> EncodedString? {
    guard !reader.isAtEnd else {
      try checkHeader()
      return nil
    }
    let start = reader.position
    let stated = try readPreviousLength()
    guard stated == previousLength else {
      throw .malformed(
        .ziplistPreviousLength,
        "the entry says that the one before has \(stated) bytes, it has \(previousLength)",
        at: reader.base + start)
    }
    let entry = try readEntry()
    previousLength = reader.position - start
    lastStart = Self.headerLength + start
    entriesRead += 1
    return entry
  }

  private mutating func readPreviousLength() throws(FormatError) -> Int {
    let first = try reader.byte()
    switch first {
    case ..<0xFE: return Int(first)
    case 0xFE: return Int(try reader.uint32())
    default:
      throw .malformed(
        .ziplistEntry, "the terminator stands before the end of the ziplist", at: reader.offset - 1)
    }
  }

  @_lifetime(copy self)
  private mutating func readEntry() throws(FormatError) -> EncodedString {
    let first = try reader.byte()
    switch first {
    case 0x00...0x3F: return .plain(try reader.take(Int(first)))
    case 0x40...0x7F:
      return .plain(try reader.take(Int(first & 0x3F) << 8 | Int(try reader.byte())))
    case 0x80...0xBF: return .plain(try reader.take(claimed: try reader.bigEndian(4)))
    case 0xC0: return .integer(try reader.signed(width: 2))
    case 0xD0: return .integer(try reader.signed(width: 4))
    case 0xE0: return .integer(try reader.signed(width: 8))
    case 0xF0: return .integer(try reader.signed(width: 3))
    case 0xFE: return .integer(try reader.signed(width: 1))
    case 0xF1...0xFD: return .integer(Int64(first & 0x0F) - 1)
    default:
      throw .malformed(
        .ziplistEntry, "0x\(String(first, radix: 16)) begins no ziplist entry",
        at: reader.offset - 1)
    }
  }

  private func checkHeader() throws(FormatError) {
    guard Int(statedTail) == lastStart else {
      throw .malformed(
        .ziplistTail, "the header puts the last entry at \(statedTail), it is at \(lastStart)",
        at: reader.base - 6)
    }
    guard statedCount == Self.unknownCount || Int(statedCount) == entriesRead else {
      throw .malformed(
        .ziplistCount, "the ziplist says it has \(statedCount) entries and has \(entriesRead)",
        at: reader.base - 2)
    }
  }
}
