internal import Hashing

/// Joins parts of both sides, one after the other: which keys are not the same in both?
///
/// A key counts as the same if its half fingerprint occurs once on either side, and the content is the same.
/// Everything else is left over, for names to decide. The tables are used again for the next part: to get
/// fresh memory from the system takes as long as to fill it.
struct PartJoin: ~Copyable {
  private var old = EntryBlock.empty
  private var new = EntryBlock.empty
  /// Positions of old entries, plus one; 0 is free.
  private var slots: [UInt32] = []
  /// For each old entry the position of its partner plus one; 0 is none.
  private var partners: [UInt32] = []
  /// For each new entry whether it is the same as its partner.
  private var isSame: [Bool] = []
  /// What is left over so far.
  private(set) var leftovers = Leftovers()

  /// What is left over.
  struct Leftovers: Sendable {
    var old: [Place] = []
    var new: [Place] = []
  }

  /// An entry has this for its partner when its half fingerprint occurs more than once on a side, or with
  /// other content.
  private static var conflict: UInt32 { .max }

  /// Joins a part, in several passes if it would take more than `limit` bytes.
  mutating func join(
    _ part: Int, _ oldParts: borrowing EntryParts, _ newParts: borrowing EntryParts, limit: Int
  ) throws(SpillError) {
    let passes = (oldParts.size(of: part) + newParts.size(of: part)) / limit + 1
    for pass in 0..<passes {
      try oldParts.read(part, pass: pass, of: passes, into: &old)
      try newParts.read(part, pass: pass, of: passes, into: &new)
      indexOld()
      matchNew()
      let (partners, isSame) = (partners, isSame)
      Self.addPlaces(of: old, to: &leftovers.old) {
        partners[$0] == 0 || partners[$0] == Self.conflict
      }
      Self.addPlaces(of: new, to: &leftovers.new) { !isSame[$0] }
    }
  }

  private mutating func indexOld() {
    let count = old.words.count / Entry.words
    var size = 16
    while size < 2 * count { size *= 2 }
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(0, count: size))
    partners.removeAll(keepingCapacity: true)
    partners.append(contentsOf: repeatElement(0, count: count))
    for index in 0..<count {
      let slot = Self.slot(of: old.words[index &* Entry.words], slots, old.words)
      if slots[slot] == 0 {
        slots[slot] = UInt32(index + 1)
      } else {
        partners[Int(slots[slot]) - 1] = Self.conflict
        partners[index] = Self.conflict
      }
    }
  }

  private mutating func matchNew() {
    let count = new.words.count / Entry.words
    isSame.removeAll(keepingCapacity: true)
    isSame.append(contentsOf: repeatElement(false, count: count))
    for index in 0..<count {
      let word = index &* Entry.words
      let slot = Self.slot(of: new.words[word], slots, old.words)
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
  }

  /// The slot of a key, or the free one where it would be.
  @inline(__always)
  private static func slot(
    of key: UInt64, _ slots: borrowing [UInt32], _ words: borrowing [UInt64]
  ) -> Int {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: key) & mask
    while slots[slot] != 0, words[(Int(slots[slot]) &- 1) &* Entry.words] != key {
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  /// Adds the places of those entries that `isMeant` says.
  private static func addPlaces(
    of block: borrowing EntryBlock, to places: inout [Place], where isMeant: (Int) -> Bool
  ) {
    var place = Place(source: 0, offset: 0)
    var position = 0
    for index in 0..<(block.words.count / Entry.words) {
      place = PlaceCoding.decode(block.places, &position, previous: place)
      if isMeant(index) { places.append(place) }
    }
  }
}
