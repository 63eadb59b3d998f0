internal import RDB

/// The shape of a radix tree (`rax.c`) of stream ids, counted as they come in ascending order.
///
/// A run of bytes that all ids below share is one node, a byte at which they differ another, and each id ends
/// in a node of its own.
struct RadixTree {
  private static let keyLength = 16

  private var previous: StreamID?
  /// At which bytes the ids on the way to the last one differ from others, and into how many ways.
  private var branches: [(depth: Int, children: Int)] = []
  private(set) var elements = 0
  /// The nodes that are no leaves, and what they take.
  private var innerNodes = 0
  private var innerBytes = 0

  /// Takes in an id.
  mutating func add(_ id: StreamID) {
    defer {
      previous = id
      elements += 1
    }
    guard let previous, previous < id else { return }
    let shared = previous.sharedBytes(with: id)
    closeLeaf(below: max(shared, branches.last?.depth ?? -1))
    while let last = branches.last, last.depth > shared {
      branches.removeLast()
      close(last, below: max(shared, branches.last?.depth ?? -1))
    }
    if branches.last?.depth == shared {
      branches[branches.count - 1].children += 1
    } else {
      branches.append((shared, 2))
    }
  }

  /// Counts what is still open; returns the whole tree.
  consuming func finished(_ sizes: ObjectSizes) -> Footprint {
    if elements > 0 {
      closeLeaf(below: branches.last?.depth ?? -1)
      while let last = branches.popLast() { close(last, below: branches.last?.depth ?? -1) }
    }
    let nodes = elements == 0 ? 1 : elements + innerNodes
    // object.c, streamRadixTreeMemoryUsage: 16 bytes an id, 4 + 30 · 8 a node.
    let reported = 16 * elements + 244 * nodes
    return Footprint(
      reported: reported,
      allocated: allocation(sizes.radixTree) + leafBytes * max(1, elements) + innerBytes)
  }

  private mutating func closeLeaf(below branch: Int) { countRun(Self.keyLength - branch - 1) }

  private mutating func close(_ branch: (depth: Int, children: Int), below parent: Int) {
    addNode(bytes: branch.children, pointers: branch.children)
    countRun(branch.depth - parent - 1)
  }

  private mutating func countRun(_ length: Int) {
    if length > 0 { addNode(bytes: length, pointers: 1) }
  }

  /// raxNodeCurrentLength: four bytes of header, the bytes, padding to eight, pointers to nodes below.
  private mutating func addNode(bytes: Int, pointers: Int) {
    innerNodes += 1
    innerBytes += allocation((4 + bytes + 7) / 8 * 8 + 8 * pointers)
  }

  /// A header, padding and the pointer to what the id stands for.
  private var leafBytes: Int { 16 }
}

extension StreamID {
  /// How many bytes of their 16, most significant first, two ids have in common at the beginning.
  fileprivate func sharedBytes(with other: StreamID) -> Int {
    let high = milliseconds ^ other.milliseconds
    if high != 0 { return high.leadingZeroBitCount / 8 }
    return 8 + (sequence ^ other.sequence).leadingZeroBitCount / 8
  }
}
