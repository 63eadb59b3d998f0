internal import BinaryInput
internal import Hashing

/// Adds up keys by the beginnings of their names, nested, in memory that does not grow with the file.
///
/// A beginning is everything up to a separator, the separator included. All of them are counted as long as
/// they fit. When they do not, the lighter half is forgotten, and what comes from then on could have been
/// there before: a beginning that is new then may lack as much as the heaviest that was ever forgotten had, so
/// both are known, what was counted and what it can be at most ("Space-Saving", Metwally and others, 2005).
///
/// What is forgotten depends on the order in which keys come, so trees of which each has a part of the keys do not
/// forget: they give up, for somebody to count again, in order. As long as none does, they add up to the exact tree.
public struct PrefixTree: Sendable {
  /// A separator behind so many bytes is no sign of a family.
  static let longestSegment = 128

  private let separator: [UInt8]
  private let depth: Int
  private let capacity: Int
  private let givesUp: Bool
  private let hasher: FingerprintHasher

  private var nodes: [Node] = [Node(name: [], parent: 0, fingerprint: .zero, missing: 0)]
  /// Positions in `nodes`, found by fingerprint; 0, the root, says that a slot is free.
  private var slots: [Int32]
  /// What a beginning that was forgotten can have had, at most.
  private(set) var forgotten = 0
  /// Whether there was no room for all beginnings, and nothing that was counted is of use.
  private(set) var hasGivenUp = false
  /// How often room had to be made.
  private(set) var timesForgotten = 0
  /// The deepest node of the last name, and how long its beginning is: neighbours often begin alike.
  private var last = (node: 0, length: 0, level: 0)
  /// The names up to the last node.
  private var lastName: [UInt8] = []

  private struct Node: Sendable {
    let name: [UInt8]
    let parent: Int32
    let fingerprint: Fingerprint
    /// What it can have had before it was counted, at most.
    let missing: Int
    /// Of names that end here: no further separator, or too deep.
    var own = KeySum()
  }

  /// How many nodes a tree has at most, unless its user says otherwise.
  public static let usualCapacity = 1 << 16

  /// More levels than this are no overview.
  public static let mostLevels = 32

  /// An empty tree of `depth` levels, at most `mostLevels`, and `capacity` nodes, a power of two.
  public init(separator: [UInt8], depth: Int, capacity: Int = PrefixTree.usualCapacity) {
    self.init(separator: separator, depth: depth, capacity: capacity, hasher: FingerprintHasher())
  }

  /// A tree for a part of the keys, to be merged with others that have the same hasher.
  init(
    separator: [UInt8], depth: Int, capacity: Int, hasher: FingerprintHasher, givesUp: Bool = false
  ) {
    precondition(!separator.isEmpty && capacity >= 4 * Self.mostLevels)
    self.separator = separator
    self.depth = min(depth, Self.mostLevels)
    self.capacity = capacity
    self.hasher = hasher
    self.givesUp = givesUp
    slots = Array(repeating: 0, count: 4 * capacity)
  }

  /// Takes in a key.
  @inline(__always)
  public mutating func add(_ name: Span<UInt8>, _ key: KeySum) {
    guard !hasGivenUp else { return }
    let node = node(of: name)
    nodes[node].own += key
  }

  /// Takes in what another tree has counted in other keys.
  mutating func merge(_ other: PrefixTree) {
    precondition(givesUp && other.givesUp, "what forgets does not add up")
    if other.hasGivenUp { giveUp() }
    guard !hasGivenUp else { return }
    var places = [0]
    places.reserveCapacity(other.nodes.count)
    nodes[0].own += other.nodes[0].own
    // Nodes stand behind their parents.
    for theirs in other.nodes.dropFirst() {
      guard let place = find(theirs.fingerprint) else {
        if nodes.count > capacity { return giveUp() }
        append(
          Node(
            name: theirs.name, parent: Int32(places[Int(theirs.parent)]),
            fingerprint: theirs.fingerprint, missing: 0, own: theirs.own))
        places.append(nodes.count - 1)
        continue
      }
      nodes[place].own += theirs.own
      places.append(place)
    }
  }

  @inline(__always)
  private mutating func node(of name: Span<UInt8>) -> Int {
    guard depth > 0 else { return 0 }
    if !isBelowLast(name) {
      last = (0, 0, 0)
      lastName.removeAll(keepingCapacity: true)
    }
    if last.level < depth { descend(name) }
    return last.node
  }

  private func isBelowLast(_ name: Span<UInt8>) -> Bool {
    guard lastName.count <= name.count else { return false }
    for index in lastName.indices where lastName[index] != name[index] { return false }
    return true
  }

  /// Goes on from the last node to the deepest one that the name has.
  private mutating func descend(_ name: Span<UInt8>) {
    while last.level < depth, let end = endOfSegment(name, from: last.length) {
      let fingerprint = hasher.hash(name.extracting(0..<end), in: UInt64(last.level) + 1)
      guard let node = find(fingerprint) ?? insert(name, end, fingerprint) else { return }
      for index in last.length..<end { lastName.append(name[index]) }
      last = (node, end, last.level + 1)
    }
  }

