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
struct EvictionCensus {
  private let categories: Int
  private let time: Int64
  private var all: [EvictionOrder: EvictionClasses] = [:]
  private var expiring: [EvictionOrder: EvictionClasses] = [:]
  private var hasIdle = false
  private var hasFrequency = false

  /// LFU_INIT_VAL: what a key begins with of which the file has no frequency.
  private static let initialFrequency: UInt64 = 5

  /// A census for a policy file of so many categories; expiries count from `time`.
  init(categories: Int, at time: Int64) {
    self.categories = categories
    self.time = time
    for order in EvictionOrder.allCases {
      let ranks = order.ranks
      all[order] = EvictionClasses(ranks: ranks, categories: categories + 1)
      expiring[order] = EvictionClasses(ranks: ranks, categories: categories + 1)
    }
  }

  /// Takes in a key that frees `bytes`.
  mutating func add(_ attributes: RDBKeyAttributes, bytes: Int, category: Int?) {
    if attributes.idle != nil { hasIdle = true }
    if attributes.frequency != nil { hasFrequency = true }
    let category = category ?? categories
    let frequency = attributes.frequency.map { UInt64($0) } ?? Self.initialFrequency
    // Whatever goes first has the lowest rank.
    let ranks: [(EvictionOrder, Int)] = [
      (.idle, EvictionOrder.idle.ranks - 1 - EvictionClasses.rank(attributes.idle ?? 0)),
      (.frequency, Int(frequency)), (.random, 0),
    ]
    for (order, rank) in ranks {
      all[order]?.add(rank, category, bytes)
      if attributes.expiry != nil { expiring[order]?.add(rank, category, bytes) }
    }
    if let expiry = attributes.expiry {
      let left = expiry > time ? UInt64(bitPattern: expiry &- time) : 0
      expiring[.expiry]?.add(EvictionClasses.rank(left), category, bytes)
    }
  }

  /// What a server with a limit would do that uses so much.
  func fit(limit: Int, used: Int) -> MemoryFit {
    MemoryFit(
      limit: limit, used: used,
      outcomes: EvictionPolicy.allCases.map { outcome($0, excess: max(0, used - limit)) })
  }

  private func outcome(_ policy: EvictionPolicy, excess: Int) -> EvictionOutcome {
    guard let order = policy.order, let classes = (policy.isVolatile ? expiring : all)[order] else {
      return EvictionOutcome(
        policy: policy, order: nil, candidates: EvictedKeys(), evicted: EvictedKeys(),
        isEnough: excess == 0, categories: [])
    }
    let isKnown = order == .idle ? hasIdle : order == .frequency ? hasFrequency : true
    let taken = classes.taking(excess)
    var evicted = EvictedKeys()
    for row in taken { evicted += row.evicted }
    let candidates = classes.total
    return EvictionOutcome(
      policy: policy, order: isKnown ? order : .random, candidates: candidates, evicted: evicted,
      isEnough: candidates.bytes >= excess, categories: taken)
  }
}

extension EvictionOrder {
  /// How many classes there are.
  fileprivate var ranks: Int {
    switch self {
    case .idle, .expiry: EvictionClasses.rank(.max) + 1
    case .frequency: 256
    case .random: 1
    }
  }
}

/// Keys by rank and category.
private struct EvictionClasses {
  private let ranks: Int
  private let categories: Int
  private var tallies: [EvictedKeys]

  init(ranks: Int, categories: Int) {
    self.ranks = ranks
    self.categories = categories
    tallies = Array(repeating: EvictedKeys(), count: ranks * categories)
  }

  /// A class for a number: 64 for each doubling.
  static func rank(_ number: UInt64) -> Int {
    guard number >= 64 else { return Int(number) }
    let exponent = 63 - number.leadingZeroBitCount
    return 64 * (exponent - 5) + Int(number >> UInt64(exponent - 6) & 63)
  }

  mutating func add(_ rank: Int, _ category: Int, _ bytes: Int) {
    tallies[rank * categories + category] += EvictedKeys(keys: 1, bytes: bytes)
  }

  var total: EvictedKeys {
    tallies.reduce(into: EvictedKeys()) { $0 += $1 }
  }

  /// What goes, rank by rank, until `excess` bytes are free; of the last rank a part.
  func taking(_ excess: Int) -> [(category: Int, evicted: EvictedKeys)] {
    var taken = [EvictedKeys](repeating: EvictedKeys(), count: categories)
    var left = excess
    for rank in 0..<ranks where left > 0 {
      let row = tallies[(rank * categories)..<((rank + 1) * categories)]
      let bytes = row.reduce(0) { $0 + $1.bytes }
      guard bytes > 0 else { continue }
      let share = min(1, Double(left) / Double(bytes))
      for (category, tally) in row.enumerated() { taken[category] += tally.part(share) }
      left -= min(left, bytes)
    }
    return taken.enumerated().filter { $1.keys > 0 }.map { (category: $0, evicted: $1) }
  }
}
