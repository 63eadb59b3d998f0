/// Finds the keys of the highest rank, few of many, in one pass; of equal ones those that came first.
struct RankedKeys<Rank: Comparable & Sendable>: Sendable {
  private let limit: Int
  /// A heap: each stands behind one that is not better, the worst is the first.
  private var heap: [Entry] = []
  private var count = 0
  /// The rank of the first of a full heap: what a key must beat.
  private var worst: Rank?

  private struct Entry {
    let rank: Rank
    /// How many came before it; where keys of several visitors meet, where it stands in the file.
    var place: Int
    let key: RankedKey

    func isWorse(than other: Entry) -> Bool {
      rank != other.rank ? rank < other.rank : place > other.place
    }
  }

  /// Keeps `limit` keys.
  init(limit: Int) { self.limit = limit }

  /// Whether a key of this rank would be kept.
  @inline(__always)
  func wants(_ rank: Rank) -> Bool {
    guard let worst else { return limit > 0 }
    return rank > worst
  }

  /// Takes in a key that is wanted.
  mutating func insert(_ key: RankedKey, rank: Rank) {
    insert(Entry(rank: rank, place: count, key: key))
    count += 1
  }

  /// Takes in the keys that another visitor of the same file has kept. Both have seen theirs in the order of the file, so
  /// what each has kept is the best of its part.
  mutating func merge(_ other: RankedKeys) {
    let entries = heap + other.heap
    heap = []
    worst = nil
    for var entry in entries {
      entry.place = entry.key.offset
      if heap.count < limit || heap[0].isWorse(than: entry) { insert(entry) }
    }
  }

  private mutating func insert(_ entry: Entry) {
    if heap.count < limit {
      heap.append(entry)
      moveUp()
    } else {
      heap[0] = entry
      moveDown()
    }
    if heap.count == limit { worst = heap[0].rank }
  }

  private mutating func moveUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isWorse(than: heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func moveDown() {
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count && heap[child + 1].isWorse(than: heap[child]) { child += 1 }
      guard heap[child].isWorse(than: heap[parent]) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }

  /// The keys, the best first.
  var keys: [RankedKey] { heap.sorted { $1.isWorse(than: $0) }.map(\.key) }
}
