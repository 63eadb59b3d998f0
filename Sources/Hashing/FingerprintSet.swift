/// A set of fingerprints that is filled and emptied again for every value of a file.
///
/// Fingerprints are random already, so their low bits are their place in an open-addressed table; emptying
/// one that held little costs little, whatever it held before.
public struct FingerprintSet: ~Copyable {
  private var slots: [Fingerprint] = Array(repeating: .zero, count: 64)
  private var used: [Int32] = []
  private var holdsZero = false

  /// A larger table is not kept for the next value.
  private static let kept = 1 << 16

  /// An empty set.
  public init() {}

  /// Adds a fingerprint; returns false if it was there.
  public mutating func insert(_ fingerprint: Fingerprint) -> Bool {
    if fingerprint == .zero {
      defer { holdsZero = true }
      return !holdsZero
    }
    if 2 * used.count >= slots.count { grow() }
    let slot = slot(of: fingerprint)
    guard slots[slot] == .zero else { return false }
    slots[slot] = fingerprint
    used.append(Int32(slot))
    return true
  }

  /// Empties the set.
  public mutating func removeAll() {
    holdsZero = false
    guard !used.isEmpty else { return }
    if slots.count > Self.kept {
      slots = Array(repeating: .zero, count: 64)
      used = []
      return
    }
    for slot in used { slots[Int(slot)] = .zero }
    used.removeAll(keepingCapacity: true)
  }

  private func slot(of fingerprint: Fingerprint) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while slots[slot] != .zero && slots[slot] != fingerprint { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = used.map { slots[Int($0)] }
    slots = Array(repeating: .zero, count: 4 * slots.count)
    used.removeAll(keepingCapacity: true)
    for fingerprint in old {
      let slot = slot(of: fingerprint)
      slots[slot] = fingerprint
      used.append(Int32(slot))
    }
  }
}
