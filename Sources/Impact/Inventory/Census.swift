internal import BinaryInput
internal import Keyspace
internal import RDB

/// Counts keys, one after the other, in tables whose size does not depend on the file.
struct Census {
  private let time: Int64
  private let hourEnd: Int64
  private let dayEnd: Int64
  /// By the number of the value type, except that strings are apart by encoding.
  private var types = [Tally](repeating: Tally(), count: 256)
  private var strings = [Tally](repeating: Tally(), count: Self.stringEncodings.count)
  private var database = DatabaseInventory(database: 0)
  private var otherDatabases: [UInt64: DatabaseInventory] = [:]
  private var categories: [CategoryCount]
  private var unknown = PrefixGroups(zero: Exposure())
  private var largest: [LargeKey] = []
  private var smallestLarge = 0
  private(set) var keys = 0
  private(set) var expiries = ExpirySummary()

  /// What the server's `OBJECT ENCODING` calls strings.
  private static let stringEncodings = ["int", "embstr", "raw"]

  private struct Tally {
    var keys = 0
    var bytes = 0
  }

  private struct CategoryCount {
    var keys = 0
    var bytes = 0
    var withoutExpiry = 0
    var expired = 0
  }

  private static let largestCount = 10
  /// OBJ_ENCODING_EMBSTR_SIZE_LIMIT: up to here a string shares its allocation with its object.
  private static let longestEmbedded = 44

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
    _ name: Span<UInt8>, _ value: borrowing RDBValue, in database: UInt64, size: Int,
    expiry: Int64?, category: Int?
  ) throws(FormatError) {
    keys += 1
    let isExpired = !Snapshot.isAlive(expiry: expiry, at: time)
    count(expiry: expiry, isExpired: isExpired)
    if isExpired && leavesOutExpired { return }
    count(database: database, expires: expiry != nil)
    try countEncoding(value, size)
    if let category {
      categories[category].keys += 1
      categories[category].bytes += size
      if expiry == nil { categories[category].withoutExpiry += 1 }
      if isExpired { categories[category].expired += 1 }
    } else {
      unknown.update(name) { $0.count(isAlive: !isExpired) }
    }
    if largest.count < Self.largestCount || size > smallestLarge {
      insertLarge(
        LargeKey(
          database: database, name: [UInt8](copying: name), type: value.type.type, bytes: size))
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
      if database.keys > 0 { otherDatabases[database.database] = database }
      database = otherDatabases[number] ?? DatabaseInventory(database: number)
    }
    database.keys += 1
    if expires { database.expires += 1 }
  }

  private mutating func countEncoding(
    _ value: borrowing RDBValue, _ size: Int
  ) throws(FormatError) {
    if value.type == .string {
      let encoding = try Self.stringEncoding(value)
      strings[encoding].keys += 1
      strings[encoding].bytes += size
    } else {
      types[Int(value.type.rawValue)].keys += 1
      types[Int(value.type.rawValue)].bytes += size
    }
  }

  /// Which encoding the server has for a string: 0 int, 1 embstr, 2 raw (`tryObjectEncoding`).
  private static func stringEncoding(_ value: borrowing RDBValue) throws(FormatError) -> Int {
    switch try value.stringForm() {
    case .integer: return 0
    case .plain(let bytes):
      if isCanonicalInteger(bytes) { return 0 }
      return bytes.count <= longestEmbedded ? 1 : 2
    case .compressed(_, let length, _): return length <= UInt64(longestEmbedded) ? 1 : 2
    }
  }

  /// Whether the server reads the bytes as a 64-bit integer and gets them back by writing it.
  private static func isCanonicalInteger(_ bytes: Span<UInt8>) -> Bool {
    guard (1...20).contains(bytes.count) else { return false }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    guard first < bytes.count else { return false }
    if bytes[first] == UInt8(ascii: "0") { return bytes.count == 1 }
    var value: Int64 = 0
    for index in first..<bytes.count {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return false }
      // Counted below zero, where there is room for one more.
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, underflow) = tenfold.subtractingReportingOverflow(
        Int64(bytes[index] - UInt8(ascii: "0")))
      if overflow || underflow { return false }
      value = next
    }
    return isNegative || value > .min
  }

  private mutating func insertLarge(_ key: LargeKey) {
    let place = largest.firstIndex { $0.bytes < key.bytes } ?? largest.count
    largest.insert(key, at: place)
    if largest.count > Self.largestCount { largest.removeLast() }
    smallestLarge = largest.last?.bytes ?? 0
  }

  /// The types and encodings that occur, by the server's names.
  private var encodings: [EncodingInventory] {
    let ofStrings = zip(Self.stringEncodings, strings).map { name, tally in
      EncodingInventory(type: .string, encoding: name, keys: tally.keys, bytes: tally.bytes)
    }
    let ofOthers = RDBValueType.allCases.map { type in
      let tally = types[Int(type.rawValue)]
      return EncodingInventory(
        type: type.type, encoding: type.encoding, keys: tally.keys, bytes: tally.bytes)
    }
    return (ofStrings + ofOthers).filter { $0.keys > 0 }.merged
  }

  /// Puts the results into `inventory`.
  consuming func fill(_ inventory: inout Inventory) {
    if database.keys > 0 { otherDatabases[database.database] = database }
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
