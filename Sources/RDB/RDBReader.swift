public import BinaryInput

extension FormatRule {
  /// The metadata of a key have more classes than the server allows.
  public static let keyMetadata = FormatRule("key-metadata")
  /// A module's auxiliary data do not begin as they must.
  public static let moduleAuxiliary = FormatRule("module-auxiliary")
}

/// Reads an RDB file, one record at a time, in one pass and in bounded memory.
///
///     var reader = try RDBReader(file)
///     while let record = try reader.next() {
///       if record == .key { … reader.attributes, try reader.key(), reader.value … }
///     }
///
/// `next()` moves to the next record and says what it is; its parts are borrowed from the reader until the
/// next call. Values are not decoded unless the user asks (`RDBValue.decode`). The last record is `.end`;
/// bytes behind it are not read.
public struct RDBReader: ~Copyable {
  /// The version that the header states.
  public let version: RDBVersion
  /// The database of the keys that follow.
  public private(set) var database: UInt64 = 0
  /// What the checksum at the end said; nil before the end.
  public private(set) var checksum: RDBChecksum?

  private var window: InputWindow
  private let kinds: RecordKindTable
  private let isRandomAccess: Bool
  private var outline = RecordOutline()

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FormatError` if the header is not that of an RDB file, or its version not supported.
  public init(_ file: InputFile) throws(FormatError) {
    var window = InputWindow(file, checksums: true)
    version = try Self.header(&window)
    kinds = RecordKindTable(version)
    self.window = window
    isRandomAccess = false
  }

  /// Opens a file whose header has been read, to look at records at known offsets (`seek(to:in:)`).
  public init(_ file: InputFile, version: RDBVersion) {
    window = InputWindow(file)
    self.version = version
    kinds = RecordKindTable(version)
    isRandomAccess = true
  }

  /// The offset in the file of the next record.
  public var offset: Int { window.offset }

  /// Goes to the record at `offset`, which belongs to `database`. Checksums are not compared then.
  public mutating func seek(to offset: Int, in database: UInt64) {
    precondition(isRandomAccess, "a reader of a whole file does not seek")
    window.seek(to: offset)
    self.database = database
    outline = RecordOutline()
  }

  /// Moves to the next record; nil after `.end`.
  ///
  /// - Throws: `FormatError` with the place, at the first bytes that break a rule, at a version's types and
  ///   opcodes that this build does not know, and at a checksum that is not that of the bytes.
  public mutating func next() throws(FormatError) -> RDBRecord? {
    guard checksum == nil else { return nil }
    try readOutline()
    switch outline.kind {
    case .value: return .key
    case .slotImport: return .slotImport
    case .opcode(let opcode):
      switch opcode {
      case .auxiliary: return .auxiliary
      case .function2: return .function
      case .resizeDatabase: return .resizeDatabase
      case .slotInfo: return .slotInfo
      case .moduleAuxiliary: return .moduleAuxiliary
      case .selectDatabase:
        let number = try readNumber()
        database = number
        return .selectDatabase
      case .end:
        checksum = try readChecksum()
        return .end
      case .expireSeconds, .expireMilliseconds, .idle, .frequency, .keyMetadata, .functionPreGA:
        preconditionFailure("attributes are part of the record of their key")
      }
    }
  }
}

// MARK: - The parts of the record at hand

extension RDBReader {
  /// What stands before the key: expiry, idle time, frequency.
  public var attributes: RDBKeyAttributes { outline.attributes }

  /// The offset in the file where the key's record begins, attributes included.
  public var recordOffset: Int { outline.attributesOffset ?? outline.start }

  /// How many bytes the type, the key and the value take in the file.
  public var recordSize: Int { outline.end - outline.start }

  /// The type of the key's value.
  public var valueType: RDBValueType {
    guard case .value(let type) = outline.kind else {
      preconditionFailure("the record at hand is no key")
    }
    return type
  }

  /// The name of the key.
  @_lifetime(borrow self)
  public func key() throws(FormatError) -> EncodedString {
    var reader = parts
    return try EncodedString(parsing: &reader)
  }

  /// The value of the key.
  public var value: RDBValue {
    @_lifetime(borrow self)
    get {
      RDBValue(
        type: valueType, bytes: window.bytes(outline.valueStart..<outline.end),
        at: outline.valueStart)
    }
  }

  /// The name and the value of an `.auxiliary` record.
  @_lifetime(borrow self)
  public func auxiliary() throws(FormatError) -> RDBAuxiliaryField {
    var reader = parts
    let name = try EncodedString(parsing: &reader)
    return RDBAuxiliaryField(name: name, value: try EncodedString(parsing: &reader))
  }

  /// The source of a `.function` record.
  @_lifetime(borrow self)
  public func functionSource() throws(FormatError) -> EncodedString {
    var reader = parts
    return try EncodedString(parsing: &reader)
  }

  /// The numbers of a `.resizeDatabase` or `.slotInfo` record.
  public func counts() throws(FormatError) -> RDBCounts {
    var reader = parts
    if outline.kind == .opcode(.slotInfo) { _ = try reader.length() }
    return RDBCounts(keys: try reader.length(), expires: try reader.length())
  }

  /// The module of a `.moduleAuxiliary` record, or of a key whose value belongs to a module.
  public func moduleType() throws(FormatError) -> ModuleType {
    var reader = parts
    if case .value = outline.kind { try reader.skipString() }
    return ModuleType(id: try reader.length())
  }

  /// What stands behind the first byte of the record.
  private var parts: ByteReader {
    @_lifetime(borrow self)
    get {
      let start = outline.start + 1
      return ByteReader(window.bytes(start..<outline.end), at: start)
    }
  }

  private func readNumber() throws(FormatError) -> UInt64 {
    var reader = parts
    return try reader.length()
  }
}

// MARK: - Finding records

/// Where a record and its parts are, without anything borrowed: it can be kept while the window moves.
private struct RecordOutline {
  var kind = RecordKind.opcode(.end)
  /// The offset of the first byte, behind any attributes.
  var start = 0
  /// The offset of the value of a key.
  var valueStart = 0
  /// The offset behind the record.
  var end = 0
  /// What has been said about the key, or about the next one if this is none.
  var attributes = RDBKeyAttributes()
  /// Where that began.
  var attributesOffset: Int?
}

extension RDBReader {
  private static func header(_ window: inout InputWindow) throws(FormatError) -> RDBVersion {
    while true {
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: 0)
        let version = try RDBVersion(parsing: &reader)
        window.consume(RDBVersion.headerLength)
        return version
      } catch {
        guard error.isTruncation, try window.fill() else { throw error.within("header") }
      }
    }
  }

  /// Finds the next record and its end, reading on where the window ends before it.
  private mutating func readOutline() throws(FormatError) {
    var next = outline
    if case .value = next.kind {
      next.attributes = RDBKeyAttributes()
      next.attributesOffset = nil
    }
    while true {
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: window.offset)
        try Self.outline(&reader, kinds, into: &next)
        break
      } catch {
        guard error.isTruncation, try window.fill() else { throw error }
      }
    }
    window.consume(next.end - window.offset)
    outline = next
  }

  /// Finds out what stands at `reader` and where it ends; attributes on the way are taken in.
  private static func outline(
    _ reader: inout ByteReader, _ kinds: borrowing RecordKindTable,
    into outline: inout RecordOutline
  ) throws(FormatError) {
    while true {
      outline.start = reader.offset
      let kind = try kinds.kind(of: try reader.byte(), at: outline.start)
      switch kind {
      case .value(let type):
        outline.valueStart = try skipKey(&reader, type)
      case .slotImport:
        try skipSlotImport(&reader)
      case .opcode(let opcode):
        do throws(FormatError) {
          if try outline.attributes.add(opcode, parsing: &reader) {
            outline.attributesOffset = outline.attributesOffset ?? outline.start
            continue
          }
          try skip(opcode, &reader)
        } catch {
          throw error.within(opcode.name)
        }
      }
      outline.kind = kind
      outline.end = reader.offset
      return
    }
  }

  /// Moves over a key and its value, and returns the offset of the value; an error names the key.
  private static func skipKey(
    _ reader: inout ByteReader, _ type: RDBValueType
  ) throws(FormatError) -> Int {
    let nameStart = reader.position
    do throws(FormatError) {
      try reader.skipString()
    } catch {
      throw error.within("key name")
    }
    let valueStart = reader.offset
    do throws(FormatError) {
      // Most keys of most files are strings: this saves them the buffers that other types need.
      guard type != .string else {
        try reader.skipString()
        return valueStart
      }
      var visitor = SkippingVisitor()
      var scratch = ValueScratch()
      try type.parse(&reader, &visitor, &scratch.blob, &scratch.element)
      return valueStart
    } catch {
      reader.rewind(to: nameStart)
      throw error.reading(type, key: &reader)
    }
  }

  private static func skip(
    _ opcode: RDBOpcode, _ reader: inout ByteReader
  ) throws(FormatError) {
    switch opcode {
    case .end: break
    case .selectDatabase: _ = try reader.length()
    case .expireSeconds, .expireMilliseconds, .idle, .frequency, .keyMetadata:
      preconditionFailure("attributes have been taken in")
    case .resizeDatabase:
      _ = try reader.length()
      _ = try reader.length()
    case .slotInfo:
      _ = try reader.length()
      _ = try reader.length()
      _ = try reader.length()
    case .auxiliary:
      try reader.skipString()
      try reader.skipString()
    case .function2: try reader.skipString()
    case .moduleAuxiliary: try skipModuleAuxiliary(&reader)
    case .functionPreGA: throw .unsupported("opcode 246", at: reader.offset - 1)
    }
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

  /// Compares the checksum behind the end with that of everything before it.
  private mutating func readChecksum() throws(FormatError) -> RDBChecksum {
    guard version.hasChecksum else { return .absent }
    let computed = window.checksumOfConsumed()
    let offset = window.offset
    let stored: UInt64
    while true {
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: offset)
        stored = try reader.uint64()
        break
      } catch {
        guard error.isTruncation, try window.fill() else { throw error.within("checksum") }
      }
    }
    window.consume(8)
    if stored == 0 { return .disabled }
    guard stored == computed || isRandomAccess else {
      throw FormatError(.checksumMismatch(stored: stored, computed: computed), at: offset)
    }
    return .ok
  }
}

extension RDBKeyAttributes {
  /// Takes in what `opcode` says, whose operands stand at `reader`; returns false if it is no attribute.
  fileprivate mutating func add(
    _ opcode: RDBOpcode, parsing reader: inout ByteReader
  ) throws(FormatError) -> Bool {
    switch opcode {
    case .expireSeconds: expiry = try reader.signed(width: 4) * 1000
    case .expireMilliseconds: expiry = try reader.int64()
    case .idle: idle = try reader.length()
    case .frequency: frequency = try reader.byte()
    case .keyMetadata: metadataClasses = try Self.metadataClasses(&reader)
    case .slotInfo, .function2, .functionPreGA, .moduleAuxiliary, .auxiliary, .resizeDatabase,
      .selectDatabase, .end:
      return false
    }
    return true
  }

  /// Moves over a key's module metadata and counts them: classes of a 4-byte specification and data.
  fileprivate static func metadataClasses(_ reader: inout ByteReader) throws(FormatError) -> UInt8 {
    let offset = reader.offset
    let classes = try reader.length()
    guard (1...7).contains(classes) else {
      throw .malformed(.keyMetadata, "\(classes) classes of key metadata", at: offset)
    }
    for _ in 0..<classes {
      try reader.skip(claimed: 4)
      try ModuleData.skip(&reader)
    }
    return UInt8(classes)
  }
}

extension FormatError {
  /// Returns the error as one inside the value of the key that stands at `reader`.
  fileprivate func reading(_ type: RDBValueType, key reader: inout ByteReader) -> FormatError {
    var error = path.isEmpty ? within(type.name) : self
    var scratch = ScratchBuffer()
    if let name = try? EncodedString(parsing: &reader), let bytes = try? name.bytes(in: &scratch) {
      error.key = [UInt8](copying: bytes)
    }
    return error
  }
}
