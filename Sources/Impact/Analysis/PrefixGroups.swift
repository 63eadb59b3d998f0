internal import BinaryInput

/// Keys of no category, grouped by how their names begin, in bounded memory.
///
/// A name begins with what stands before its first separator, the separator included. Names without one
/// form one group: each of them could be different. If there are too many groups, the first ones in the order of bytes
/// stay apart, whatever the order in which keys come; all others are counted together.
package struct PrefixGroups<Count: Summable & Sendable>: Sendable {
  /// The beginnings; one is nil if its group is one of all others.
  package private(set) var prefixes: [[UInt8]?] = []
  private var counts: [Count] = []
  private let zero: Count
  /// Positions in `prefixes` plus one, found by the hash of the beginning; 0 is free.
  private var slots: [Int32] = []
  /// Neighbours in a file often begin alike: the group of the last name.
  private var last = 0
  /// The beginning of that group as the first eight bytes of a name have it, if it is so short, and which bits of them it
  /// takes; else no bits of a name are so.
  private var lastWord: UInt64 = 1
  private var lastMask: UInt64 = 0
  /// The position of a group of all others, once there is one.
  private var rest: Int?
  /// How many groups are apart.
  private var named = 0
  /// A beginning behind this one is one of all others, once there are any.
  private var bound: [UInt8]?

  private static var slotCount: Int { 1 << 15 }
  /// More groups than this are no overview any more.
  private static var limit: Int { 1 << 13 }
  /// A separator behind so many bytes is no sign of a family.
  private static var longestPrefix: Int { 64 }

  /// No groups yet; each starts with `zero`.
  package init(zero: Count) {
    self.zero = zero
    slots = Array(repeating: 0, count: Self.slotCount)
  }

  /// Adds what was counted in other keys.
  mutating func add(_ other: PrefixGroups) {
    for (prefix, count) in zip(other.prefixes, other.counts) {
      update(prefix: prefix) { $0 += count }
    }
  }

  /// Changes the numbers of the group with a beginning that is known already; nil is the rest.
  mutating func update(prefix: [UInt8]?, _ change: (inout Count) -> Void) {
    guard let prefix else {
      return change(&counts[restGroup()])
    }
    update(prefix.span, change)
  }

  /// Changes the numbers of the group that `name` belongs to.
  @inline(__always)
  package mutating func update(_ name: Span<UInt8>, _ change: (inout Count) -> Void) {
    change(&counts[group(of: name)])
  }

  /// The position in `prefixes` of the group that `name` belongs to.
  @inline(__always)
  mutating func group(of name: Span<UInt8>) -> Int {
    if name.count >= 8, name.littleEndian64(at: 0) & lastMask == lastWord { return last }
    return groupAnew(of: name)
  }

  @inline(never)
  private mutating func groupAnew(of name: Span<UInt8>) -> Int {
    if last < prefixes.count && begins(name, with: last) { return last }
    last = findGroup(of: name)
    (lastWord, lastMask) = (1, 0)
    if let prefix = prefixes[last], (1...8).contains(prefix.count) {
      lastMask = .max >> UInt64(64 - 8 * prefix.count)
      lastWord = prefix.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    return last
  }

  /// The groups by their beginnings, the rest last.
  package var sorted: [(prefix: [UInt8]?, count: Count)] {
    var groups: [(prefix: [UInt8], count: Count)] = []
    var others: Count?
    func addToOthers(_ count: Count) {
      others = others ?? zero
      others? += count
    }
    for (prefix, count) in zip(prefixes, counts) {
      if let prefix { groups.append((prefix, count)) } else { addToOthers(count) }
    }
    groups.sort { $0.prefix.lexicographicallyPrecedes($1.prefix) }
    for group in groups.dropFirst(Self.limit) { addToOthers(group.count) }
    return groups.prefix(Self.limit).map { (prefix: $0.prefix, count: $0.count) }
      + (others.map { [(prefix: nil, count: $0)] } ?? [])
  }

  /// Whether `name` belongs to a group whose beginning ends in a separator.
  ///
  /// No separator stands inside a beginning, so a name that begins so has its first one at the end.
  private func begins(_ name: Span<UInt8>, with group: Int) -> Bool {
    guard let prefix = prefixes[group], !prefix.isEmpty, prefix.count <= name.count else {
      return false
    }
    for index in prefix.indices where prefix[index] != name[index] { return false }
    return true
  }

  private mutating func findGroup(of name: Span<UInt8>) -> Int {
    let (length, hash) = Self.prefix(of: name)
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 {
      let group = Int(slots[slot]) - 1
      if length == 0 ? prefixes[group]?.isEmpty == true : begins(name, with: group) { return group }
      slot = (slot + 1) & (slots.count - 1)
    }
    let prefix = [UInt8](copying: name.extracting(0..<length))
    if let bound, bound.lexicographicallyPrecedes(prefix) { return restGroup() }
    append(prefix)
    named += 1
    slots[slot] = Int32(prefixes.count)
    if named == 2 * Self.limit { dissolveLast() }
    return prefixes.count - 1
  }

  /// Leaves only the first groups apart.
  ///
  /// Those that are the first in the end have been so ever since, and nothing of them is lost.
  private mutating func dissolveLast() {
    let names = prefixes.compactMap(\.self).sorted { $0.lexicographicallyPrecedes($1) }
    let bound = names[Self.limit - 1]
    slots = Array(repeating: 0, count: Self.slotCount)
    for (position, prefix) in prefixes.enumerated() {
      guard let prefix else { continue }
      if bound.lexicographicallyPrecedes(prefix) {
        prefixes[position] = nil
      } else {
        var slot = Self.prefix(of: prefix.span).hash & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(position + 1)
      }
    }
    self.bound = bound
    named = Self.limit
    (lastWord, lastMask) = (1, 0)
  }

  private mutating func restGroup() -> Int {
    if let rest { return rest }
    append(nil)
    rest = prefixes.count - 1
    return prefixes.count - 1
  }

  private mutating func append(_ prefix: [UInt8]?) {
    prefixes.append(prefix)
    counts.append(zero)
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
}
