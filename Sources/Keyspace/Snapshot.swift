public import BinaryInput
public import Hashing
public import RDB

extension FormatRule {
  /// A key occurs twice in a database: a server that loads the file aborts.
  public static let duplicateKey = FormatRule("duplicate-key")
}

/// A backup that can be walked, and looked at again where its walk said that a key is.
///
/// Now an RDB file; the seam at which append-only files come in.
public struct Snapshot: Sendable {
  /// The file.
  public let file: InputFile
  /// The version that its header states.
  public let version: RDBVersion
  /// When saving began, in Unix milliseconds; nil if the file does not say.
  ///
  /// The file has seconds, and this is their beginning.
  public let createdAt: Int64?

  /// Reads what stands before the keys of `file`.
  ///
  /// - Throws: `FormatError` if that is damaged, or the version not supported.
  public init(_ file: InputFile) throws(FormatError) {
    self.file = file
    var reader = try RDBReader(file)
    version = reader.version
    var description = SnapshotDescription(version: version)
    preamble: while let record = try reader.next() {
      switch record {
      case .auxiliary: try description.add(record, reader)
      case .function, .moduleAuxiliary: continue
      case .key, .selectDatabase, .resizeDatabase, .slotInfo, .slotImport, .end: break preamble
      }
    }
    createdAt = description.createdAt
  }

  /// Whether a key with this expiry is alive at `time`: a server deletes when now > expiry.
  public static func isAlive(expiry: Int64?, at time: Int64) -> Bool {
    guard let expiry else { return true }
    return expiry >= time
  }

  /// Reads the file from beginning to end, values included.
  ///
  /// - Throws: `FormatError` where the file is damaged.
  public func check() throws(FormatError) {
    var fingerprinter = ValueFingerprinter(FingerprintHasher())
    _ = try walk(at: .min) { (key) throws(FormatError) in
      _ = try fingerprinter.fingerprint(key.value)
    }
  }

  /// Reads the file from beginning to end and calls `visit` for each key that a server keeps: it leaves out
  /// empty containers. Returns what the file says about
  /// itself. What is alive is judged at `time`, in Unix milliseconds.
  ///
  /// - Throws: `FormatError` where the file is damaged; nothing that was visited counts then.
  public func walk(
    at time: Int64, _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) -> SnapshotDescription {
    var reader = try RDBReader(file)
    var description = SnapshotDescription(version: version)
    var scratch = ScratchBuffer()
    var valueScratch = ValueScratch()
    while let record = try reader.next() {
      guard record == .key else {
        try description.add(record, reader)
        continue
      }
      guard !reader.value.isEmptyContainer(scratch: &valueScratch) else { continue }
      let attributes = reader.attributes
      description.keys += 1
      let isAlive = Self.isAlive(expiry: attributes.expiry, at: time)
      if !isAlive { description.expired += 1 }
      let name = try reader.key()
      let bytes = try name.bytes(in: &scratch)
      do throws(FormatError) {
        try visit(
          SnapshotKey(
            database: reader.database, name: bytes, attributes: attributes, isAlive: isAlive,
            value: reader.value, offset: reader.recordOffset))
      } catch {
        var error = error
        error.key = error.key ?? [UInt8](copying: bytes)
        throw error
      }
    }
    description.checksum = reader.checksum ?? .absent
    return description
  }
}

/// A key that a walk visits, borrowed.
public struct SnapshotKey: ~Escapable {
  /// The database that the key belongs to.
  public let database: UInt64
  /// The name.
  public let name: Span<UInt8>
  /// Expiry, idle time, frequency.
  public let attributes: RDBKeyAttributes
  /// Whether the key is alive at the time of the walk.
  public let isAlive: Bool
  /// The value, not decoded yet.
  public let value: RDBValue
  /// Where the record begins in the file.
  public let offset: Int

  @_lifetime(copy name, copy value)
  init(
    database: UInt64, name: Span<UInt8>, attributes: RDBKeyAttributes, isAlive: Bool,
    value: RDBValue, offset: Int
  ) {
    self.database = database
    self.name = name
    self.attributes = attributes
    self.isAlive = isAlive
    self.value = value
    self.offset = offset
  }

  /// The fingerprint of database and name.
  public func fingerprint(_ hasher: FingerprintHasher) -> Fingerprint {
    hasher.hash(name, in: database)
  }
}

/// Looks at keys whose place is known, best in the order of the file.
public struct SnapshotLookup: ~Copyable {
  private var reader: RDBReader

  /// Opens `snapshot` for looking things up.
  public init(_ snapshot: Snapshot) {
    reader = RDBReader(snapshot.file, version: snapshot.version)
  }

  /// The name of the key whose record begins at `offset`.
  ///
  /// - Throws: `FormatError` if the file has changed since the walk.
  public mutating func name(
    at offset: Int, in database: UInt64
  ) throws(FormatError) -> [UInt8] {
    try key(at: offset, in: database) { (key) in [UInt8](copying: key.name) }
  }

  /// Calls `visit` with the key whose record begins at `offset`.
  ///
  /// - Throws: `FormatError` if the file has changed since the walk.
  public mutating func key<Result>(
    at offset: Int, in database: UInt64,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    var scratch = ScratchBuffer()
    reader.seek(to: offset, in: database)
    while let record = try reader.next() {
      guard record == .key else { continue }
      let name = try reader.key()
      let bytes = try name.bytes(in: &scratch)
      return try visit(
        SnapshotKey(
          database: database, name: bytes, attributes: reader.attributes, isAlive: true,
          value: reader.value, offset: offset))
    }
    throw .truncated(needed: 1, available: 0, at: offset)
  }
}
