internal import RDB

/// The shape of a radix tree (`rax.c`) of stream ids, counted as they come in ascending order.
///
/// A run of bytes that all ids below share is one node, a byte at which they differ another, and each id ends
/// in a node of its own.
struct RadixTree {
  private static let keyLength = 16

  private var previous: StreamID?
  /// At which bytes the ids on the way to the last one differ from others.
  private var branches: [Int] = []
  private(set) var elements = 0
  private var branchNodes = 0
  private var runs = 0
  private var longRuns = 0

  /// Takes in an id.
  mutating func add(_ id: StreamID) {
    defer {
      previous = id
      elements += 1
    }
    guard let previous, previous < id else { return }
    let shared = previous.sharedBytes(with: id)
    closeLeaf(below: max(shared, branches.last ?? -1))
    while let last = branches.last, last > shared {
      branches.removeLast()
      closeBranch(at: last, below: max(shared, branches.last ?? -1))
    }
    if branches.last != shared { branches.append(shared) }
  }

  /// Counts what is still open; returns the whole tree.
  consuming func finished(_ sizes: ObjectSizes) -> Footprint {
    if elements > 0 {
      closeLeaf(below: branches.last ?? -1)
      while let last = branches.popLast() { closeBranch(at: last, below: branches.last ?? -1) }
    }
    let leaves = elements
    let nodes = elements == 0 ? 1 : leaves + branchNodes + runs
    // object.c, streamRadixTreeMemoryUsage: 16 bytes an id, 4 + 30 · 8 a node.
    let reported = 16 * elements + 244 * nodes
    let children = leaves + branchNodes
    let allocated =
      allocation(sizes.radixTree) + 16 * leaves + 16 * (runs - longRuns) + 32 * longRuns
      + 9 * children + 8 * branchNodes
    return Footprint(reported: reported, allocated: allocated)
  }

  private mutating func closeLeaf(below branch: Int) { countRun(Self.keyLength - branch - 1) }

  private mutating func closeBranch(at depth: Int, below branch: Int) {
    branchNodes += 1
    countRun(depth - branch - 1)
  }

  private mutating func countRun(_ length: Int) {
    guard length > 0 else { return }
    runs += 1
    // Four bytes of header, the bytes, padding, a pointer: more than 16 bytes, if the bytes are more than 4.
    if length > 4 { longRuns += 1 }
  }
}

extension StreamID {
  /// How many bytes of their 16, most significant first, two ids have in common at the beginning.
  fileprivate func sharedBytes(with other: StreamID) -> Int {
    let high = milliseconds ^ other.milliseconds
    if high != 0 { return high.leadingZeroBitCount / 8 }
    return 8 + (sequence ^ other.sequence).leadingZeroBitCount / 8
  }
}
