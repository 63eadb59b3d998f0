/// A forward cursor over borrowed bytes: every read is checked, nothing is copied.
///
/// Offsets in errors are absolute: `base` is the offset in the input of the first byte.
/// Everything that succeeds is inlinable: a record takes a dozen reads, and calls would triple the time
/// that walking a file of small keys takes.
public struct ByteReader: ~Escapable {
  @usableFromInline
  let bytes: Span<UInt8>
  @usableFromInline
  var cursor = 0
  /// The offset in the input of the first of the bytes.
  public let base: Int
  /// The absolute offset of the first number that was read in a longer form than it needs; nil if none was.
  public private(set) var firstLongForm: Int?
  /// The first departure from what servers write that they read all the same; nil if there was none.
  public private(set) var firstDeparture: Departure?
  /// The absolute offset of the first departure.
  public private(set) var departureOffset = 0

  /// Reads `bytes`, which stand at the offset `base` of the input.
  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at base: Int = 0) {
    self.bytes = bytes
    self.base = base
  }

  /// How many bytes have been read.
  @inlinable public var position: Int { cursor }

  /// The number of bytes not read yet.
  @inlinable public var remaining: Int { bytes.count &- cursor }

  /// Whether every byte has been read.
  @inlinable public var isAtEnd: Bool { cursor == bytes.count }

  /// The absolute offset of the next byte.
  @inlinable public var offset: Int { base + cursor }

  /// Reads one byte.
  @inlinable @inline(__always)
  public mutating func byte() throws(FormatError) -> UInt8 {
    guard cursor < bytes.count else { throw shortage(1) }
    let byte = bytes[cursor]
    cursor &+= 1
    return byte
  }

  /// Returns the next byte without reading it.
  @inlinable
  public func peek() throws(FormatError) -> UInt8 {
    guard cursor < bytes.count else { throw shortage(1) }
    return bytes[cursor]
  }

  /// Reads `count` bytes, borrowed from the input.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public mutating func take(_ count: Int) throws(FormatError) -> Span<UInt8> {
    guard count >= 0, count <= remaining else { throw shortage(UInt64(max(0, count))) }
    let start = cursor
    cursor &+= count
    return bytes.extracting(start..<cursor)
  }

  /// Reads as many bytes as a length of the file claims.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  public mutating func take(claimed count: UInt64) throws(FormatError) -> Span<UInt8> {
    guard count <= UInt64(remaining) else { throw shortage(count) }
    return try take(Int(count))
  }

  /// Moves over as many bytes as a length of the file claims.
  @inlinable @inline(__always)
  public mutating func skip(claimed count: UInt64) throws(FormatError) {
    guard count <= UInt64(remaining) else { throw shortage(count) }
    cursor &+= Int(count)
  }

  /// What servers read although none writes it.
  public enum Departure: UInt8, Sendable {
    /// A special string form where a number is expected.
    case specialNumber
    /// A score whose text only `sscanf` takes for a number.
    case scoreText
    /// A version that is not four digits.
    case versionText
  }

  /// Notes a departure at an offset.
  @inline(never)
  public mutating func note(_ departure: Departure, at offset: Int) {
    guard firstDeparture == nil else { return }
    firstDeparture = departure
    departureOffset = offset
  }

  /// Notes that the number behind the cursor, of `size` bytes, has a form longer than it needs.
  @inline(never)
  public mutating func noteLongForm(of size: Int) {
    firstLongForm = firstLongForm ?? offset - size
  }

  /// Goes back to a position that was read before.
  @inlinable
  public mutating func rewind(to earlier: Int) {
    precondition(earlier >= 0 && earlier <= cursor, "a reader only rewinds")
    cursor = earlier
  }

  /// Reads a 16-bit unsigned integer, least significant byte first.
  @inlinable
  public mutating func uint16() throws(FormatError) -> UInt16 {
    UInt16(truncatingIfNeeded: try littleEndian(2))
  }

  /// Reads a 32-bit unsigned integer, least significant byte first.
  @inlinable
  public mutating func uint32() throws(FormatError) -> UInt32 {
    UInt32(truncatingIfNeeded: try littleEndian(4))
  }

  /// Reads a 64-bit unsigned integer, least significant byte first.
  @inlinable
  public mutating func uint64() throws(FormatError) -> UInt64 {
    try littleEndian(8)
  }

  /// Reads a 64-bit signed integer, least significant byte first.
  @inlinable
  public mutating func int64() throws(FormatError) -> Int64 {
    Int64(bitPattern: try littleEndian(8))
  }

  /// Reads a signed integer of `width` bytes, least significant byte first.
  @inlinable
  public mutating func signed(width: Int) throws(FormatError) -> Int64 {
    let unused = 64 - 8 * width
    return Int64(bitPattern: try littleEndian(width) << UInt64(unused)) >> Int64(unused)
  }

  /// Reads an IEEE 754 binary64, least significant byte first.
  @inlinable
  public mutating func double() throws(FormatError) -> Double {
    Double(bitPattern: try littleEndian(8))
  }

  /// Reads an unsigned integer of `width` bytes, most significant byte first.
  @inlinable
  public mutating func bigEndian(_ width: Int) throws(FormatError) -> UInt64 {
    guard width <= remaining else { throw shortage(UInt64(width)) }
    var value: UInt64 = 0
    for index in cursor..<(cursor &+ width) { value = value << 8 | UInt64(bytes[index]) }
    cursor &+= width
    return value
  }

  @inlinable
  mutating func littleEndian(_ width: Int) throws(FormatError) -> UInt64 {
    guard width <= remaining else { throw shortage(UInt64(width)) }
    var value: UInt64 = 0
    if width == 8 {
      value = bytes.littleEndian64(at: cursor)
    } else {
      var shift: UInt64 = 0
      for index in cursor..<(cursor &+ width) {
        value |= UInt64(bytes[index]) &<< shift
        shift &+= 8
      }
    }
    cursor &+= width
    return value
  }

  @inline(never) @usableFromInline
  func shortage(_ needed: UInt64) -> FormatError {
    .truncated(needed: needed, available: remaining, at: offset)
  }
}

extension Span<UInt8> {
  /// The 64-bit unsigned integer at `index`, least significant byte first.
  @inlinable @inline(__always)
  public func littleEndian64(at index: Int) -> UInt64 {
    precondition(index >= 0 && index <= count - 8, "eight bytes are needed")
    return unsafe UInt64(
      littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
  }
}
