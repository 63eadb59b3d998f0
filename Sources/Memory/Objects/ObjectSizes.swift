/// How large the structures of a server are, on 64 bits; from the sources of the release that is named.
struct ObjectSizes: Sendable {
  /// `robj`.
  let object = 16
  /// `dictEntry`.
  let tableEntry = 24
  /// `dict`.
  let table: Int
  /// `zset` and `zskiplist`.
  let sortedSet = 16
  let skiplist = 32
  /// The first node of a skip list, with all its levels.
  let skiplistHeader = 640
  /// `quicklist`.
  let list = 40
  /// `quicklistNode`.
  let listNode: Int
  /// `stream`.
  let stream: Int
  /// `streamCG`.
  let group: Int
  /// `streamConsumer`.
  let consumer = 24
  /// `streamNACK`.
  let pendingEntry = 24
  /// `rax`.
  let radixTree = 24

  /// Redis 7.0. Later releases hold less for sets and for small keys; they are not modelled apart.
  static let redis7 = ObjectSizes(table: 56, listNode: 40, stream: 80, group: 40)
  /// Redis 6.2 and before.
  static let redis6 = ObjectSizes(table: 96, listNode: 32, stream: 40, group: 32)

  /// What a hash table of `count` entries takes, without its strings.
  func table(of count: Int) -> Footprint {
    let slots = 8 * tableSlots(count)
    return .structures(table) + Footprint(reported: slots, allocated: allocation(slots))
      + .structures(tableEntry, count: count)
  }

  /// What the nodes of a skip list take on average, by which a level follows another in one of four cases
  /// (`t_zset.c`, `zslRandomLevel`); a level takes 16 bytes, a node without any 24.
  static func skiplistNodes(_ count: Int) -> Int {
    Int((Double(count) * meanSkiplistNode).rounded())
  }

  private static let meanSkiplistNode: Double = {
    var mean = 0.0
    var probability = 0.75
    for level in 1...32 {
      mean += probability * Double(allocation(24 + 16 * level))
      probability /= 4
    }
    return mean
  }()

  /// What a sorted set of `count` members takes, without its strings.
  func skiplist(of count: Int) -> Footprint {
    .structures(sortedSet) + .structures(skiplist) + Footprint(skiplistHeader) + table(of: count)
      + Footprint(Self.skiplistNodes(count))
  }
}
