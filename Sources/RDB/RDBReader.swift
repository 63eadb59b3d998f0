public import BinaryInput

extension FormatRule {
  /// A number has the value that servers take for a failed read (RDB_LENERR).
  public static let impossibleNumber = FormatRule("impossible-number")
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

  @usableFromInline
  var window: InputWindow
  private let kinds: RecordKindTable
  private let isRandomAccess: Bool

  // Where the record at hand and its parts are, as offsets in the file.
  @usableFromInline
  var kind = RecordKind.opcode(.end)
  @usableFromInline
  var start = 0
  /// Where the bytes of the key's name begin, if they stand in the file as they are; else 0.
  @usableFromInline
  var nameStart = 0
  @usableFromInline
  var valueStart = 0
  @usableFromInline
  var end = 0

  /// What stands before the key: expiry, idle time, frequency.
  public private(set) var attributes = RDBKeyAttributes()
  /// Where the attributes began; nil if there are none.
  private var attributesOffset: Int?

  /// The first type or opcode that came later than the version of the file, where that is tolerated.
  public private(set) var laterFeature: FormatError?
  /// The offset of the first length that has a longer form than a server would write; nil if none was met.
  public private(set) var firstLongForm: Int?

  /// What servers read although none writes it, in the record at hand or, before the first, in the header; nil if
  /// there is nothing, and an error where later features are not tolerated.
  public private(set) var departure: FormatError?

  /// Opens a file and reads its header.
  ///
  /// Types and opcodes that came later than the version that the file states are errors, unless they are
  /// tolerated: a server loads them all the same, and `laterFeature` names the first.
  ///
  /// - Throws: `FormatError` if the header is not that of an RDB file, or its version not supported.
  public init(_ file: InputFile, toleratesLaterFeatures: Bool = false) throws(FormatError) {
    var window = InputWindow(file, checksums: true)
    let header = try Self.header(&window, toleratesDepartures: toleratesLaterFeatures)
    version = header.version
    departure = header.departure
    kinds = RecordKindTable(version, toleratesLaterFeatures: toleratesLaterFeatures)
    self.window = window
    isRandomAccess = false
  }

  /// Opens a file whose header has been read, to look at records at known offsets (`seek(to:in:)`). At
  /// least `stride` bytes are read at a time.
  public init(_ file: InputFile, version: RDBVersion, stride: Int = InputWindow.stride) {
    window = InputWindow(file, stride: stride)
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
    attributes = RDBKeyAttributes()
    attributesOffset = nil
  }

