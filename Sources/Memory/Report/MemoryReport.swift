public import Impact
internal import Keyspace
public import RDB

/// What a backup takes in the memory of a server that loads it, and which keys take it.
public struct MemoryReport: Sendable {
  /// The backup.
  public internal(set) var backup: BackupDescription
  /// The server that is thought of.
  public let target: ServerRelease
  /// The moment at which expiries are judged, in Unix milliseconds; nil if nothing is left out.
  public let at: Int64?
  /// The policy that names the categories.
  public let policy: Policy
  /// All keys that are meant.
  public internal(set) var sum = KeySum()
  /// What the server takes for them beside what `MEMORY USAGE` says.
  public internal(set) var overhead = MemoryOverhead()
  /// Keys by database, in ascending order.
  public internal(set) var databases: [DatabaseMemory] = []
  /// Keys by type and encoding, the heaviest first.
  public internal(set) var encodings: [EncodingMemory] = []
  /// Keys by category, the heaviest first; those of none have no category.
  public internal(set) var categories: [CategoryMemory] = []
  /// Keys by the beginnings of their names.
  public internal(set) var prefixes = PrefixTree(separator: [0x3A], depth: 0).finished()
  /// The keys that take the most, largest first.
  public internal(set) var largest: [RankedKey] = []
  /// The keys that were not used for the longest and the shortest time; nil if the file does not say.
  public internal(set) var idle: UseExtremes?
  /// The keys that are used least and most; nil if the file does not say.
  public internal(set) var frequency: UseExtremes?
  /// Whether it fits; nil if nobody asked.
  public internal(set) var fit: MemoryFit?

  /// What the server uses for the data, itself left out.
  public var total: Int { sum.bytes + overhead.total }
}

/// What a server takes for keys beside what `MEMORY USAGE` says of each.
public struct MemoryOverhead: Equatable, Sendable {
  /// What the allocator gives beyond the size of structures, less integers that are shared.
  public internal(set) var allocator = 0
  /// What other encodings take that the server chooses when it loads the file.
  public internal(set) var conversions = 0
  /// The entries of expiries.
  public internal(set) var expiries = 0
  /// The bucket arrays of the databases.
  public internal(set) var buckets = 0

  /// All together.
  public var total: Int { allocator + conversions + expiries + buckets }

  static func += (sum: inout MemoryOverhead, other: MemoryOverhead) {
    sum.allocator += other.allocator
    sum.conversions += other.conversions
    sum.expiries += other.expiries
    sum.buckets += other.buckets
  }
}

/// The keys of a database.
public struct DatabaseMemory: Sendable {
  /// The number of the database.
  public let database: UInt64
  /// Its keys.
  public internal(set) var sum = KeySum()
  /// Its bucket arrays, for keys and expiries.
  public var buckets: Int {
    guard sum.keys > 0 else { return 0 }
    let expires = sum.keys - sum.keysWithoutExpiry
    return allocation(8 * tableSlots(sum.keys))
      + (expires > 0 ? allocation(8 * tableSlots(expires)) : 0)
  }
}

/// The keys with values of a type and encoding.
public struct EncodingMemory: Sendable {
  /// What the values are to a user.
  public let type: RedisType
  /// How the file has them, by the server's names.
  public let encoding: String
  /// The keys.
  public internal(set) var sum: KeySum
}

/// The keys of a category.
public struct CategoryMemory: Sendable {
  /// The id of the category; nil for keys of none.
  public let id: String?
  /// The keys.
  public let sum: KeySum
}

/// The keys at both ends of an order of use.
public struct UseExtremes: Sendable {
  /// The keys used least or longest ago, the extreme first.
  public let coldest: [RankedKey]
  /// The keys used most or last, the extreme first.
  public let hottest: [RankedKey]
}
