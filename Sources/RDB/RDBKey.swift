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

  /// The name as it stands in the file. Only making the bytes of a compressed one can fail.
  ///
  /// - Throws: `FormatError` if there is no string, which a reader has excluded.
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

  /// The module that the value belongs to (types 6 and 7).
  ///
  /// - Throws: `FormatError` if the value is too short, which one that a reader has found is not.
  public func moduleType() throws(FormatError) -> ModuleType {
    precondition(type == .module2 || type == .modulePreGA, "the value belongs to no module")
    var reader = ByteReader(value.bytes, at: outline.value)
    return ModuleType(id: try reader.length())
  }
}
