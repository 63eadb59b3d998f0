internal import BinaryInput

/// A sorted set. Its order is worked out when a command asks for it, and kept up only where it is large.
struct LiveSortedSet {
  /// A member's place and score.
  struct Item {
    var score: Double
    var place: Int
  }

  /// From a member to the bits of its score.
  private var members = PackedMap()
  /// The order of a large set, once a command has asked for it; of a generation of `members`.
  private var order: ScoreOrder?
  private var orderGeneration = 0
  /// Whether the server holds the set in a form that keeps −0: a skip list, which a large set stays once it
  /// has become one, or a ziplist. A listpack turns it into 0 (`zzlInsertAt`).
  private(set) var keepsNegativeZero: Bool

  /// The form in which a server holds what is small.
  enum PackedForm {
    /// Until 6.2.
    case ziplist
    /// Since 7.0.
    case listpack
  }

  /// zset-max-listpack-entries, as a server has it by default.
  static let mostInListpack = 128
  /// zset-max-listpack-value.
  static let longestInListpack = 64
  /// Below this, sorting anew is cheaper than keeping an order.
  private static let leastOrdered = 256

  /// An empty set.
  init(keepsNegativeZero: Bool) { self.keepsNegativeZero = keepsNegativeZero }

  /// How many members there are.
  var count: Int { members.count }

  /// How many bytes the members take.
  var size: Int { members.size }

  /// The place of the first member, in no order.
  var first: Int? { members.first }

  /// The place of the member behind that at `place`, in no order.
  func place(after place: Int) -> Int? { members.place(after: place) }

  /// The member at `place`.
  @_lifetime(borrow self)
  func member(at place: Int) -> Span<UInt8> { members.key(at: place) }

  /// The score of the member at `place`.
  func score(at place: Int) -> Double { Double(bitPattern: members.number(at: place)) }

  /// The score of a member; nil if it is not there.
  func score(of member: Span<UInt8>) -> Double? {
    members.find(member).map { score(at: $0) }
  }

  // MARK: Changing

  /// Gives a member a score; adds it if it is not there (`zsetAdd`).
  mutating func set(_ member: Span<UInt8>, to score: Double) {
    if let place = members.find(member) {
      let old = self.score(at: place)
      // −0 and 0 are the same to the server here.
      guard old != score else { return }
      let stored = keepsNegativeZero ? score : score + 0
      if hasOrder { Self.remove(Item(score: old, place: place), from: &order, members) }
      members.setNumber(stored.bitPattern, at: place)
      if hasOrder { Self.insert(Item(score: stored, place: place), into: &order, members) }
      return
    }
    if !keepsNegativeZero {
      keepsNegativeZero = count + 1 > Self.mostInListpack || member.count > Self.longestInListpack
    }
    let stored = keepsNegativeZero ? score : score + 0
    let keepsOrder = hasOrder
    let place = members.insert(member, number: stored.bitPattern)
    if keepsOrder { Self.insert(Item(score: stored, place: place), into: &order, members) }
  }

  /// Gives a member a score, the sign of zero included.
  mutating func replace(_ member: Span<UInt8>, with score: Double) {
    if let place = members.find(member) {
      members.setNumber(score.bitPattern, at: place)
    } else {
      members.insert(member, number: score.bitPattern)
    }
  }

  /// Adds a member with its score as a file has it.
  ///
  /// - Returns: whether the member was not there yet.
  mutating func load(_ member: Span<UInt8>, score: Double) -> Bool {
    guard members.find(member) == nil else { return false }
    members.insert(member, number: score.bitPattern)
    return true
  }

  /// Removes a member; returns whether it was there.
  @discardableResult
  mutating func remove(_ member: Span<UInt8>) -> Bool {
    guard let place = members.find(member) else { return false }
    if hasOrder {
      Self.remove(Item(score: score(at: place), place: place), from: &order, members)
    }
    members.remove(at: place)
    return true
  }

  /// What the server does with a set that it has computed: a small one becomes a listpack
  /// (`zsetConvertToListpackIfNeeded`), or with the packed form that it had before 7.0, a ziplist.
  mutating func settle(_ packed: PackedForm) {
    var isSmall = count <= Self.mostInListpack
    var place = first
    while isSmall, let current = place {
      isSmall = member(at: current).count <= Self.longestInListpack
      place = self.place(after: current)
    }
    keepsNegativeZero = !isSmall || packed == .ziplist
    if !keepsNegativeZero { forgetNegativeZeros() }
  }

  /// Turns every −0 into 0.
  private mutating func forgetNegativeZeros() {
    var place = first
    while let current = place {
      if score(at: current) == 0 { members.setNumber(0, at: current) }
      place = self.place(after: current)
    }
  }

  // MARK: Order

  private var hasOrder: Bool { order != nil && orderGeneration == members.generation }

