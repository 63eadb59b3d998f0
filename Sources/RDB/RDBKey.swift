public import BinaryInput

/// A key's record, borrowed from the memory that its file has been read into. Nothing of it is decoded yet.
public struct RDBKey: ~Copyable, ~Escapable {
  /// The database that the key belongs to.
  public let database: UInt64
  /// What servers read although none writes it, in the record; nil if there is nothing.
  public let departure: FormatError?
  @usableFromInline
  let outline: KeyOutline
  /// A part of the file that the record is in.
  @usableFromInline
  let bytes: Span<UInt8>
  /// The offset in the file of the first of `bytes`.
  @usableFromInline
  let base: Int

  @inline(__always)
  @_lifetime(copy bytes)
  init(
    _ outline: KeyOutline, in database: UInt64, _ bytes: Span<UInt8>, at base: Int,
    _ departure: FormatError?
  ) {
    self.database = database
    self.departure = departure
    self.outline = outline
    self.bytes = bytes
    self.base = base
  }

  /// How the value stands in the file.
  @inlinable public var type: RDBValueType { outline.type }

  /// What stands before the type.
  @inlinable public var attributes: RDBKeyAttributes { outline.attributes }

  /// The offset in the file where the record begins, attributes included.
  @inlinable public var recordOffset: Int { outline.record }

  /// How many bytes the type, the name and the value take in the file.
  @inlinable public var recordSize: Int { outline.end - outline.start }

  /// The name, if it stands in the file as it is; else nil.
  @inlinable @inline(__always)
  public var plainName: Span<UInt8>? {
    @_lifetime(copy self)
    get {
      guard outline.nameHeader > 0 else { return nil }
      let start = outline.start &+ 1 &+ Int(outline.nameHeader)
      return bytes.extracting((start - base)..<(outline.value - base))
    }
  }

  /// The name.
  ///
  /// - Throws: never, for a key that a reader has found; what is compressed may fail to expand.
  @inlinable
  @_lifetime(copy self)
  public func name() throws(FormatError) -> EncodedString {
    if let name = plainName { return .plain(name) }
    let start = outline.start + 1
    var reader = ByteReader(bytes.extracting((start - base)..<(outline.value - base)), at: start)
    return try EncodedString(parsing: &reader)
  }

  /// The value.
  @inlinable public var value: RDBValue {
    @_lifetime(copy self)
    get {
      RDBValue(
        type: outline.type, bytes: bytes.extracting((outline.value - base)..<(outline.end - base)),
        at: outline.value)
    }
  }

  /// The module that the value belongs to.
  ///
  /// - Throws: `FormatError` if it belongs to none.
  public func moduleType() throws(FormatError) -> ModuleType {
    var reader = ByteReader(value.bytes, at: outline.value)
    return ModuleType(id: try reader.length())
  }
}

/// Where the parts of a key's record stand, as offsets in the file, and what stands before its type: 64 bytes, as many as
/// a line of the processor's cache.
@usableFromInline
struct KeyOutline: Sendable {
  /// Where the attributes begin, or, without any, the type.
  @usableFromInline
  var record: Int
  /// Where the type stands.
  @usableFromInline
  var start: Int
  @usableFromInline
  var value: Int
  /// Behind the record.
  @usableFromInline
  var end: Int
  @usableFromInline
  var attributes: RDBKeyAttributes
  /// How many bytes stand between the type and those of the name, if they are in the file as they are; else 0.
  @usableFromInline
  var nameHeader: UInt8
  @usableFromInline
  var type: RDBValueType
  /// Whether there is a departure in the record.
  var hasDeparture = false
}
