internal import BinaryInput

/// What the record at hand of an `RDBReader` is.
public enum RDBRecord: Equatable, Sendable {
  /// A key with its value: `key()`, `value`, `attributes`.
  case key
  /// A name and a value about the file (AUX): `auxiliary()`.
  case auxiliary
  /// The keys that follow belong to another database (SELECTDB): `database`.
  case selectDatabase
  /// A hint: how many keys the database has, and how many of them expire (RESIZEDB): `counts()`.
  case resizeDatabase
  /// A hint: how many keys a cluster slot has, and how many of them expire (SLOT_INFO): `counts()`.
  case slotInfo
  /// Slots of a migration in progress, whose keys are not owned yet (Valkey's SLOT_IMPORT).
  case slotImport
  /// A function library (FUNCTION2): `functionSource()`.
  case function
  /// Data of a module that belong to no key (MODULE_AUX): `moduleType()`.
  case moduleAuxiliary
  /// The end of the data: `checksum`.
  case end
}

/// What the checksum at the end of a file says.
///
/// A stored checksum of 0 says that the server was told not to compute one: such a file is
/// unverified, never sound.
public enum RDBChecksum: String, Sendable {
  /// The stored checksum is that of the bytes.
  case ok
  /// The version has no checksums.
  case absent
  /// A checksum of 0 is stored (`rdbchecksum no`).
  case disabled
  /// The stored checksum is another one: the file is damaged.
  case mismatch
}

/// What a file says about a key before its type.
public struct RDBKeyAttributes: Equatable, Sendable {
  /// When the key expires, in Unix milliseconds; nil if never.
  public var expiry: Int64?
  /// For how many seconds the key was not used (LRU policies only).
  public var idle: UInt64?
  /// The logarithmic counter of the key's use (LFU policies only).
  public var frequency: UInt8?
  /// How many classes of module metadata the key has (Redis 8.6).
  public var metadataClasses: UInt8 = 0
  /// Whether a server refuses the key without the module of one of these classes.
  public var needsMetadataModule = false

  /// No attributes.
  @inlinable
  public init() {}
}

/// A name and a value about a file, borrowed from its reader.
public struct RDBAuxiliaryField: ~Escapable {
  /// The name: `redis-ver`, `ctime`, …
  public let name: EncodedString
  /// The value; numbers are decimal text.
  public let value: EncodedString

  @_lifetime(copy name, copy value)
  init(name: EncodedString, value: EncodedString) {
    self.name = name
    self.value = value
  }
}

/// How many keys a file announces for a database or a slot.
public struct RDBCounts: Equatable, Sendable {
  /// The number of keys.
  public let keys: UInt64
  /// How many of them expire.
  public let expires: UInt64
}
