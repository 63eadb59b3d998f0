internal import BinaryInput
internal import Keyspace
internal import RDB

/// Counts keys, one after the other, in tables whose size does not depend on the file.
struct Census: Sendable {
  private let time: Int64
  private let hourEnd: Int64
  private let dayEnd: Int64
  /// By the number of the value type, except that strings are apart by encoding.
  private var types = [Tally](repeating: Tally(), count: 256)
  private var strings = [Tally](repeating: Tally(), count: StringEncoding.allCases.count)
  private var database = DatabaseInventory(database: 0)
  private var otherDatabases: [UInt64: DatabaseInventory] = [:]
  private var categories: [CategoryCount]
  private var unknown = PrefixGroups(zero: Exposure())
  private var largest: [LargeKey] = []
  private var smallestLarge = 0
  private(set) var keys = 0
  private(set) var expiries = ExpirySummary()

  /// By the number of the type, keys of a log's state in memory, which have no encoding.
  private var live = [Tally](repeating: Tally(), count: RedisType.allCases.count)

  private struct Tally: Summable {
    var keys = 0
    var bytes = 0

    static func += (sum: inout Tally, other: Tally) {
      sum.keys += other.keys
      sum.bytes += other.bytes
    }
  }

  private struct CategoryCount: Summable {
    var keys = 0
    var bytes = 0
    var withoutExpiry = 0
    var expired = 0

    static func += (sum: inout CategoryCount, other: CategoryCount) {
      sum.keys += other.keys
      sum.bytes += other.bytes
      sum.withoutExpiry += other.withoutExpiry
      sum.expired += other.expired
    }
  }

  private static let largestCount = 10

  private let leavesOutExpired: Bool

  /// Counts what is there at `time`, or, without `leavesOutExpired`, everything.
  init(at time: Int64, leavesOutExpired: Bool, categories: Int) {
    self.time = time
    self.leavesOutExpired = leavesOutExpired
    hourEnd = time.saturatingAdd(3_600_000)
    dayEnd = time.saturatingAdd(86_400_000)
    self.categories = Array(repeating: CategoryCount(), count: categories)
  }

  /// Counts a key.
  @inline(__always)
  mutating func count(
    _ key: borrowing SnapshotKey, category: Int?
  ) throws(FormatError) {
    let (database, size, expiry) = (key.database, key.size, key.attributes.expiry)
    keys += 1
    let isExpired = !key.isAlive
    count(expiry: expiry, isExpired: isExpired)
    if isExpired && leavesOutExpired { return }
    count(database: database, expires: expiry != nil)
    try countEncoding(key.value, size)
    if let category {
      categories[category].keys += 1
      categories[category].bytes += size
      if expiry == nil { categories[category].withoutExpiry += 1 }
      if isExpired { categories[category].expired += 1 }
    } else {
      unknown.update(key.name) { $0.count(isAlive: !isExpired) }
    }
    if largest.count < Self.largestCount || size > smallestLarge {
      insertLarge(
        LargeKey(
          database: database, name: [UInt8](copying: key.name), type: key.value.type, bytes: size,
          offset: key.offset))
    }
  }

  private mutating func count(expiry: Int64?, isExpired: Bool) {
    guard let expiry else {
      expiries.none += 1
      return
    }
    if isExpired {
      expiries.past += 1
    } else if expiry <= hourEnd {
      expiries.nextHour += 1
    } else if expiry <= dayEnd {
      expiries.nextDay += 1
    } else {
      expiries.later += 1
    }
  }

  private mutating func count(database number: UInt64, expires: Bool) {
    if number != database.database {
      closeDatabase()
      database = otherDatabases[number] ?? DatabaseInventory(database: number)
    }
    database.keys += 1
    if expires { database.expires += 1 }
  }

