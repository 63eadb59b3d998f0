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
public struct RDBReader: ~Copyable, Sendable {
  /// The version that the header states.
  public let version: RDBVersion
  /// The database of the keys that follow.
  public internal(set) var database: UInt64 = 0
  /// What the checksum at the end said; nil before the end.
  public internal(set) var checksum: RDBChecksum?

  @usableFromInline
  var window: InputWindow
  let kinds: RecordKindTable
  let isRandomAccess: Bool

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
  public internal(set) var attributes = RDBKeyAttributes()
  /// Where the attributes began; nil if there are none.
  var attributesOffset: Int?

  /// The first type or opcode that came later than the version of the file, where that is tolerated.
  public internal(set) var laterFeature: FormatError?
  /// The offset of the first length that has a longer form than a server would write; nil if none was met.
  public internal(set) var firstLongForm: Int?

  /// That of the attributes of a record which is still to come.
  var attributesDeparture: FormatError?
  /// What servers read although none writes it, in the record at hand or, before the first, in the header; nil if
  /// there is nothing, and an error where later features are not tolerated.
  public internal(set) var departure: FormatError?

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
    if case .value = kind { return .key }
    return try record(kind)
  }

  /// What the record at hand is to a user. The end is read here, with its checksum.
  mutating func record(_ kind: RecordKind) throws(FormatError) -> RDBRecord {
    switch kind {
    case .value: return .key
    case .slotImport: return .slotImport
    case .opcode(let opcode): return try record(opcode)
    }
  }

  private mutating func record(_ opcode: RDBOpcode) throws(FormatError) -> RDBRecord {
    switch opcode {
    case .auxiliary: return .auxiliary
    case .function2: return .function
    case .resizeDatabase: return .resizeDatabase
    case .slotInfo: return .slotInfo
    case .moduleAuxiliary: return .moduleAuxiliary
    case .selectDatabase:
      var reader = parts
      let number = try reader.length()
      database = number
      return .selectDatabase
    case .end:
      checksum = try readChecksum()
      return .end
    case .expireSeconds, .expireMilliseconds, .idle, .frequency, .keyMetadata, .functionPreGA:
      // Finding a record goes on behind attributes, and refuses opcode 246.
      preconditionFailure("attributes are part of the record of their key")
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
}