  /// Where the segment ends that begins at `start`, behind its separator.
  private func endOfSegment(_ name: Span<UInt8>, from start: Int) -> Int? {
    let first = separator[0]
    var index = start
    let limit = min(name.count - separator.count, start + Self.longestSegment)
    while index <= limit {
      if name[index] == first && matchesSeparator(name, at: index) {
        return index + separator.count
      }
      index += 1
    }
    return nil
  }

  private func matchesSeparator(_ name: Span<UInt8>, at start: Int) -> Bool {
    for index in separator.indices where name[start + index] != separator[index] { return false }
    return true
  }

  private func slot(of fingerprint: Fingerprint) -> Int {
    var slot = Int(truncatingIfNeeded: fingerprint.low) & (slots.count - 1)
    while slots[slot] != 0, nodes[Int(slots[slot])].fingerprint != fingerprint {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func find(_ fingerprint: Fingerprint) -> Int? {
    let node = slots[slot(of: fingerprint)]
    return node == 0 ? nil : Int(node)
  }

  /// Adds a node below the last one; nil if that was forgotten to make room.
  private mutating func insert(
    _ name: Span<UInt8>, _ end: Int, _ fingerprint: Fingerprint
  ) -> Int? {
    if nodes.count > capacity {
      if givesUp {
        giveUp()
        return nil
      }
      forgetLighterHalf()
      // The way to the last node may be gone: begin again.
      last = (0, 0, 0)
      lastName.removeAll(keepingCapacity: true)
      descend(name)
      return nil
    }
    let segment = [UInt8](copying: name.extracting(last.length..<end))
    append(
      Node(
        name: segment, parent: Int32(last.node), fingerprint: fingerprint, missing: forgotten))
    return nodes.count - 1
  }

  private mutating func append(_ node: Node) {
    nodes.append(node)
    slots[slot(of: node.fingerprint)] = Int32(nodes.count - 1)
  }

  private mutating func giveUp() {
    hasGivenUp = true
    nodes.removeSubrange(1...)
    slots = []
    last = (0, 0, 0)
  }

  /// Forgets the lighter half of the nodes; what they have had stays in the nodes above them.
  private mutating func forgetLighterHalf() {
    let most = mostBytes()
    let sorted = most.dropFirst().sorted()
    let limit = sorted[sorted.count / 2]
    forgotten = max(forgotten, limit)
    timesForgotten += 1
    var places = [Int32](repeating: 0, count: nodes.count)
    for node in nodes.indices.dropFirst().reversed() where most[node] <= limit {
      nodes[Int(nodes[node].parent)].own += nodes[node].own
    }
    var kept = [nodes[0]]
    for node in nodes.indices.dropFirst() where most[node] > limit {
      places[node] = Int32(kept.count)
      let old = nodes[node]
      kept.append(
        Node(
          name: old.name, parent: places[Int(old.parent)], fingerprint: old.fingerprint,
          missing: old.missing, own: old.own))
    }
    nodes = kept
    for slot in slots.indices { slots[slot] = 0 }
    for node in nodes.indices.dropFirst() {
      slots[slot(of: nodes[node].fingerprint)] = Int32(node)
    }
  }

  /// What each node can have at most; never less than what one below it can have.
  private func mostBytes() -> [Int] {
    let sums = sums()
    var most = zip(nodes, sums).map { $0.missing + $1.bytes }
    for node in nodes.indices.dropFirst().reversed() {
      let parent = Int(nodes[node].parent)
      most[parent] = max(most[parent], most[node])
    }
    return most
  }

  /// What each node has, those below it included. Nodes stand behind their parents.
  private func sums() -> [KeySum] {
    var sums = nodes.map(\.own)
    for node in nodes.indices.dropFirst().reversed() { sums[Int(nodes[node].parent)] += sums[node] }
    return sums
  }

  /// All beginnings, nested.
  public consuming func finished() -> PrefixNode {
    let sums = sums()
    var children: [[PrefixNode]] = Array(repeating: [], count: nodes.count)
    for node in nodes.indices.dropFirst().reversed() {
      let parent = Int(nodes[node].parent)
      children[parent].append(
        PrefixNode(
          segment: nodes[node].name, sum: sums[node],
          mostBytes: sums[node].bytes + nodes[node].missing, children: children[node]))
      children[node] = []
    }
    return PrefixNode(
      segment: [], sum: sums[0], mostBytes: sums[0].bytes, children: children[0]
    ).ordered(atMost: sums[0].bytes)
  }
}

/// Keys of which the names begin alike.
public struct PrefixNode: Sendable {
  /// What stands behind the beginning of the node above, up to the separator.
  public let segment: [UInt8]
  /// What was counted.
  public let sum: KeySum
  /// How many bytes it can be at most; more than were counted if the node is approximate.
  public let mostBytes: Int
  /// The nodes below, the heaviest first.
  public let children: [PrefixNode]

  /// Whether keys may be missing in what was counted, because there were too many beginnings.
  public var isApproximate: Bool { mostBytes > sum.bytes }

  /// Sorts the nodes below. None has more than the one above.
  fileprivate func ordered(atMost limit: Int) -> PrefixNode {
    let most = min(mostBytes, limit)
    return PrefixNode(
      segment: segment, sum: sum, mostBytes: most,
      children: children.map { $0.ordered(atMost: most) }.sorted { left, right in
        left.sum.bytes != right.sum.bytes
          ? left.sum.bytes > right.sum.bytes
          : left.segment.lexicographicallyPrecedes(right.segment)
      })
  }
}
