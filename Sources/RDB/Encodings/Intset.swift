public import BinaryInput

extension FormatRule {
  /// The members of an intset are not 2, 4 or 8 bytes wide.
  public static let intsetWidth = FormatRule("intset-width")
  /// An intset's size is not that of its members, or it has none.
  public static let intsetSize = FormatRule("intset-size")
  /// The members of an intset are not in ascending order.
  public static let intsetOrder = FormatRule("intset-order")
}

/// A set of integers (`intset.c`): `u32 width, u32 count`, then the members, ascending.
///
/// Checked as the server's deep mode does (`intsetValidateIntegrity`).
struct Intset: ~Escapable {
  private static let headerLength = 8

  private var reader: ByteReader
  private let width: Int
  private var previous: Int64?

  /// How many members there are.
  let count: Int

  /// Opens the intset `blob`, whose first byte stands at `base`.
  @_lifetime(copy blob)
  init(_ blob: Span<UInt8>, at base: Int) throws(FormatError) {
    guard blob.count >= Self.headerLength else {
      throw .malformed(.intsetSize, "\(blob.count) bytes are too few for an intset", at: base)
    }
    var header = ByteReader(blob, at: base)
    let width = try header.uint32()
    guard width == 2 || width == 4 || width == 8 else {
      throw .malformed(.intsetWidth, "an intset has no members of \(width) bytes", at: base)
    }
    let count = try header.uint32()
    guard count > 0, UInt64(count) * UInt64(width) == UInt64(header.remaining) else {
      throw .malformed(
        .intsetSize, "\(count) members of \(width) bytes don't fill \(header.remaining) bytes",
        at: base + 4)
    }
    self.width = Int(width)
    self.count = Int(count)
    reader = header
  }

  /// Reads the next member; nil after the last one.
  mutating func next() throws(FormatError) -> Int64? {
    guard !reader.isAtEnd else { return nil }
    let offset = reader.offset
    let member = try reader.signed(width: width)
    if let previous, previous >= member {
      throw .malformed(.intsetOrder, "member \(member) follows \(previous)", at: offset)
    }
    previous = member
    return member
  }
}
