internal import BinaryInput
internal import RDB

/// Adds up what a stream takes beside the listpacks of its entries.
struct StreamFootprint {
  private let sizes: ObjectSizes
  private var nodes = RadixTree()
  private var tree = RadixTree()
  private var isInGroup = false
  private var sum = Footprint.zero

  init(_ sizes: ObjectSizes) { self.sizes = sizes }

  /// Takes in a node of `bytes` bytes.
  mutating func addNode(_ id: StreamID, bytes: Int) {
    nodes.add(id)
    sum += Footprint(allocation(bytes))
  }

  /// A group begins.
  mutating func beginGroup(name: Int) {
    closeTree()
    sum += .structures(sizes.group)
    // The server's own count leaves out the trees' structures and the name.
    sum.allocated += allocation(sizes.radixTree) + allocation(name + 13)
  }

  /// Takes in an entry that is pending in the group.
  mutating func addPending(_ id: StreamID) {
    tree.add(id)
    sum += .structures(sizes.pendingEntry)
  }

  /// A consumer of the group begins.
  mutating func beginConsumer(name: Int) {
    closeTree()
    sum += .structures(sizes.consumer)
    sum += Footprint(reported: name, allocated: stringAllocation(name) + allocation(name + 13))
  }

  /// Takes in an entry that is pending in the group, and the consumer's.
  mutating func addOwned(_ id: StreamID) { tree.add(id) }

  /// A tree of pending entries ends; the first has nothing before it.
  private mutating func closeTree() {
    if isInGroup { sum += tree.finished(sizes) }
    tree = RadixTree()
    isInGroup = true
  }

  /// What all of it takes, the object left out.
  consuming func finished() -> Footprint {
    if isInGroup { sum += tree.finished(sizes) }
    return .structures(sizes.stream) + nodes.finished(sizes) + sum
  }
}
