internal import BinaryInput

/// What a record is and where it ends, without anything borrowed: it can be kept while the window moves.
struct RecordOutline {
  var kind: RecordKind
  /// The offset of the name of a key, if it stands in the file as it is; else 0.
  var nameStart = 0
  /// The offset of the value of a key.
  var valueStart = 0
  /// The offset behind the record.
  var end: Int
  /// The operand of an attribute.
  var operand: UInt64 = 0
}

extension RecordOutline {
  /// Finds out what stands at `reader` and where it ends.
  @inline(__always)
  init(parsing reader: inout ByteReader, _ kinds: borrowing RecordKindTable) throws(FormatError) {
    let start = reader.offset
    guard !reader.isAtEnd else {
      throw .truncated(needed: 1, available: 0, at: start).within("next record")
    }
    let kind = try kinds.kind(of: try reader.byte(), at: start)
    switch kind {
    case .value(let type):
      self = try Self.key(&reader, type)
    case .slotImport:
      try Self.skipSlotImport(&reader)
      self.init(kind: kind, end: reader.offset)
    case .opcode(let opcode):
      do throws(FormatError) {
        let operand = try Self.skip(opcode, &reader)
        self.init(kind: kind, end: reader.offset, operand: operand)
      } catch {
        throw error.within(opcode.name)
      }
    }
  }

  /// Finds the parts of a key's record, behind its type; an error names the key.
  @inline(__always)
  private static func key(
    _ reader: inout ByteReader, _ type: RDBValueType
  ) throws(FormatError) -> RecordOutline {
    let start = reader.position
    let nameStart: Int
    do throws(FormatError) {
      switch try EncodedString(parsing: &reader) {
      case .plain(let name): nameStart = reader.offset - name.count
      case .integer, .compressed: nameStart = 0
      }
    } catch {
      throw error.within("key name")
    }
    let valueStart = reader.offset
    do throws(FormatError) {
      // Most keys of most files are strings: this saves them the buffers that other types need.
      if type == .string {
        try reader.skipString()
      } else {
        try skipValue(&reader, type)
      }
    } catch {
      reader.rewind(to: start)
      throw error.reading(type, key: &reader)
    }
    return RecordOutline(
      kind: .value(type), nameStart: nameStart, valueStart: valueStart, end: reader.offset)
  }

  @inline(never)
  private static func skipValue(
    _ reader: inout ByteReader, _ type: RDBValueType
  ) throws(FormatError) {
    var visitor = SkippingVisitor()
    var scratch = ValueScratch()
    try type.parse(&reader, &visitor, &scratch.blob, &scratch.element)
  }

  /// Moves over what belongs to an opcode; returns the operand of one that has a single number.
  private static func skip(
    _ opcode: RDBOpcode, _ reader: inout ByteReader
  ) throws(FormatError) -> UInt64 {
    switch opcode {
    case .end: break
    case .selectDatabase, .idle: return try number(&reader)
    case .expireSeconds: return UInt64(bitPattern: try reader.signed(width: 4))
    case .expireMilliseconds: return try reader.uint64()
    case .frequency: return UInt64(try reader.byte())
    case .keyMetadata: return try skipKeyMetadata(&reader)
    case .resizeDatabase:
      _ = try number(&reader)
      _ = try number(&reader)
    case .slotInfo:
      _ = try number(&reader)
      _ = try number(&reader)
      _ = try number(&reader)
    case .auxiliary:
      try reader.skipString()
      try reader.skipString()
    case .function2: try reader.skipString()
    case .moduleAuxiliary: try skipModuleAuxiliary(&reader)
    case .functionPreGA: throw .unsupported("opcode 246", at: reader.offset - 1)
    }
    return 0
  }

  /// Reads a number that may be any but 2^64 - 1, which servers take for a failed read.
  private static func number(_ reader: inout ByteReader) throws(FormatError) -> UInt64 {
    let offset = reader.offset
    let number = try reader.length()
    guard number < .max else {
      throw .malformed(.impossibleNumber, "2^64 - 1 stands for a failed read", at: offset)
    }
    return number
  }

  /// Moves over a key's module metadata and counts them: classes of a 4-byte specification and data.
  /// Beyond the count, a bit says whether a server needs the module of one of them.
  private static func skipKeyMetadata(_ reader: inout ByteReader) throws(FormatError) -> UInt64 {
    var needsModule: UInt64 = 0
    let offset = reader.offset
    let classes = try reader.length()
    guard (1...7).contains(classes) else {
      throw .malformed(.keyMetadata, "\(classes) classes of key metadata", at: offset)
    }
    for _ in 0..<classes {
      // Flag bit 0: a server without the class may step over it.
      if try reader.byte() & 1 == 0 { needsModule = RDBKeyAttributes.metadataNeedsModule }
      try reader.skip(claimed: 3)
      try ModuleData.skip(&reader)
    }
    return classes | needsModule
  }

  /// Moves over a module's auxiliary data: its type, when it is loaded, module data.
  private static func skipModuleAuxiliary(_ reader: inout ByteReader) throws(FormatError) {
    _ = try reader.length()
    let offset = reader.offset
    // RDB_MODULE_OPCODE_UINT, then before (1) or after (2) the keys.
    guard try reader.length() == 2 else {
      throw .malformed(.moduleAuxiliary, "the time of loading is missing", at: offset)
    }
    _ = try reader.length()
    try ModuleData.skip(&reader)
  }

  /// Moves over a slot migration: the job's name and ranges of slots.
  private static func skipSlotImport(_ reader: inout ByteReader) throws(FormatError) {
    do throws(FormatError) {
      try reader.skipString()
      for _ in 0..<(try reader.count()) {
        _ = try reader.length()
        _ = try reader.length()
      }
    } catch {
      throw error.within("SLOT_IMPORT")
    }
  }
}

extension RDBKeyAttributes {
  /// The bit of the operand of `.keyMetadata` that says that a server needs a module.
  fileprivate static let metadataNeedsModule: UInt64 = 1 << 8

  /// Takes in what an opcode says; returns false if it is no attribute.
  mutating func add(_ opcode: RDBOpcode, _ operand: UInt64) -> Bool {
    switch opcode {
    case .expireSeconds: expiry = Int64(bitPattern: operand) * 1000
    case .expireMilliseconds: expiry = Int64(bitPattern: operand)
    case .idle: idle = operand
    case .frequency: frequency = UInt8(truncatingIfNeeded: operand)
    case .keyMetadata:
      metadataClasses = UInt8(truncatingIfNeeded: operand)
      needsMetadataModule = operand & Self.metadataNeedsModule != 0
    case .slotInfo, .function2, .functionPreGA, .moduleAuxiliary, .auxiliary, .resizeDatabase,
      .selectDatabase, .end:
      return false
    }
    return true
  }
}

extension FormatError {
  /// Returns the error as one inside the value of the key that stands at `reader`.
  func reading(_ type: RDBValueType, key reader: inout ByteReader) -> FormatError {
    var error = path.isEmpty ? within(type.type.name) : self
    var scratch = ScratchBuffer()
    if let name = try? EncodedString(parsing: &reader), let bytes = try? name.bytes(in: &scratch) {
      error.key = [UInt8](copying: bytes)
    }
    return error
  }
}
