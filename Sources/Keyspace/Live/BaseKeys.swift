internal import BinaryInput

/// Where the keys of a log's base are that no command has touched yet: eight bytes a slot, no names.
///
/// A key that a command touches leaves the table; what the file says of it does not count any more.
struct BaseKeys {
  /// The upper 24 bits of the name's hash, then the offset plus one; 0 is free.
  private var slots: [UInt64] = []
  private(set) var count = 0

  private static let offsetBits: UInt64 = 40
  private static let offsetMask: UInt64 = 1 << offsetBits - 1
  private static let grave = offsetMask
  /// The largest base that fits: 1 TB.
  static let largestOffset = Int(offsetMask) - 2

  /// No keys.
  init() {}

  /// Takes keys with the hashes of their names and the offsets of their records, and tells `suspect` of two that
  /// may have the same name.
  init(
    _ keys: [(hash: UInt64, offset: Int)],
    suspect: (_ first: Int, _ second: Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard !keys.isEmpty else { return }
    var size = 16
    while size * 3 < keys.count * 4 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    count = keys.count
    for key in keys {
      var slot = Int(truncatingIfNeeded: key.hash) & (size - 1)
      while slots[slot] != 0 {
        if slots[slot] & ~Self.offsetMask == key.hash & ~Self.offsetMask {
          try suspect(Int(slots[slot] & Self.offsetMask) - 1, key.offset)
        }
        slot = (slot &+ 1) & (size - 1)
      }
      slots[slot] = key.hash & ~Self.offsetMask | UInt64(key.offset + 1)
    }
  }

  /// Where names with this hash may be.
  func candidates(_ hash: UInt64) -> [Int] {
    guard count > 0 else { return [] }
    var found: [Int] = []
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] & ~Self.offsetMask == hash & ~Self.offsetMask, slots[slot] != Self.grave {
        found.append(Int(slots[slot] & Self.offsetMask) - 1)
      }
      slot = (slot &+ 1) & (slots.count - 1)
    }
    return found
  }

  /// Whether the key at `offset` has not been touched.
  func contains(_ hash: UInt64, at offset: Int) -> Bool { slot(of: hash, at: offset) != nil }

  /// Takes out the key at `offset`.
  mutating func remove(_ hash: UInt64, at offset: Int) {
    guard let slot = slot(of: hash, at: offset) else { return }
    slots[slot] = Self.grave
    count -= 1
  }

  private func slot(of hash: UInt64, at offset: Int) -> Int? {
    guard count > 0 else { return nil }
    let entry = hash & ~Self.offsetMask | UInt64(offset + 1)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] == entry { return slot }
      slot = (slot &+ 1) & (slots.count - 1)
    }
    return nil
  }
}
