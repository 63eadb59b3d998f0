/// Halves of fingerprints, those that are there several times among them; used again for one part after the other.
struct HalfTable {
  /// Those that were inserted more than once, in any part.
  private(set) var suspects: Set<UInt64> = []
  /// Open addressing; 0 is free.
  private var slots: [UInt64] = []
  private var hasZero = false

  mutating func removeAll(makingRoomFor count: Int) {
    var size = 16
    while size < 2 * count { size *= 2 }
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(0, count: size))
    hasZero = false
  }

  @inline(__always)
  mutating func insert(_ half: UInt64) {
    guard half != 0 else {
      if hasZero { suspects.insert(half) }
      hasZero = true
      return
    }
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: half) & mask
    while slots[slot] != 0 {
      if slots[slot] == half {
        suspects.insert(half)
        return
      }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = half
  }
}
