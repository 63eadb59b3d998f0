internal import Hashing

/// Joins a part of both sides: which keys are not the same in both?
///
/// A key counts as the same if its half fingerprint occurs once on either side, and the content is the same.
/// Everything else is left over, for names to decide.
struct PartJoin: ~Copyable {
  private let old: EntryBlock
  private let new: EntryBlock

  /// What is left over.
  struct Leftovers: Sendable {
    var old: [Place] = []
    var new: [Place] = []
  }

  init(old: consuming EntryBlock, new: consuming EntryBlock) {
    self.old = old
    self.new = new
  }

  /// A new entry has this for its partner when it shares a half fingerprint with more than one.
  private static var conflict: UInt32 { .max }

  consuming func leftovers() -> Leftovers {
    let (oldCount, newCount) = (old.words.count / Entry.words, new.words.count / Entry.words)
    var size = 16
    while size < 2 * oldCount { size *= 2 }
    let mask = size - 1
    /// Positions of old entries, plus one; 0 is free.
    var slots = [UInt32](repeating: 0, count: size)
    /// For each old entry the position of its partner plus one; 0 is none.
    var partners = [UInt32](repeating: 0, count: oldCount)
    for index in 0..<oldCount {
      let slot = Self.slot(of: old.words[index &* Entry.words], slots, mask, old.words)
      if slots[slot] == 0 {
        slots[slot] = UInt32(index + 1)
      } else {
        partners[Int(slots[slot]) - 1] = Self.conflict
        partners[index] = Self.conflict
      }
    }
    var isSame = [Bool](repeating: false, count: newCount)
    for index in 0..<newCount {
      let word = index &* Entry.words
      let slot = Self.slot(of: new.words[word], slots, mask, old.words)
      guard slots[slot] != 0 else { continue }
      let position = Int(slots[slot]) - 1
      let partner = partners[position]
      let oldWord = position &* Entry.words
      if partner == 0, old.words[oldWord &+ 1] == new.words[word &+ 1],
        old.words[oldWord &+ 2] == new.words[word &+ 2]
      {
        partners[position] = UInt32(index + 1)
        isSame[index] = true
      } else {
        if partner != 0 && partner != Self.conflict { isSame[Int(partner) - 1] = false }
        partners[position] = Self.conflict
      }
    }
    return Leftovers(
      old: Self.places(of: old) { partners[$0] == 0 || partners[$0] == Self.conflict },
      new: Self.places(of: new) { !isSame[$0] })
  }

  /// The slot of a key, or the free one where it would be.
  @inline(__always)
  private static func slot(
    of key: UInt64, _ slots: borrowing [UInt32], _ mask: Int, _ words: borrowing [UInt64]
  ) -> Int {
    var slot = Int(truncatingIfNeeded: key) & mask
    while slots[slot] != 0, words[(Int(slots[slot]) &- 1) &* Entry.words] != key {
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  /// The places of those entries that `isMeant` says.
  private static func places(
    of block: borrowing EntryBlock, where isMeant: (Int) -> Bool
  ) -> [Place] {
    var places: [Place] = []
    var place = Place(source: 0, offset: 0)
    var position = 0
    for index in 0..<(block.words.count / Entry.words) {
      place = PlaceCoding.decode(block.places, &position, previous: place)
      if isMeant(index) { places.append(place) }
    }
    return places
  }
}