  private static func insert(
    _ item: Item, into order: inout ScoreOrder?, _ members: borrowing PackedMap
  ) {
    order?.insert(item, members)
  }

  private static func remove(
    _ item: Item, from order: inout ScoreOrder?, _ members: borrowing PackedMap
  ) {
    order?.remove(item, members)
  }

  /// The members with ranks in `range`, from the lowest score.
  mutating func items(ranked range: Range<Int>) -> [Item] {
    if count < Self.leastOrdered { return Array(sorted()[range]) }
    keepOrder()
    return order?.items(ranked: range) ?? []
  }

  /// The members from the first one that `isBehind` holds for to the last before `isBeyond` does; both hold
  /// for every member behind one for which they do.
  mutating func items(
    from isBehind: (Item) -> Bool, to isBeyond: (Item) -> Bool
  ) -> [Item] {
    guard count >= Self.leastOrdered else {
      return sorted().filter { isBehind($0) && !isBeyond($0) }
    }
    keepOrder()
    return order?.items(from: isBehind, to: isBeyond) ?? []
  }

  /// The members, by score and then by their bytes.
  func sorted() -> [Item] {
    var items: [Item] = []
    items.reserveCapacity(count)
    var place = first
    while let current = place {
      items.append(Item(score: score(at: current), place: current))
      place = self.place(after: current)
    }
    items.sort { ScoreOrder.precedes($0, $1, members) }
    return items
  }

  private mutating func keepOrder() {
    guard !hasOrder else { return }
    order = ScoreOrder(sorted())
    orderGeneration = members.generation
  }
}

/// Members in the order of their scores, in chunks, so that each change moves little.
struct ScoreOrder {
  private var chunks: [[LiveSortedSet.Item]]
  private static let longestChunk = 512

  /// Takes members that are in order.
  init(_ items: [LiveSortedSet.Item]) {
    chunks = stride(from: 0, to: items.count, by: Self.longestChunk / 2).map {
      Array(items[$0..<min($0 + Self.longestChunk / 2, items.count)])
    }
  }

  /// Whether a member comes before another: by score, then by bytes.
  static func precedes(
    _ left: LiveSortedSet.Item, _ right: LiveSortedSet.Item, _ members: borrowing PackedMap
  ) -> Bool {
    if left.score != right.score { return left.score < right.score }
    return members.key(at: left.place).order(to: members.key(at: right.place)) < 0
  }

  mutating func insert(_ item: LiveSortedSet.Item, _ members: borrowing PackedMap) {
    guard !chunks.isEmpty else {
      chunks = [[item]]
      return
    }
    let (chunk, index) = position(of: item, members)
    chunks[chunk].insert(item, at: index)
    guard chunks[chunk].count > Self.longestChunk else { return }
    let middle = chunks[chunk].count / 2
    let back = Array(chunks[chunk][middle...])
    chunks[chunk].removeSubrange(middle...)
    chunks.insert(back, at: chunk + 1)
  }

  mutating func remove(_ item: LiveSortedSet.Item, _ members: borrowing PackedMap) {
    guard !chunks.isEmpty else { return }
    let (chunk, index) = position(of: item, members)
    guard index < chunks[chunk].count, chunks[chunk][index].place == item.place else { return }
    chunks[chunk].remove(at: index)
    if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
  }

  func items(ranked range: Range<Int>) -> [LiveSortedSet.Item] {
    var items: [LiveSortedSet.Item] = []
    var rank = 0
    for chunk in chunks {
      if rank >= range.upperBound { break }
      let first = max(range.lowerBound - rank, 0)
      let last = min(range.upperBound - rank, chunk.count)
      if first < last { items += chunk[first..<last] }
      rank += chunk.count
    }
    return items
  }

  func items(
    from isBehind: (LiveSortedSet.Item) -> Bool, to isBeyond: (LiveSortedSet.Item) -> Bool
  ) -> [LiveSortedSet.Item] {
    // The last chunk that does not begin behind the bound may hold the first member.
    var (low, high) = (0, chunks.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(chunks[middle][0]) { high = middle } else { low = middle + 1 }
    }
    var items: [LiveSortedSet.Item] = []
    for chunk in chunks[max(low - 1, 0)...] {
      for item in chunk where isBehind(item) {
        if isBeyond(item) { return items }
        items.append(item)
      }
    }
    return items
  }

  /// Where an item is, or would be.
  private func position(
    of item: LiveSortedSet.Item, _ members: borrowing PackedMap
  ) -> (chunk: Int, index: Int) {
    var (low, high) = (0, chunks.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if Self.precedes(item, chunks[middle][0], members) { high = middle - 1 } else { low = middle }
    }
    let chunk = low
    (low, high) = (0, chunks[chunk].count)
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(chunks[chunk][middle], item, members) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return (chunk, low)
  }
}