  private mutating func countEncoding(
    _ value: borrowing SnapshotValue, _ size: Int
  ) throws(FormatError) {
    switch try value.encoding() {
    case .string(let encoding):
      strings[encoding.rawValue].keys += 1
      strings[encoding.rawValue].bytes += size
    case .other(let type):
      types[Int(type.rawValue)].keys += 1
      types[Int(type.rawValue)].bytes += size
    case .inMemory(let type):
      live[Int(type.rawValue)].keys += 1
      live[Int(type.rawValue)].bytes += size
    }
  }

  private mutating func insertLarge(_ key: LargeKey) {
    let place = largest.firstIndex { key.precedes($0) } ?? largest.count
    largest.insert(key, at: place)
    if largest.count > Self.largestCount { largest.removeLast() }
    smallestLarge = largest.last?.bytes ?? 0
  }

  /// Adds what another census has counted in other keys of the same backup.
  mutating func merge(_ other: consuming Census) {
    other.closeDatabase()
    closeDatabase()
    for (number, database) in other.otherDatabases {
      otherDatabases[number, default: DatabaseInventory(database: number)] += database
    }
    types.add(other.types)
    strings.add(other.strings)
    live.add(other.live)
    categories.add(other.categories)
    unknown.add(other.unknown)
    for key in other.largest { insertLarge(key) }
    keys += other.keys
    expiries += other.expiries
  }

  /// Puts the database at hand to the others.
  private mutating func closeDatabase() {
    if database.keys > 0 { otherDatabases[database.database] = database }
    database = DatabaseInventory(database: database.database)
  }

  /// The types and encodings that occur, by the server's names.
  private var encodings: [EncodingInventory] {
    let ofStrings = zip(StringEncoding.allCases, strings).map { encoding, tally in
      EncodingInventory(
        type: .string, encoding: encoding.name, keys: tally.keys, bytes: tally.bytes)
    }
    let ofLog = RedisType.allCases.map { type in
      let tally = live[Int(type.rawValue)]
      return EncodingInventory(
        type: type, encoding: "replayed", keys: tally.keys, bytes: tally.bytes)
    }
    let ofOthers = RDBValueType.allCases.map { type in
      let tally = types[Int(type.rawValue)]
      return EncodingInventory(
        type: type.type, encoding: type.encoding, keys: tally.keys, bytes: tally.bytes)
    }
    return (ofStrings + ofOthers + ofLog).filter { $0.keys > 0 }.merged
  }

  /// Puts the results into `inventory`.
  consuming func fill(_ inventory: inout Inventory) {
    closeDatabase()
    inventory.databases = otherDatabases.values.sorted { $0.database < $1.database }
    inventory.encodings = encodings.sorted {
      ($1.keys, $0.type.name, $0.encoding) < ($0.keys, $1.type.name, $1.encoding)
    }
    inventory.categories = zip(inventory.policy.categories, categories).filter { $1.keys > 0 }
      .map { category, count in
        CategoryInventory(
          category: category, keys: count.keys, bytes: count.bytes,
          withoutExpiry: count.withoutExpiry, expired: count.expired)
      }
    inventory.unknown = unknown.sorted.map { PrefixImpact(prefix: $0.prefix, exposure: $0.count) }
    inventory.expiries = expiries
    inventory.largest = largest
  }
}

extension [EncodingInventory] {
  /// Several value types have the same name in the server: all streams, both kinds of quicklist.
  fileprivate var merged: [EncodingInventory] {
    reduce(into: []) { rows, next in
      if let same = rows.firstIndex(where: { $0.type == next.type && $0.encoding == next.encoding })
      {
        rows[same].keys += next.keys
        rows[same].bytes += next.bytes
      } else {
        rows.append(next)
      }
    }
  }
}

extension DatabaseInventory: Summable {
  package static func += (sum: inout DatabaseInventory, other: DatabaseInventory) {
    sum.keys += other.keys
    sum.expires += other.expires
  }
}

extension ExpirySummary: Summable {
  package static func += (sum: inout ExpirySummary, other: ExpirySummary) {
    sum.none += other.none
    sum.past += other.past
    sum.nextHour += other.nextHour
    sum.nextDay += other.nextDay
    sum.later += other.later
  }
}
