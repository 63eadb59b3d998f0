public import BinaryInput

extension FormatRule {
  /// A string begins with a special form that no version defines.
  public static let stringForm = FormatRule("string-form")
}

/// A string as a file holds it, borrowed: as it is, as an integer, or compressed.
///
/// Integers stand for their canonical decimal text.
public enum EncodedString: ~Escapable {
  /// The bytes themselves.
  case plain(Span<UInt8>)
  /// The decimal text of a number.
  case integer(Int64)
  /// LZF data that expands to `length` bytes; it begins at `offset`.
  case compressed(Span<UInt8>, length: UInt64, offset: Int)

  /// The bytes, borrowed where that is possible, else made in `scratch`.
  ///
  /// - Throws: `lzfLength` if compressed data does not expand to its stated length.
  @inlinable
  @_lifetime(copy self, &scratch)
  public func bytes(in scratch: inout ScratchBuffer) throws(FormatError) -> Span<UInt8> {
    switch self {
    case .plain(let bytes):
      return bytes
    case .integer(let value):
      scratch.setDecimal(value)
      return scratch.bytes
    case .compressed(let bytes, let length, let offset):
      try LZF.decompress(bytes, to: length, into: &scratch, at: offset)
      return scratch.bytes
    }
  }

  /// The byte that begins a compressed string (RDB_ENC_LZF).
  static var compressedForm: UInt8 { 0xC3 }

  /// Checks that the bytes could be made.
  ///
  /// - Throws: `lzfLength` if compressed data does not expand to its stated length.
  func check() throws(FormatError) {
    guard case .compressed(let bytes, let length, let offset) = self else { return }
    try LZF.check(bytes, to: length, at: offset)
  }

  /// Makes the bytes in `scratch`, unless they can be borrowed.
  ///
  /// With `bytes(from:)`, this is `bytes(in:)` in two steps, for when two strings are needed at once.
  func expand(into scratch: inout ScratchBuffer) throws(FormatError) {
    switch self {
    case .plain: break
    case .integer(let value): scratch.setDecimal(value)
    case .compressed(let bytes, let length, let offset):
      try LZF.decompress(bytes, to: length, into: &scratch, at: offset)
    }
  }

  /// The bytes, borrowed from the file or from `scratch`, where they have been made.
  @_lifetime(copy self, borrow scratch)
  func bytes(from scratch: borrowing ScratchBuffer) -> Span<UInt8> {
    switch self {
    case .plain(let bytes): bytes
    case .integer, .compressed: scratch.bytes
    }
  }

  /// The length in bytes, without making them.
  public var count: UInt64 {
    switch self {
    case .plain(let bytes): UInt64(bytes.count)
    case .integer(let value): UInt64(String(value).utf8.count)
    case .compressed(_, let length, _): length
    }
  }
}

extension EncodedString {
  /// Reads a string object (`rdb.c`, `rdbGenericLoadStringObject`).
  @inlinable @inline(__always)
  @_lifetime(copy reader)
  public init(parsing reader: inout ByteReader) throws(FormatError) {
    switch try RDBLength(parsing: &reader) {
    case .number(let count):
      self = .plain(try reader.take(claimed: count))
    case .special(let form):
      self = try EncodedString(special: form, parsing: &reader)
    }
  }

  /// Reads what follows the announcement of a special form: RDB_ENC_INT8, …INT16, …INT32, …LZF.
  @usableFromInline
  @_lifetime(copy reader)
  init(special form: UInt8, parsing reader: inout ByteReader) throws(FormatError) {
    switch form {
    case 0: self = .integer(try reader.signed(width: 1))
    case 1: self = .integer(try reader.signed(width: 2))
    case 2: self = .integer(try reader.signed(width: 4))
    case 3:
      let compressed = try reader.length()
      let length = try reader.length()
      let offset = reader.offset
      self = .compressed(
        try reader.take(claimed: compressed), length: length, offset: offset)
    default:
      throw .malformed(
        .stringForm, "special string form \(form) does not exist", at: reader.offset - 1)
    }
  }
}

extension ByteReader {
  /// Moves over a string object without looking inside.
  @inline(__always)
  mutating func skipString() throws(FormatError) {
    switch try RDBLength(parsing: &self) {
    case .number(let count): try skip(claimed: count)
    case .special(let form):
      switch form {
      case 0: try skip(claimed: 1)
      case 1: try skip(claimed: 2)
      case 2: try skip(claimed: 4)
      default:
        rewind(to: position - 1)
        _ = try EncodedString(parsing: &self)
      }
    }
  }
}
