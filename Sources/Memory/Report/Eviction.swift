internal import Keyspace
internal import RDB

/// The server's eviction policies (`maxmemory-policy`).
public enum EvictionPolicy: String, CaseIterable, Sendable {
  case noEviction = "noeviction"
  case allKeysLRU = "allkeys-lru"
  case allKeysLFU = "allkeys-lfu"
  case allKeysRandom = "allkeys-random"
  case volatileLRU = "volatile-lru"
  case volatileLFU = "volatile-lfu"
  case volatileRandom = "volatile-random"
  case volatileTTL = "volatile-ttl"

  /// Whether it takes only keys that expire.
  var isVolatile: Bool { rawValue.hasPrefix("volatile") }

  /// Which keys go first.
  var order: EvictionOrder? {
    switch self {
    case .noEviction: nil
    case .allKeysLRU, .volatileLRU: .idle
    case .allKeysLFU, .volatileLFU: .frequency
    case .allKeysRandom, .volatileRandom: .random
    case .volatileTTL: .expiry
    }
  }
}

/// Which keys an eviction policy takes first.
public enum EvictionOrder: String, CaseIterable, Sendable {
  /// Those that were not used for the longest time.
  case idle
  /// Those that are used least.
  case frequency
  /// Any.
  case random
  /// Those that expire first.
  case expiry
}

/// Whether a backup fits into a server's `maxmemory`, and what would have to go.
public struct MemoryFit: Sendable {
  /// The limit, in bytes.
  public let limit: Int
  /// What the server would use after loading, itself included.
  public let used: Int
  /// What each policy would take.
  public let outcomes: [EvictionOutcome]

  /// How many bytes are too many; 0 if it fits.
  public var excess: Int { max(0, used - limit) }
}

/// What an eviction policy would take to make the data fit.
public struct EvictionOutcome: Sendable {
  /// The policy.
  public let policy: EvictionPolicy
  /// Which keys go first; random where the file lacks what the policy goes by. Nil: none go.
  public let order: EvictionOrder?
  /// How many keys it could take, and what they take in memory.
  public let candidates: EvictedKeys
  /// What it would take. Servers look at samples, so this is what to expect, not what will happen exactly.
  public let evicted: EvictedKeys
  /// Whether that makes the data fit; else writes are refused once it has done what it can.
  public let isEnough: Bool
  /// What it would take of each category, by its index in the policy file, the number of categories standing
  /// for keys of none.
  public let categories: [(category: Int, evicted: EvictedKeys)]
}

/// Keys with the memory that evicting them frees.
public struct EvictedKeys: Equatable, Sendable {
  /// How many there are.
  public internal(set) var keys = 0
  /// How many bytes become free.
  public internal(set) var bytes = 0

  static func += (sum: inout EvictedKeys, other: EvictedKeys) {
    sum.keys += other.keys
    sum.bytes += other.bytes
  }

  /// The part of them that has `share` of the bytes; half a key is a key.
  func part(_ share: Double) -> EvictedKeys {
    EvictedKeys(
      keys: Int((Double(keys) * share).rounded(.up)), bytes: Int((Double(bytes) * share).rounded()))
  }
}

/// Sorts keys by what eviction policies go by, into a few thousand classes each.
struct EvictionCensus: Sendable {
  private let categories: Int
  private let time: Int64
  private var all: EvictionOrders
  private var expiring: EvictionOrders
  private var hasIdle = false
  private var hasFrequency = false

  /// LFU_INIT_VAL: what a key begins with of which the file has no frequency.
  private static let initialFrequency = 5

  /// A census for a policy file of so many categories; expiries count from `time`.
  init(categories: Int, at time: Int64) {
    self.categories = categories
    self.time = time
    all = EvictionOrders(categories: categories + 1)
    expiring = EvictionOrders(categories: categories + 1)
  }

  /// Takes in a key that frees `bytes`.
  mutating func add(_ attributes: RDBKeyAttributes, bytes: Int, category: Int?) {
    if attributes.idle != nil { hasIdle = true }
    if attributes.frequency != nil { hasFrequency = true }
    let category = category ?? categories
    // Whatever goes first has the lowest rank.
    let idle = EvictionClasses.ranks - 1 - EvictionClasses.rank(attributes.idle ?? 0)
    let frequency = attributes.frequency.map(Int.init) ?? Self.initialFrequency
    all.add(idle: idle, frequency: frequency, category, bytes)
    guard let expiry = attributes.expiry else { return }
    expiring.add(idle: idle, frequency: frequency, category, bytes)
    let left = expiry > time ? UInt64(bitPattern: expiry &- time) : 0
    expiring.expiry.add(EvictionClasses.rank(left), category, bytes)
  }

  /// Takes in what was counted in other keys of the same file.
  mutating func merge(_ other: EvictionCensus) {
    hasIdle = hasIdle || other.hasIdle
    hasFrequency = hasFrequency || other.hasFrequency
    all.merge(other.all)
    expiring.merge(other.expiring)
  }

