internal import BinaryInput

/// Keys of no category, grouped by how their names begin, in bounded memory.
///
/// A name begins with what stands before its first separator, the separator included. Names without one
/// form one group: each of them could be different.
struct PrefixGroups {
  private var groups: [PrefixImpact] = []
  /// Positions in `groups` plus one, found by the hash of the beginning; 0 is free.
  private var slots = [Int32](repeating: 0, count: 2 * Self.limit)
  private var rest: PrefixImpact?

  /// More groups than this are no overview any more; further keys are counted together.
  private static let limit = 1 << 13
  /// A separator behind so many bytes is no sign of a family.
  private static let longestPrefix = 64

  /// Changes the numbers of the group that `name` belongs to.
  mutating func update(_ name: Span<UInt8>, _ change: (inout PrefixImpact) -> Void) {
    let (length, hash) = Self.prefix(of: name)
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if Self.begins(name, length, with: groups[index].prefix) { return change(&groups[index]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard groups.count < Self.limit else {
      var others = rest ?? PrefixImpact(prefix: nil)
      change(&others)
      rest = others
      return
    }
    groups.append(PrefixImpact(prefix: [UInt8](copying: name.extracting(0..<length))))
    slots[slot] = Int32(groups.count)
    change(&groups[groups.count - 1])
  }

  /// The groups by their beginnings, the rest last.
  var sorted: [PrefixImpact] {
    let named = groups.sorted { ($0.prefix ?? []).lexicographicallyPrecedes($1.prefix ?? []) }
    return named + (rest.map { [$0] } ?? [])
  }

  /// The length of the beginning of a name, and its hash (FNV-1a).
  private static func prefix(of name: Span<UInt8>) -> (length: Int, hash: Int) {
    let basis: UInt64 = 0xCBF2_9CE4_8422_2325
    var hash = basis
    for index in 0..<min(name.count, longestPrefix) {
      hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01B3
      switch name[index] {
      case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "|"),
        UInt8(ascii: "#"), UInt8(ascii: "{"):
        return (index + 1, Int(truncatingIfNeeded: hash >> 8))
      default: continue
      }
    }
    return (0, Int(truncatingIfNeeded: basis >> 8))
  }

  private static func begins(_ name: Span<UInt8>, _ length: Int, with prefix: [UInt8]?) -> Bool {
    guard let prefix, prefix.count == length else { return false }
    for index in 0..<length where prefix[index] != name[index] { return false }
    return true
  }
}
