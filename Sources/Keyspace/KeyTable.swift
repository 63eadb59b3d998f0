public import Hashing
public import RDB

/// What is kept of a key while a backup is compared: no name and no value, 56 bytes in all.
///
/// Names are read again from the file, at `offset`, for the few keys that differ.
public struct KeySummary: Sendable {
  /// The fingerprint of database and name.
  public let key: Fingerprint
  /// The fingerprint of the value.
  public let value: Fingerprint
  /// When the key expires, in Unix milliseconds; nil if never.
  public var expiry: Int64? { hasExpiry ? expiryTime : nil }
  /// What the value is to a user.
  public let type: RedisType
  /// Where the record begins in the file.
  public let offset: Int

  private let expiryTime: Int64
  private let hasExpiry: Bool
  /// Whether the other side has the key too.
  fileprivate(set) var isMatched = false

  /// Describes a key.
  public init(
    key: Fingerprint, value: Fingerprint, expiry: Int64?, type: RedisType, offset: Int
  ) {
    self.key = key
    self.value = value
    self.type = type
    self.offset = offset
    expiryTime = expiry ?? 0
    hasExpiry = expiry != nil
  }
}

/// The keys of one side of a comparison, found by the fingerprint of their names.
///
/// An open-addressing index over summaries in the order of the file.
public struct KeyTable: ~Copyable {
  private var summaries: [KeySummary] = []
  /// Positions in `summaries` plus one; 0 is free. The count is a power of two, at least twice the keys'.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  /// From which summary on the keys belong to which database.
  private var databases: [(start: Int, database: UInt64)] = []

  /// An empty table.
  public init() {}

  /// The number of keys.
  public var count: Int { summaries.count }

  /// Adds a key of `database`; returns false if the table has it already.
  public mutating func insert(_ summary: KeySummary, database: UInt64) -> Bool {
    if 2 * (summaries.count + 1) > slots.count { grow() }
    let slot = slot(of: summary.key)
    guard slots[slot] == 0 else { return false }
    if databases.last?.database != database { databases.append((summaries.count, database)) }
    summaries.append(summary)
    slots[slot] = UInt32(truncatingIfNeeded: summaries.count)
    return true
  }

  /// The key with this fingerprint, which counts as matched from now on.
  public mutating func match(_ key: Fingerprint) -> (summary: KeySummary, wasMatched: Bool)? {
    let position = Int(slots[slot(of: key)])
    guard position > 0 else { return nil }
    let wasMatched = summaries[position - 1].isMatched
    summaries[position - 1].isMatched = true
    return (summaries[position - 1], wasMatched)
  }

  /// Whether there is a key with this fingerprint.
  public func contains(_ key: Fingerprint) -> Bool {
    slots[slot(of: key)] != 0
  }

  /// Calls `body` for each key that was never matched, in the order of the file.
  public func forEachUnmatched<E: Error>(
    _ body: (_ summary: KeySummary, _ database: UInt64) throws(E) -> Void
  ) throws(E) {
    var run = databases.indices.lowerBound
    for (position, summary) in summaries.enumerated() {
      while run + 1 < databases.count && databases[run + 1].start <= position { run += 1 }
      if !summary.isMatched { try body(summary, databases[run].database) }
    }
  }

  private func slot(of key: Fingerprint) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.low) & mask
    while slots[slot] != 0 && summaries[Int(slots[slot]) - 1].key != key {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let mask = 2 * slots.count - 1
    var larger = [UInt32](repeating: 0, count: mask + 1)
    for (position, summary) in summaries.enumerated() {
      var slot = Int(truncatingIfNeeded: summary.key.low) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = UInt32(truncatingIfNeeded: position + 1)
    }
    slots = larger
  }
}
