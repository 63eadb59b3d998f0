public import BinaryInput

extension FormatRule {
  /// A zipmap is too short, or does not end in its terminator.
  public static let zipmapTerminator = FormatRule("zipmap-terminator")
  /// A length in a zipmap has a form that the server refuses.
  public static let zipmapLength = FormatRule("zipmap-length")
  /// A zipmap's header states another number of pairs than it has, or it has none.
  public static let zipmapCount = FormatRule("zipmap-count")
}

/// The small hash of Redis 2.4 and before (`zipmap.c`):
///
///     u8 number of pairs (254: count them), pairs …, 0xFF
///     pair: length, field, length, u8 number of unused bytes, value, unused bytes
struct Zipmap: ~Escapable {
  private static let terminator: UInt8 = 0xFF
  private static let longLength: UInt8 = 0xFE

  private var reader: ByteReader
  private let statedCount: UInt8
  private var pairsRead = 0

  /// Opens the zipmap `blob`, whose first byte stands at `base`.
  @_lifetime(copy blob)
  init(_ blob: Span<UInt8>, at base: Int) throws(FormatError) {
    guard blob.count >= 2, blob[blob.count - 1] == Self.terminator else {
      throw .malformed(
        .zipmapTerminator, "the zipmap ends without its terminator",
        at: base + max(0, blob.count - 1))
    }
    statedCount = blob[0]
    reader = ByteReader(blob.extracting(1..<(blob.count - 1)), at: base + 1)
  }

  /// The offset in the input of what is read next.
  var offset: Int { reader.offset }

  /// Reads the next field; nil after the last pair.
  @_lifetime(copy self)
  mutating func nextField() throws(FormatError) -> Span<UInt8>? {
    guard !reader.isAtEnd else {
      guard pairsRead > 0, statedCount == 254 || Int(statedCount) == pairsRead else {
        throw .malformed(
          .zipmapCount, "the zipmap says it has \(statedCount) pairs and has \(pairsRead)",
          at: reader.base - 1)
      }
      return nil
    }
    pairsRead += 1
    return try reader.take(claimed: try readLength())
  }

  /// Reads the value of the field that was read last.
  @_lifetime(copy self)
  mutating func value() throws(FormatError) -> Span<UInt8> {
    let length = try readLength()
    let unused = try reader.byte()
    let value = try reader.take(claimed: length)
    try reader.skip(claimed: UInt64(unused))
    return value
  }

  private mutating func readLength() throws(FormatError) -> UInt64 {
    let first = try reader.byte()
    guard first >= Self.longLength else { return UInt64(first) }
    let length = UInt64(first == Self.longLength ? try reader.uint32() : 0)
    // The server takes the number of bytes from the value, so a long form of a short length derails it.
    guard length >= UInt64(Self.longLength) else {
      throw .malformed(
        .zipmapLength, "a length of the zipmap has a form that it may not have",
        at: reader.offset - 1)
    }
    return length
  }
}