  /// What a server with a limit would do that uses so much.
  func fit(limit: Int, used: Int) -> MemoryFit {
    MemoryFit(
      limit: limit, used: used,
      outcomes: EvictionPolicy.allCases.map { outcome($0, excess: max(0, used - limit)) })
  }

  private func outcome(_ policy: EvictionPolicy, excess: Int) -> EvictionOutcome {
    guard let order = policy.order else {
      return EvictionOutcome(
        policy: policy, order: nil, candidates: EvictedKeys(), evicted: EvictedKeys(),
        isEnough: excess == 0, categories: [])
    }
    let isKnown = order == .idle ? hasIdle : order == .frequency ? hasFrequency : true
    let classes = (policy.isVolatile ? expiring : all)[order]
    let taken = classes.taking(excess)
    var evicted = EvictedKeys()
    for row in taken { evicted += row.evicted }
    let candidates = classes.total
    return EvictionOutcome(
      policy: policy, order: isKnown ? order : .random, candidates: candidates, evicted: evicted,
      isEnough: candidates.bytes >= excess, categories: taken)
  }
}

/// The same keys by every order.
private struct EvictionOrders: Sendable {
  private var idle: EvictionClasses
  private var frequency: EvictionClasses
  private var random: EvictionClasses
  var expiry: EvictionClasses

  init(categories: Int) {
    idle = EvictionClasses(categories: categories)
    frequency = EvictionClasses(ranks: 256, categories: categories)
    random = EvictionClasses(ranks: 1, categories: categories)
    expiry = EvictionClasses(categories: categories)
  }

  subscript(order: EvictionOrder) -> EvictionClasses {
    switch order {
    case .idle: idle
    case .frequency: frequency
    case .random: random
    case .expiry: expiry
    }
  }

  mutating func add(idle rank: Int, frequency use: Int, _ category: Int, _ bytes: Int) {
    idle.add(rank, category, bytes)
    frequency.add(use, category, bytes)
    random.add(0, category, bytes)
  }

  mutating func merge(_ other: EvictionOrders) {
    idle.merge(other.idle)
    frequency.merge(other.frequency)
    random.merge(other.random)
    expiry.merge(other.expiry)
  }
}

/// Keys by rank and category.
private struct EvictionClasses: Sendable {
  /// How many classes there are for 64-bit numbers.
  static let ranks = rank(.max) + 1

  private let ranks: Int
  private let categories: Int
  /// Where in `tallies` the categories of a rank begin; -1 for a rank that has no keys, as most have.
  private var rows: [Int32]
  private var tallies: [EvictedKeys] = []

  init(ranks: Int = Self.ranks, categories: Int) {
    self.ranks = ranks
    self.categories = categories
    rows = Array(repeating: -1, count: ranks)
  }

  /// A class for a number: 64 for each doubling.
  static func rank(_ number: UInt64) -> Int {
    guard number >= 64 else { return Int(number) }
    let exponent = 63 - number.leadingZeroBitCount
    return 64 * (exponent - 5) + Int(number >> UInt64(exponent - 6) & 63)
  }

  mutating func add(_ rank: Int, _ category: Int, _ bytes: Int) {
    tallies[row(of: rank) + category] += EvictedKeys(keys: 1, bytes: bytes)
  }

  mutating func merge(_ other: EvictionClasses) {
    for rank in 0..<ranks where other.rows[rank] >= 0 {
      let (row, theirs) = (row(of: rank), Int(other.rows[rank]))
      for category in 0..<categories { tallies[row + category] += other.tallies[theirs + category] }
    }
  }

  private mutating func row(of rank: Int) -> Int {
    if rows[rank] < 0 {
      rows[rank] = Int32(tallies.count)
      tallies += repeatElement(EvictedKeys(), count: categories)
    }
    return Int(rows[rank])
  }

  var total: EvictedKeys {
    tallies.reduce(into: EvictedKeys()) { $0 += $1 }
  }

  /// What goes, rank by rank, until `excess` bytes are free; of the last rank a part.
  func taking(_ excess: Int) -> [(category: Int, evicted: EvictedKeys)] {
    var taken = [EvictedKeys](repeating: EvictedKeys(), count: categories)
    var left = excess
    for rank in 0..<ranks where left > 0 && rows[rank] >= 0 {
      let row = tallies[Int(rows[rank])..<(Int(rows[rank]) + categories)]
      let bytes = row.reduce(0) { $0 + $1.bytes }
      guard bytes > 0 else { continue }
      let share = min(1, Double(left) / Double(bytes))
      for (category, tally) in row.enumerated() { taken[category] += tally.part(share) }
      left -= min(left, bytes)
    }
    return taken.enumerated().filter { $1.keys > 0 }.map { (category: $0, evicted: $1) }
  }
}
