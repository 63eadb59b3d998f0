internal import Hashing

/// What is kept of every key while two sides are compared: 24 bytes and, as a rule, two or three for its place.
///
/// Two keys with the same content on both sides share both fingerprints; nothing else is asked of them. So a
/// half fingerprint of the name is enough to bring keys together: where it brings together what is not
/// the same key, names are read again and decide.
struct Entry {
  /// Half the fingerprint of database and name.
  var key: UInt64
  /// The fingerprint of everything: database, name, type, value, expiry.
  var content: Fingerprint
  /// How many words an entry has.
  static let words = 3
}

/// Takes in the entries of one side, apart by the highest bits of their keys: each part can be joined with
/// the same part of the other side without regard to the rest.
///
/// Blocks of equal size collect entries and move on when they are full, to memory or, past the budget, to a
/// file. All blocks are one array, so that an entry costs one look-up and a few stores.
struct EntryWriter: ~Copyable {
  /// How many parts there are.
  static let parts = 256
  /// How many entries of a part are collected before they move on.
  private static let blockEntries = 256
  /// How many bytes places of a block may take: more end the block early.
  private static let blockBytes = 1024

  private var words: [UInt64]
  private var bytes: [UInt8]
  private var filling: [Filling]
  private var stored: EntryParts
  private let budget: MemoryBudget
  private let storage: any SpillStorage

  /// The state of a part's block.
  private struct Filling {
    var entries = 0
    var bytes = 0
    var last = Place(source: 0, offset: 0)
  }

  init(_ budget: MemoryBudget, _ storage: any SpillStorage) {
    self.budget = budget
    self.storage = storage
    words = Array(repeating: 0, count: Self.parts * Self.blockEntries * Entry.words)
    bytes = Array(repeating: 0, count: Self.parts * Self.blockBytes)
    filling = Array(repeating: Filling(), count: Self.parts)
    stored = EntryParts(count: Self.parts)
  }

  /// The part that a key belongs to.
  @inline(__always)
  static func part(of key: UInt64) -> Int { Int(truncatingIfNeeded: key &>> 56) }

  /// Takes in a key.
  @inline(__always)
  mutating func append(_ entry: Entry, at place: Place) throws(SpillError) {
    let part = Self.part(of: entry.key)
    var state = filling[part]
    let word = (part &* Self.blockEntries &+ state.entries) &* Entry.words
    words[word] = entry.key
    words[word &+ 1] = entry.content.low
    words[word &+ 2] = entry.content.high
    let start = part &* Self.blockBytes &+ state.bytes
    state.bytes &+= PlaceCoding.encode(place, previous: state.last, into: &bytes, at: start)
    state.entries &+= 1
    state.last = place
    filling[part] = state
    if state.entries == Self.blockEntries
      || state.bytes > Self.blockBytes - PlaceCoding.longest
    {
      try moveOn(part)
    }
  }

  /// Moves a block to the others of its part.
  @inline(never)
  private mutating func moveOn(_ part: Int) throws(SpillError) {
    let (entries, count) = (filling[part].entries, filling[part].bytes)
    guard entries > 0 else { return }
    let word = part * Self.blockEntries * Entry.words
    stored.append(
      words[word..<(word + entries * Entry.words)],
      bytes[(part * Self.blockBytes)..<(part * Self.blockBytes + count)], to: part)
    filling[part].entries = 0
    filling[part].bytes = 0
    if budget.use(entries * Entry.words * 8 + count) {
      budget.free(try stored.spill(to: storage))
    }
  }

  /// Every entry that was taken in; the writer is empty then.
  mutating func finish() throws(SpillError) -> EntryParts {
    for part in 0..<Self.parts { try moveOn(part) }
    let result = stored
    stored = EntryParts(count: 0)
    (words, bytes, filling) = ([], [], [])
    return result
  }
}
