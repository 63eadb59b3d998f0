internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB

/// What is asked of a memory report.
public struct MemoryQuestion: Sendable {
  /// The server that would load the backup.
  public var rules: EncodingRules
  /// How many of the largest keys are listed.
  public var top = 20
  /// How many levels of beginnings are told apart; 0 for none.
  public var prefixDepth = 1
  /// What ends a level.
  public var separator = Array(":".utf8)
  /// The server's `maxmemory`; nil if that does not matter.
  public var limit: Int?
  /// Keys that have expired by this moment are left out; in Unix milliseconds.
  public var at: Int64?
  /// The moment from which expiries count where eviction goes by them.
  public var now: Int64

  /// The question as it stands without further wishes.
  public init(_ rules: EncodingRules, now: Int64) {
    self.rules = rules
    self.now = now
  }
}

/// Adds up keys, one after the other, in tables whose size does not depend on the file.
///
/// What several have counted in different keys of the same file can be merged, and is the same then however the keys were
/// divided.
struct MemoryCensus: Sendable {
  private let question: MemoryQuestion
  private var overhead = MemoryOverhead()
  private var database = DatabaseMemory(database: 0)
  private var otherDatabases: [UInt64: DatabaseMemory] = [:]
  private var encodings = EncodingTable()
  /// By category of the policy; the last stands for none.
  private var categories: [KeySum]
  var prefixes: PrefixTree
  private var largest: RankedKeys<Int>
  private var use = UseCensus()
  /// Nil without a limit.
  private var eviction: EvictionCensus?
  private let expiryEntry: Int
  private let countsPrefixes: Bool

  init(_ question: MemoryQuestion, categories: Int, _ prefixes: PrefixTree) {
    self.question = question
    self.prefixes = prefixes
    countsPrefixes = question.prefixDepth > 0
    self.categories = Array(repeating: KeySum(), count: categories + 1)
    largest = RankedKeys(limit: question.top)
    if question.limit != nil {
      eviction = EvictionCensus(categories: categories, at: question.now)
    }
    expiryEntry = allocation(question.rules.sizes.tableEntry)
  }

  /// Takes in a key.
  @inline(__always)
  mutating func count(_ key: borrowing SnapshotKey, _ memory: KeyMemory, category: Int?) {
    let bytes = memory.footprint.reported
    let one = KeySum(bytes: bytes, expires: key.attributes.expiry != nil)
    overhead.allocator += memory.footprint.allocated - bytes
    overhead.conversions += memory.conversion
    if key.attributes.expiry != nil { overhead.expiries += expiryEntry }
    if key.database != database.database { change(to: key.database) }
    database.sum += one
    encodings.add(memory.encoding, one)
    categories[category ?? categories.count - 1] += one
    if countsPrefixes { prefixes.add(key.name, one) }
    if largest.wants(bytes) { largest.insert(RankedKey(key, memory), rank: bytes) }
    if key.attributes.idle != nil || key.attributes.frequency != nil { use.add(key, memory) }
    eviction?.add(
      key.attributes,
      bytes: memory.footprint.allocated + memory.conversion
        + (key.attributes.expiry == nil ? 0 : expiryEntry), category: category)
  }

  private mutating func change(to number: UInt64) {
    closeDatabase()
    database = otherDatabases[number] ?? DatabaseMemory(database: number)
  }

  /// Takes in what was counted in other keys of the same file.
  mutating func merge(_ other: consuming MemoryCensus) {
    closeDatabase()
    other.closeDatabase()
    for (number, database) in other.otherDatabases {
      otherDatabases[number, default: DatabaseMemory(database: number)].sum += database.sum
    }
    overhead += other.overhead
    encodings.merge(other.encodings)
    categories.add(other.categories)
    prefixes.merge(other.prefixes)
    largest.merge(other.largest)
    use.merge(other.use)
    if let theirs = other.eviction { eviction?.merge(theirs) }
  }

  /// Puts the database at hand to the others.
  private mutating func closeDatabase() {
    if database.sum.keys > 0 { otherDatabases[database.database] = database }
    database = DatabaseMemory(database: database.database)
  }

  /// Puts the results into `report`.
  consuming func fill(_ report: inout MemoryReport) {
    closeDatabase()
    report.databases = otherDatabases.values.sorted { $0.database < $1.database }
    for database in report.databases { report.sum += database.sum }
    overhead.buckets = report.databases.reduce(0) { $0 + $1.buckets }
    report.overhead = overhead
    report.encodings = encodings.rows
    let ids = report.policy.categories.map { $0.id as String? } + [nil]
    report.categories = zip(ids, categories).filter { $1.keys > 0 }.map {
      CategoryMemory(id: $0, sum: $1)
    }.sorted { ($1.sum.bytes, $0.id ?? "~") < ($0.sum.bytes, $1.id ?? "~") }
    report.prefixes = prefixes.finished()
    report.largest = largest.keys
    report.idle = use.idle
    report.frequency = use.frequency
    if let limit = question.limit, let eviction {
      report.fit = eviction.fit(limit: limit, used: report.total + MemoryReport.emptyServer)
    }
  }
}

extension MemoryReport {
  /// What Redis 7.0 uses when it is empty, about (7.0.15, measured).
  public static let emptyServer = 915_000
}

/// Keys by type and encoding.
private struct EncodingTable: Sendable {
  /// By the number of the value type.
  private var types = [KeySum](repeating: KeySum(), count: 256)
  private var strings = [KeySum](repeating: KeySum(), count: StringEncoding.allCases.count)
  /// By the number of the type, values that commands have made.
  private var live = [KeySum](repeating: KeySum(), count: RedisType.allCases.count)

  @inline(__always)
  mutating func add(_ encoding: ValueEncoding, _ keys: KeySum) {
    switch encoding {
    case .string(let encoding): strings[encoding.rawValue] += keys
    case .other(let type): types[Int(type.rawValue)] += keys
    case .inMemory(let type): live[Int(type.rawValue)] += keys
    }
  }

  mutating func merge(_ other: EncodingTable) {
    types.add(other.types)
    strings.add(other.strings)
    live.add(other.live)
  }

  /// What occurs, the heaviest first. Several value types have the same name in the server.
  var rows: [EncodingMemory] {
    let ofStrings = zip(StringEncoding.allCases, strings).map {
      EncodingMemory(type: .string, encoding: $0.name, sum: $1)
    }
    let ofFile = RDBValueType.allCases.map { type in
      EncodingMemory(type: type.type, encoding: type.encoding, sum: types[Int(type.rawValue)])
    }
    let ofLog = RedisType.allCases.map { type in
      EncodingMemory(type: type, encoding: "replayed", sum: live[Int(type.rawValue)])
    }
    var merged: [EncodingMemory] = []
    for row in ofStrings + ofFile + ofLog where row.sum.keys > 0 {
      if let same = merged.firstIndex(where: {
        $0.type == row.type && $0.encoding == row.encoding
      }) {
        merged[same].sum += row.sum
      } else {
        merged.append(row)
      }
    }
    return merged.sorted {
      ($1.sum.bytes, $0.type.name, $0.encoding) < ($0.sum.bytes, $1.type.name, $1.encoding)
    }
  }
}
