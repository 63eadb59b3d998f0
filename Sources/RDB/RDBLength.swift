public import BinaryInput

extension FormatRule {
  /// The first byte of a length has a form that no version defines.
  public static let lengthForm = FormatRule("length-form")
  /// A special string form stands where only a number may.
  public static let lengthExpected = FormatRule("length-expected")
}

/// A length or a number, as `rdb.h` of the server lays it out in the first byte's two high bits:
///
///     00|xxxxxx                      the 6 low bits are the number
///     01|xxxxxx xxxxxxxx             a 14-bit number, most significant byte first
///     10|000000 [4 bytes]            a 32-bit number, most significant byte first (RDB_32BITLEN)
///     10|000001 [8 bytes]            a 64-bit number, most significant byte first (RDB_64BITLEN)
///     11|xxxxxx                      not a number: a special form of a string (RDB_ENCVAL)
///
/// The server writes the shortest form and reads any.
@usableFromInline
enum RDBLength: Equatable {
  case number(UInt64)
  case special(UInt8)

  /// Reads a length or the announcement of a special string.
  @inlinable @inline(__always)
  init(parsing reader: inout ByteReader) throws(FormatError) {
    let first = try reader.byte()
    switch first >> 6 {
    case 0: self = .number(UInt64(first))
    case 1:
      let number = UInt64(first & 0x3F) << 8 | UInt64(try reader.byte())
      if number < 1 << 6 { reader.noteLongForm(of: 2) }
      self = .number(number)
    case 2:
      switch first {
      case 0x80:
        let number = try reader.bigEndian(4)
        if number < 1 << 14 { reader.noteLongForm(of: 5) }
        self = .number(number)
      case 0x81:
        let number = try reader.bigEndian(8)
        if number < 1 << 32 { reader.noteLongForm(of: 9) }
        self = .number(number)
      default:
        throw Self.undefined(first, at: reader.offset - 1)
      }
    default: self = .special(first & 0x3F)
    }
  }

  @inline(never) @usableFromInline
  static func undefined(_ first: UInt8, at offset: Int) -> FormatError {
    .malformed(.lengthForm, "0x\(String(first, radix: 16)) begins no length", at: offset)
  }
}

extension ByteReader {
  /// Reads a length where only a number may stand. A special string form is noted, and taken for the number that
  /// servers take it for (`rdbLoadLen` without `isencoded`).
  @inline(__always)
  mutating func length() throws(FormatError) -> UInt64 {
    switch try RDBLength(parsing: &self) {
    case .number(let number): return number
    case .special(let form):
      note(.specialNumber, at: offset - 1)
      return UInt64(form)
    }
  }

  /// What was met on the way that servers read although none writes it, as an error; nil if there was nothing.
  @inline(__always)
  var departure: FormatError? { firstDeparture == nil ? nil : departureError }

  @inline(never)
  private var departureError: FormatError? {
    guard let firstDeparture else { return nil }
    let (rule, message) =
      switch firstDeparture {
      case .specialNumber:
        (FormatRule.lengthExpected, "a special string form stands where a number is expected")
      case .scoreText: (.scoreForm, "the score is not written as servers write numbers")
      case .versionText: (.versionForm, "the version in the header is not four digits")
      }
    return .malformed(rule, message, at: departureOffset)
  }

  /// Reads the number of elements that follow, each of which takes at least one byte.
  mutating func count() throws(FormatError) -> Int {
    let start = position
    let count = try length()
    guard count <= UInt64(remaining) else {
      let error = FormatError.truncated(
        needed: count, available: remaining, at: offset)
      rewind(to: start)
      throw error
    }
    return Int(count)
  }
}
