public import Hashing
public import RDB

/// What is kept of a key while backups are compared: no name and no value, 56 bytes in all.
///
/// Names are read again from the file, at `offset`, for the few keys that differ.
public struct KeySummary: Sendable {
  /// The fingerprint of database and name.
  public let key: Fingerprint
  /// The fingerprint of the value.
  public let value: Fingerprint
  /// Where the record begins in the file.
  public let offset: Int
  private let expiryTime: Int64
  /// What the user of the summary wants to know again.
  public fileprivate(set) var label: Int32
  /// What the value is to a user.
  public let type: RedisType
  private let hasExpiry: Bool

  /// When the key expires, in Unix milliseconds; nil if never.
  public var expiry: Int64? { hasExpiry ? expiryTime : nil }

  /// Describes a key.
  public init(
    key: Fingerprint, value: Fingerprint, expiry: Int64?, type: RedisType, offset: Int,
    label: Int32
  ) {
    self.key = key
    self.value = value
    self.type = type
    self.offset = offset
    self.label = label
    expiryTime = expiry ?? 0
    hasExpiry = expiry != nil
  }
}

/// Summaries of keys in the order of their file.
public struct KeyList: Sendable {
  /// The summaries.
  public private(set) var summaries: [KeySummary] = []
  /// From which summary on the keys belong to which database.
  private var runs: [(start: Int, database: UInt64)] = []

  /// No keys.
  public init() {}

  /// Adds a key of `database`.
  public mutating func append(_ summary: KeySummary, database: UInt64) {
    if runs.last?.database != database { runs.append((summaries.count, database)) }
    summaries.append(summary)
  }

  /// Puts the lists of several parts of a file together, in the order of the file; each list is in that order. `label`
  /// says what becomes of a label of which part.
  public init(merging parts: [KeyList], _ label: (_ part: Int, Int32) -> Int32) {
    var places = [Int](repeating: 0, count: parts.count)
    summaries.reserveCapacity(parts.reduce(0) { $0 + $1.summaries.count })
    func next(besides other: Int?) -> (part: Int, offset: Int)? {
      var next: (part: Int, offset: Int)?
      for (part, place) in places.enumerated() where part != other {
        guard place < parts[part].summaries.count else { continue }
        let offset = parts[part].summaries[place].offset
        if next.map({ offset < $0.offset }) ?? true { next = (part, offset) }
      }
      return next
    }
    // Parts take turns every few thousand keys: a stretch is all that stands before what any other part has left.
    while let (part, _) = next(besides: nil) {
      let end = parts[part].position(
        behind: next(besides: part)?.offset ?? .max, from: places[part])
      append(parts[part], places[part]..<end) { label(part, $0) }
      places[part] = end
    }
  }

  /// The first position from `start` on of a key that stands behind `offset`.
  private func position(behind offset: Int, from start: Int) -> Int {
    var (low, high) = (start, summaries.count)
    while low < high {
      let middle = (low + high) / 2
      if summaries[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Adds some keys of another list, with labels of this one.
  private mutating func append(_ list: KeyList, _ range: Range<Int>, _ label: (Int32) -> Int32) {
    guard !range.isEmpty else { return }
    var index = list.run(at: range.lowerBound)
    while index < list.runs.count, list.runs[index].start < range.upperBound {
      let run = list.runs[index]
      index += 1
      let end = index < list.runs.count ? list.runs[index].start : list.summaries.count
      let part = range.clamped(to: run.start..<end)
      if runs.last?.database != run.database { runs.append((summaries.count, run.database)) }
      let first = summaries.count
      summaries += list.summaries[part]
      for position in first..<summaries.count {
        summaries[position].label = label(summaries[position].label)
      }
    }
  }

  /// The database of the key at `position`.
  public func database(at position: Int) -> UInt64 { runs[run(at: position)].database }

  /// The run that the key at `position` belongs to.
  private func run(at position: Int) -> Int {
    var (low, high) = (0, runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].start <= position { low = middle } else { high = middle }
    }
    return low
  }
}

/// Finds the keys of a list by the fingerprints of their names.
///
/// An open-addressing index: a probe that misses is settled by half a fingerprint in the slot itself,
/// without a look at the summaries, which lie all over the memory.
public struct KeyTable: Sendable {
  /// The keys.
  public let list: KeyList
  /// The upper half of a fingerprint's high word, then a position in the list plus one; 0 is free.
  private var slots: [UInt64]
  private var matched: [Bool]
  /// The position of a key that is in the list twice; nil if there is none.
  public private(set) var duplicate: Int?

  /// Indexes those keys of a list that belong to a part.
  public init(_ list: KeyList, _ part: KeyPart = KeyPart(0, of: 1)) {
    self.list = list
    let count = list.summaries.count { part.contains($0.key) }
    var size = 16
    while size < 2 * count { size *= 2 }
    slots = Array(repeating: 0, count: size)
    matched = Array(repeating: false, count: list.summaries.count)
    for position in list.summaries.indices where part.contains(list.summaries[position].key) {
      let key = list.summaries[position].key
      let slot = slot(of: key)
      if slots[slot] == 0 {
        slots[slot] = Self.entry(key, position)
      } else {
        duplicate = duplicate ?? position
      }
    }
  }

  /// The position of the key with this fingerprint, and whether it was asked for before; nil if the list
  /// does not have it.
  public mutating func match(_ key: Fingerprint) -> (position: Int, wasMatched: Bool)? {
    let entry = slots[slot(of: key)]
    guard entry != 0 else { return nil }
    let position = Self.position(entry)
    let wasMatched = matched[position]
    matched[position] = true
    return (position, wasMatched)
  }

  /// Whether the list has a key with this fingerprint.
  public func contains(_ key: Fingerprint) -> Bool {
    slots[slot(of: key)] != 0
  }

  /// Whether the key at `position` was ever matched.
  public func isMatched(_ position: Int) -> Bool { matched[position] }

  private static func entry(_ key: Fingerprint, _ position: Int) -> UInt64 {
    (key.high >> 32) << 32 | UInt64(UInt32(truncatingIfNeeded: position + 1))
  }

  private static func position(_ entry: UInt64) -> Int {
    Int(UInt32(truncatingIfNeeded: entry)) - 1
  }

  private func slot(of key: Fingerprint) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.low) & mask
    while slots[slot] != 0 {
      let entry = slots[slot]
      if entry >> 32 == key.high >> 32, list.summaries[Self.position(entry)].key == key { break }
      slot = (slot + 1) & mask
    }
    return slot
  }
}
