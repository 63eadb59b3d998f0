internal import Keyspace
internal import RDB

/// Finds the keys that are used least and most, where the file has that.
struct UseCensus: Sendable {
  private static let listed = 10

  private var longestIdle = RankedKeys<UInt64>(limit: listed)
  private var shortestIdle = RankedKeys<Int64>(limit: listed)
  private var rarest = RankedKeys<Int>(limit: listed)
  private var mostFrequent = RankedKeys<UInt8>(limit: listed)

  /// Takes in a key of which the file has the idle time or the frequency.
  mutating func add(_ key: borrowing SnapshotKey, _ memory: KeyMemory) {
    if let idle = key.attributes.idle {
      let recency = -Int64(clamping: idle)
      if longestIdle.wants(idle) { longestIdle.insert(RankedKey(key, memory), rank: idle) }
      if shortestIdle.wants(recency) { shortestIdle.insert(RankedKey(key, memory), rank: recency) }
    }
    if let frequency = key.attributes.frequency {
      let rarity = -Int(frequency)
      if rarest.wants(rarity) { rarest.insert(RankedKey(key, memory), rank: rarity) }
      if mostFrequent.wants(frequency) {
        mostFrequent.insert(RankedKey(key, memory), rank: frequency)
      }
    }
  }

  /// Takes in what was found in other keys of the same file.
  mutating func merge(_ other: UseCensus) {
    longestIdle.merge(other.longestIdle)
    shortestIdle.merge(other.shortestIdle)
    rarest.merge(other.rarest)
    mostFrequent.merge(other.mostFrequent)
  }

  /// By idle time; nil if no key has one.
  var idle: UseExtremes? { Self.extremes(longestIdle.keys, shortestIdle.keys) }

  /// By frequency; nil if no key has one.
  var frequency: UseExtremes? { Self.extremes(rarest.keys, mostFrequent.keys) }

  private static func extremes(_ cold: [RankedKey], _ hot: [RankedKey]) -> UseExtremes? {
    cold.isEmpty ? nil : UseExtremes(coldest: cold, hottest: hot)
  }
}
