/// A set of fingerprints that is filled and emptied again for every value of a file.
///
/// Fingerprints are random already, so their low bits are their place in an open-addressed table. It begins small for
/// each value, so emptying one that held little costs little, whatever the set held before.
public struct FingerprintSet: ~Copyable {
  /// What is in the set, in the order in which it came.
  private var members: [Fingerprint] = []
  /// Positions of members plus one; 0 is free, and so is everything behind the first `size`.
  private var slots: [UInt32] = Array(repeating: 0, count: smallest)
  /// How many slots are in use for the value at hand: a power of two.
  private var size = smallest

  private static var smallest: Int { 64 }
  /// A larger table is not kept for the next value.
  private static let kept = 1 << 16

  /// An empty set.
  public init() {}

  /// Adds a fingerprint; returns false if it was there.
  public mutating func insert(_ fingerprint: Fingerprint) -> Bool {
    if 2 * members.count >= size { grow() }
    let slot = slot(of: fingerprint)
    guard slots[slot] == 0 else { return false }
    members.append(fingerprint)
    slots[slot] = UInt32(truncatingIfNeeded: members.count)
    return true
  }

  /// Empties the set.
  public mutating func removeAll() {
    guard !members.isEmpty else { return }
    if size > Self.kept {
      members = []
      slots = Array(repeating: 0, count: Self.smallest)
    } else {
      members.removeAll(keepingCapacity: true)
      clear()
    }
    size = Self.smallest
  }

  /// The slot that holds a fingerprint, or the free one where it would be.
  @inline(__always)
  private func slot(of fingerprint: Fingerprint) -> Int {
    let mask = size &- 1
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while slots[slot] != 0, members[Int(slots[slot]) &- 1] != fingerprint {
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  private mutating func clear() {
    for slot in 0..<size { slots[slot] = 0 }
  }

  @inline(never)
  private mutating func grow() {
    clear()
    size *= size > Self.kept ? 2 : 4
    if slots.count < size { slots = Array(repeating: 0, count: size) }
    for (index, fingerprint) in members.enumerated() {
      slots[slot(of: fingerprint)] = UInt32(truncatingIfNeeded: index + 1)
    }
  }
}