  /// Moves to the next record; nil after `.end`.
  ///
  /// - Throws: `FormatError` with the place, at the first bytes that break a rule, at a version's types and
  ///   opcodes that this build does not know, and at a checksum that is not that of the bytes.
  public mutating func next() throws(FormatError) -> RDBRecord? {
    guard checksum == nil else { return nil }
    try findRecord()
    switch kind {
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
  /// The offset in the file where the key's record begins, attributes included.
  public var recordOffset: Int { attributesOffset ?? start }

  /// How many bytes the type, the key and the value take in the file.
  @inlinable public var recordSize: Int { end - start }

  /// The type of the key's value.
  @inlinable public var valueType: RDBValueType {
    guard case .value(let type) = kind else {
      preconditionFailure("the record at hand is no key")
    }
    return type
  }

  /// The name of the key.
  @inlinable
  @_lifetime(borrow self)
  public func key() throws(FormatError) -> EncodedString {
    if nameStart > 0 { return .plain(window.bytes(nameStart..<valueStart)) }
    var reader = parts
    return try EncodedString(parsing: &reader)
  }

  /// The value of the key.
  @inlinable public var value: RDBValue {
    @_lifetime(borrow self)
    get { RDBValue(type: valueType, bytes: window.bytes(valueStart..<end), at: valueStart) }
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
    if kind == .opcode(.slotInfo) { _ = try reader.length() }
    return RDBCounts(keys: try reader.length(), expires: try reader.length())
  }

  /// The module of a `.moduleAuxiliary` record, or of a key whose value belongs to a module.
  public func moduleType() throws(FormatError) -> ModuleType {
    var reader = parts
    if case .value = kind { try reader.skipString() }
    return ModuleType(id: try reader.length())
  }

  /// What stands behind the first byte of the record.
  @inlinable
  var parts: ByteReader {
    @_lifetime(borrow self)
    get { ByteReader(window.bytes((start + 1)..<end), at: start + 1) }
  }

  private func readNumber() throws(FormatError) -> UInt64 {
    var reader = parts
    return try reader.length()
  }
}

// MARK: - Finding records

/// What a record is and where it ends, without anything borrowed: it can be kept while the window moves.
private struct RecordOutline {
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

extension RDBReader {
  private static func header(
    _ window: inout InputWindow, toleratesDepartures: Bool
  ) throws(FormatError) -> (version: RDBVersion, departure: FormatError?) {
    while true {
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: 0)
        let version = try RDBVersion(parsing: &reader)
        let departure = reader.departure
        if let departure, !toleratesDepartures { throw departure }
        window.consume(RDBVersion.headerLength)
        return (version, departure)
      } catch {
        guard error.isTruncation, try window.fill() else { throw error.within("header") }
      }
    }
  }

  /// Finds the next record that is no attribute, and its end; attributes are taken in on the way.
  private mutating func findRecord() throws(FormatError) {
    if departure != nil { departure = nil }
    if case .value = kind, attributesOffset != nil {
      attributes = RDBKeyAttributes()
      attributesOffset = nil
    }
    while true {
      let outline: RecordOutline
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: window.offset)
        outline = try Self.outline(&reader, kinds)
        let longForm = reader.firstLongForm
        let met = Self.departure(&reader, outline.kind)
        if let longForm { firstLongForm = firstLongForm ?? longForm }
        if let met {
          guard kinds.toleratesLaterFeatures else { throw met }
          departure = departure ?? met
        }
      } catch {
        guard error.isTruncation else { throw error }
        guard window.couldHold(error) else { throw window.settled(error) }
        guard try window.fill() else { throw error }
        continue
      }
      start = window.offset
      if kinds.toleratesLaterFeatures && laterFeature == nil { noteLaterFeature() }
      window.consume(outline.end - start)
      kind = outline.kind
      if case .opcode(let opcode) = kind, attributes.add(opcode, outline.operand) {
        attributesOffset = attributesOffset ?? start
        continue
      }
      nameStart = outline.nameStart
      valueStart = outline.valueStart
      end = outline.end
      return
    }
  }

  /// The departure in the record that `reader` has just read.
  @inline(__always)
  private static func departure(_ reader: inout ByteReader, _ kind: RecordKind) -> FormatError? {
    reader.departure.map { placed($0, &reader, kind) }
  }

  /// An error with the record that it is in, which `reader` has just read.
  @inline(never)
  private static func placed(
    _ error: FormatError, _ reader: inout ByteReader, _ kind: RecordKind
  ) -> FormatError {
    switch kind {
    case .opcode(let opcode): return error.within(opcode.name)
    case .slotImport: return error.within("SLOT_IMPORT")
    case .value(let type):
      reader.rewind(to: 1)
      return error.reading(type, key: &reader)
    }
  }

  @inline(never)
  private mutating func noteLaterFeature() {
    let byte = window.bytes[0]
    do throws(FormatError) {
      _ = try version.kind(of: byte, at: start)
    } catch {
      laterFeature = error
    }
  }

  /// Finds out what stands at `reader` and where it ends.
  @inline(__always)
  private static func outline(
    _ reader: inout ByteReader, _ kinds: borrowing RecordKindTable
  ) throws(FormatError) -> RecordOutline {
    let start = reader.offset
    guard !reader.isAtEnd else {
      throw .truncated(needed: 1, available: 0, at: start).within("next record")
    }
    let kind = try kinds.kind(of: try reader.byte(), at: start)
    switch kind {
    case .value(let type):
      return try key(&reader, type)
    case .slotImport:
      try skipSlotImport(&reader)
      return RecordOutline(kind: kind, end: reader.offset)
    case .opcode(let opcode):
      do throws(FormatError) {
        let operand = try skip(opcode, &reader)
        return RecordOutline(kind: kind, end: reader.offset, operand: operand)
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

  fileprivate static let metadataNeedsModule: UInt64 = 1 << 8

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
      if try reader.byte() & 1 == 0 { needsModule = Self.metadataNeedsModule }
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
  /// Takes in what an opcode says; returns false if it is no attribute.
  fileprivate mutating func add(_ opcode: RDBOpcode, _ operand: UInt64) -> Bool {
    switch opcode {
    case .expireSeconds: expiry = Int64(bitPattern: operand) * 1000
    case .expireMilliseconds: expiry = Int64(bitPattern: operand)
    case .idle: idle = operand
    case .frequency: frequency = UInt8(truncatingIfNeeded: operand)
    case .keyMetadata:
      metadataClasses = UInt8(truncatingIfNeeded: operand)
      needsMetadataModule = operand & RDBReader.metadataNeedsModule != 0
    case .slotInfo, .function2, .functionPreGA, .moduleAuxiliary, .auxiliary, .resizeDatabase,
      .selectDatabase, .end:
      return false
    }
    return true
  }
}

extension FormatError {
  /// Returns the error as one inside the value of the key that stands at `reader`.
  fileprivate func reading(_ type: RDBValueType, key reader: inout ByteReader) -> FormatError {
    var error = path.isEmpty ? within(type.type.name) : self
    var scratch = ScratchBuffer()
    if let name = try? EncodedString(parsing: &reader), let bytes = try? name.bytes(in: &scratch) {
      error.key = [UInt8](copying: bytes)
    }
    return error
  }
}
