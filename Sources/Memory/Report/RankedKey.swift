internal import BinaryInput
public import Keyspace
public import RDB

/// A key with what it takes.
public struct RankedKey: Sendable {
  /// The database of the key.
  public let database: UInt64
  /// The name; of a very long one, the beginning.
  public internal(set) var name: [UInt8]
  /// How many bytes the name has.
  public internal(set) var nameLength: Int
  /// What the value is to a user.
  public let type: RedisType
  /// How the value is encoded in the file.
  public let encoding: ValueEncoding
  /// When the key expires, in Unix milliseconds; nil if never.
  public let expiry: Int64?
  /// For how many seconds the key was not used, where the file has it.
  public let idle: UInt64?
  /// The logarithmic counter of the key's use, where the file has it.
  public let frequency: UInt8?
  /// What `MEMORY USAGE` would answer.
  public let bytes: Int
  /// How many elements the value has; nil if that is not known.
  public internal(set) var elements: Int?
  /// How long the largest element is, of a hash with its field; nil if nobody looked.
  public internal(set) var largestElement: Int?
  /// Where its walk has found the key.
  let offset: Int

  /// A name longer than this is kept by its beginning: a list of keys must fit into memory.
  static let longestName = 1 << 16

  /// Keeps what is needed of a key; with `wholeName`, its name however long it is.
  public init(_ key: borrowing SnapshotKey, _ memory: KeyMemory, wholeName: Bool = false) {
    database = key.database
    nameLength = key.name.count
    name = [UInt8](
      copying: wholeName || nameLength <= Self.longestName
        ? key.name : key.name.extracting(first: 1024))
    type = key.value.type
    encoding = memory.encoding
    expiry = key.attributes.expiry
    idle = key.attributes.idle
    frequency = key.attributes.frequency
    bytes = memory.footprint.reported
    elements = memory.elements
    offset = key.offset
  }
}
