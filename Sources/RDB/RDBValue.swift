public import BinaryInput

/// A value in a file, borrowed and not decoded yet.
public struct RDBValue: ~Escapable {
  /// How the value stands in the file.
  public let type: RDBValueType
  /// The bytes of the value, without the type and the key.
  public let bytes: Span<UInt8>
  /// The offset in the file of the first of the bytes.
  public let offset: Int

  /// Takes `bytes`, which stand at `offset`, for a value of this type.
  @inlinable
  @_lifetime(copy bytes)
  public init(type: RDBValueType, bytes: Span<UInt8>, at offset: Int) {
    self.type = type
    self.bytes = bytes
    self.offset = offset
  }

  /// How the value stands in the file, if it is a string.
  ///
  /// - Throws: `FormatError` if it is none.
  @inlinable
  @_lifetime(copy self)
  public func stringForm() throws(FormatError) -> EncodedString {
    var reader = ByteReader(bytes, at: offset)
    return try EncodedString(parsing: &reader)
  }

  /// The bytes of a string that has less than 64 and stands in the file as it is, as most do; nil for another.
  @inlinable @inline(__always)
  public var shortString: Span<UInt8>? {
    @_lifetime(copy self)
    get {
      guard type == .string, bytes.count > 0, bytes[0] < 0x40, Int(bytes[0]) == bytes.count &- 1
      else { return nil }
      return bytes.extracting(1..<bytes.count)
    }
  }

  /// Whether the value is a string that the file has as a number (RDB_ENC_INT8, …INT16, …INT32).
  @inlinable @inline(__always)
  public var isIntegerString: Bool {
    type == .string && bytes.count > 0 && (0xC0...0xC2).contains(bytes[0])
  }

  /// Checks a string as `decode` does, without making its bytes: the reader has found its end, so only what is
  /// compressed could be wrong.
  ///
  /// - Throws: `FormatError` if the value can't be read as a string.
  public func checkString() throws(FormatError) {
    guard bytes[0] == EncodedString.compressedForm else { return }
    do throws(FormatError) {
      try stringForm().check()
    } catch {
      throw error.within(type.name)
    }
  }

  /// Decodes the value and tells `visitor` what it consists of.
  ///
  /// - Throws: `FormatError` where the bytes break a rule of the encoding, or what the visitor throws.
  ///   The error's path names the type of the value, not its key.
  public func decode<V: ValueVisitor & ~Copyable>(
    into visitor: inout V, scratch: inout ValueScratch
  ) throws(FormatError) {
    var reader = ByteReader(bytes, at: offset)
    try type.parse(&reader, &visitor, &scratch.blob, &scratch.element)
  }
}

extension RDBValue {
  /// An empty container takes no more bytes than this, unless somebody put it together by hand.
  private static var largestEmpty: Int { 64 }

  /// Whether the value is a list, set, sorted set or hash without elements, which servers do not keep
  /// (`rdbLoadObject`: RDB_LOAD_ERR_EMPTY_KEY).
  public func isEmptyContainer(scratch: inout ValueScratch) -> Bool {
    switch type.type {
    case .string, .stream, .module, .array: return false
    case .list, .set, .zset, .hash: break
    }
    guard bytes.count <= Self.largestEmpty else { return false }
    var visitor = ElementSeeker()
    do throws(FormatError) {
      try decode(into: &visitor, scratch: &scratch)
    } catch {
      return false
    }
    return !visitor.hasElements
  }
}

/// Finds out whether there is anything in a container.
private struct ElementSeeker: ValueVisitor, ~Copyable {
  var hasElements = false

  mutating func listElement(_ element: Span<UInt8>) { hasElements = true }
  mutating func setMember(_ member: Span<UInt8>) { hasElements = true }
  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) { hasElements = true }
  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    hasElements = true
  }
}

extension RDBValueType {
  /// Reads a value of this type; the one place where types meet their encodings.
  func parse<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ blob: inout ScratchBuffer,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    do throws(FormatError) {
      switch self {
      case .string: try PlainValue.string(&reader, &visitor, &scratch)
      case .list: try PlainValue.list(&reader, &visitor, &scratch)
      case .set: try PlainValue.set(&reader, &visitor, &scratch)
      case .zset:
        try PlainValue.sortedSet(&reader, binaryScores: false, &visitor, &scratch)
      case .zset2:
        try PlainValue.sortedSet(&reader, binaryScores: true, &visitor, &scratch)
      case .hash: try PlainValue.hash(&reader, &visitor, &scratch)
      case .module2: try moduleValue(&reader, &visitor)
      case .modulePreGA:
        throw FormatError.unsupported("value type 6", at: reader.offset)
      case .hashZipmap: try PackedValue.parse(.hashZipmap, &reader, &visitor, &blob, &scratch)
      case .listZiplist: try PackedValue.parse(.listZiplist, &reader, &visitor, &blob, &scratch)
      case .setIntset: try PackedValue.parse(.setIntset, &reader, &visitor, &blob, &scratch)
      case .zsetZiplist: try PackedValue.parse(.zsetZiplist, &reader, &visitor, &blob, &scratch)
      case .hashZiplist: try PackedValue.parse(.hashZiplist, &reader, &visitor, &blob, &scratch)
      case .hashListpack: try PackedValue.parse(.hashListpack, &reader, &visitor, &blob, &scratch)
      case .zsetListpack: try PackedValue.parse(.zsetListpack, &reader, &visitor, &blob, &scratch)
      case .setListpack: try PackedValue.parse(.setListpack, &reader, &visitor, &blob, &scratch)
      case .hashListpackExPreGA:
        try PackedValue.parse(.hashListpackEx, &reader, &visitor, &blob, &scratch)
      case .hashListpackEx:
        // The smallest expiry, which the server reads and does not use: it may be approximate.
        _ = try reader.int64()
        try PackedValue.parse(.hashListpackEx, &reader, &visitor, &blob, &scratch)
      case .listQuicklist: try Quicklist.ofZiplists(&reader, &visitor, &blob, &scratch)
      case .listQuicklist2: try Quicklist.ofListpacks(&reader, &visitor, &blob, &scratch)
      case .hashMetadataPreGA:
        try ExpiringHash.metadata(&reader, relative: false, &visitor, &scratch)
      case .hashMetadata:
        try ExpiringHash.metadata(&reader, relative: true, &visitor, &scratch)
      case .valkeyHash2: try ExpiringHash.valkey(&reader, &visitor, &scratch)
      case .streamListpacks: try StreamValue(layout: 1).parse(&reader, &visitor, &blob, &scratch)
      case .streamListpacks2: try StreamValue(layout: 2).parse(&reader, &visitor, &blob, &scratch)
      case .streamListpacks3: try StreamValue(layout: 3).parse(&reader, &visitor, &blob, &scratch)
      case .streamListpacks4: try StreamValue(layout: 4).parse(&reader, &visitor, &blob, &scratch)
      case .streamListpacks5: try StreamValue(layout: 5).parse(&reader, &visitor, &blob, &scratch)
      case .array: try ArrayValue.parse(&reader, &visitor, &scratch)
      }
    } catch {
      throw error.within(type.name)
    }
  }

  /// Type 7: the identifier of a module's type, then data that describe themselves.
  private func moduleValue<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V
  ) throws(FormatError) {
    let module = ModuleType(id: try reader.length())
    let start = reader.position
    try ModuleData.skip(&reader)
    guard V.readsElements else { return }
    let end = reader.position
    reader.rewind(to: start)
    try visitor.moduleValue(module, bytes: try reader.take(end - start))
  }
}
