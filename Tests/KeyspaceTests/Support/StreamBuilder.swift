import TestSupport

/// A stream of types 19 or 21, to be changed in one place at a time.
struct StreamBuilder {
  struct Consumer {
    var name: String
    var seen: Int64 = 1_795_000_000_000
    var active: Int64 = 1_795_000_000_000
    var owned: [UInt64] = []
  }

  struct Group {
    var name: String
    var lastDelivered: UInt64 = 0
    var entriesRead: UInt64 = 0
    var pending: [(id: UInt64, time: Int64, count: UInt64)] = []
    var consumers: [Consumer] = []
  }

  var type: UInt8 = 21
  /// The entries of each node: milliseconds, value of the field `f`.
  var nodes: [[(id: UInt64, value: String)]] = [[(1, "a"), (2, "b")], [(5, "c")]]
  var length: UInt64?
  var last: UInt64 = 5
  var first: UInt64 = 1
  var maxDeleted: UInt64 = 3
  var added: UInt64 = 4
  var groups: [Group] = [
    Group(
      name: "g", lastDelivered: 2, entriesRead: 2,
      pending: [(1, 1_795_000_000_001, 1), (2, 1_795_000_000_002, 3)],
      consumers: [Consumer(name: "alice", owned: [1]), Consumer(name: "bob", owned: [2])]),
    Group(name: "h"),
  ]

  /// The type and the value.
  var record: [UInt8] {
    var bytes = [type] + RDBBuilder.length(UInt64(nodes.count))
    for entries in nodes {
      var node = ListpackBuilder(["\(entries.count)", "0", "1", "f", "0"])
      for entry in entries {
        node.add(2)
        node.add(Int64(bitPattern: entry.id &- entries[0].id))
        node.add(0)
        node.add(entry.value)
        node.add(4)
      }
      bytes += RDBBuilder.string(bigEndian(entries[0].id, 8) + bigEndian(0, 8)) + node.string()
    }
    bytes += RDBBuilder.length(length ?? UInt64(nodes.joined().count))
    for id in [last, first, maxDeleted] { bytes += RDBBuilder.length(id) + [0] }
    bytes += RDBBuilder.length(added) + RDBBuilder.length(UInt64(groups.count))
    return groups.reduce(into: bytes) { $0 += self.bytes(of: $1) }
  }

  private func bytes(of group: Group) -> [UInt8] {
    var bytes = RDBBuilder.string(group.name) + RDBBuilder.length(group.lastDelivered) + [0]
    bytes += RDBBuilder.length(group.entriesRead) + RDBBuilder.length(UInt64(group.pending.count))
    for entry in group.pending {
      bytes += bigEndian(entry.id, 8) + bigEndian(0, 8) + littleEndian(entry.time, 8)
      bytes += RDBBuilder.length(entry.count)
    }
    bytes += RDBBuilder.length(UInt64(group.consumers.count))
    for consumer in group.consumers {
      bytes += RDBBuilder.string(consumer.name) + littleEndian(consumer.seen, 8)
      if type >= 21 { bytes += littleEndian(consumer.active, 8) }
      bytes += RDBBuilder.length(UInt64(consumer.owned.count))
      for id in consumer.owned { bytes += bigEndian(id, 8) + bigEndian(0, 8) }
    }
    return bytes
  }
}
