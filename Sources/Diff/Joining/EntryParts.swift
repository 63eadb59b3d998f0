internal import Hashing

/// Entries of a part, in memory.
struct EntryBlock: Sendable {
  /// The entries, each of `Entry.words`.
  var words: [UInt64]
  /// Their places (`PlaceCoding`).
  var places: [UInt8]

  static let empty = EntryBlock(words: [], places: [])

  /// How many bytes it takes.
  var size: Int { words.count * 8 + places.count }

  /// More entries than this go into another block: one so large is memory of its own, which goes back to the
  /// system as soon as it is free.
  static let largest = 1 << 16

  /// Forgets the entries and keeps the room for others.
  mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  mutating func append(_ other: borrowing EntryBlock) {
    words += other.words
    places += other.places
  }
}

/// The entries of one side in parts, in memory or in a file.
struct EntryParts: Sendable {
  /// A stretch of a file with entries of a part.
  private struct Stretch {
    let offset: Int
    let words: Int
    let places: Int
  }

  private var blocks: [[EntryBlock]]
  private var stretches: [[Stretch]]
  private var file: (any SpillFile)?

  init(count: Int) {
    blocks = Array(repeating: [], count: count)
    stretches = Array(repeating: [], count: count)
  }

  /// Adds entries to a part.
  mutating func append(
    _ words: ArraySlice<UInt64>, _ places: ArraySlice<UInt8>, to part: Int
  ) {
    if let last = blocks[part].indices.last,
      blocks[part][last].words.count + words.count <= blocks[part][last].words.capacity
    {
      blocks[part][last].words += words
      blocks[part][last].places += places
      return
    }
    // The first blocks are small: few files fill them.
    let entries = blocks[part].reduce(0) { $0 + $1.words.count } / Entry.words
    var block = EntryBlock.empty
    let room = min(max(entries, words.count / Entry.words), EntryBlock.largest)
    block.words.reserveCapacity(room * Entry.words)
    block.words += words
    block.places.reserveCapacity(3 * room)
    block.places += places
    blocks[part].append(block)
  }

  /// Puts everything into a file, a stretch for each part; returns how many bytes that frees.
  mutating func spill(to storage: any SpillStorage) throws(SpillError) -> Int {
    let file: any SpillFile
    if let known = self.file { file = known } else { file = try storage.makeFile() }
    self.file = file
    var freed = 0
    for part in blocks.indices where !blocks[part].isEmpty {
      var bytes: [UInt8] = []
      var (words, places) = (0, 0)
      for block in blocks[part] {
        words += block.words.count
        places += block.places.count
        freed += block.size
      }
      bytes.reserveCapacity(words * 8 + places)
      for block in blocks[part] {
        for word in block.words { bytes.append(littleEndian: word) }
      }
      for block in blocks[part] { bytes += block.places }
      blocks[part] = []
      stretches[part].append(
        Stretch(offset: try file.append(bytes), words: words, places: places))
    }
    return freed
  }

  /// How many bytes the entries of a part take.
  func size(of part: Int) -> Int {
    stretches[part].reduce(0) { $0 + $1.words * 8 + $1.places }
      + blocks[part].reduce(0) { $0 + $1.size }
  }

  /// Calls `visit` with the entries of a part, piece by piece, in the order in which they were taken in.
  func forEachBlock(
    of part: Int, _ visit: (borrowing EntryBlock) -> Void
  ) throws(SpillError) {
    if let file {
      for stretch in stretches[part] {
        let bytes = try file.read(at: stretch.offset, stretch.words * 8 + stretch.places)
        var words: [UInt64] = []
        words.reserveCapacity(stretch.words)
        for index in 0..<stretch.words { words.append(bytes.littleEndianWord(at: index * 8)) }
        visit(EntryBlock(words: words, places: Array(bytes[(stretch.words * 8)...])))
      }
    }
    for block in blocks[part] { visit(block) }
  }

  /// Makes `result` the entries of a part; with several `passes`, those that belong to pass number `pass`.
  func read(
    _ part: Int, pass: Int, of passes: Int, into result: inout EntryBlock
  ) throws(SpillError) {
    result.removeAll()
    var (last, lastTaken) = (Place(source: 0, offset: 0), Place(source: 0, offset: 0))
    try forEachBlock(of: part) { (block) in
      guard passes > 1 else { return result.append(block) }
      var position = 0
      var place = [UInt8](repeating: 0, count: PlaceCoding.longest)
      for index in 0..<(block.words.count / Entry.words) {
        last = PlaceCoding.decode(block.places, &position, previous: last)
        let word = index * Entry.words
        // The bits below those that chose the part.
        guard Int(truncatingIfNeeded: block.words[word] >> 32 & 0xFF_FFFF) % passes == pass else {
          continue
        }
        result.words += block.words[word..<(word + Entry.words)]
        let count = PlaceCoding.encode(last, previous: lastTaken, into: &place, at: 0)
        result.places += place[..<count]
        lastTaken = last
      }
    }
  }

  /// Forgets the entries of a part that are in memory; returns how many bytes that frees.
  mutating func drop(_ part: Int) -> Int {
    let size = blocks[part].reduce(0) { $0 + $1.size }
    blocks[part] = []
    return size
  }
}

extension [UInt8] {
  /// Adds a number, the lowest byte first.
  mutating func append(littleEndian word: UInt64) {
    var rest = word
    for _ in 0..<8 {
      append(UInt8(truncatingIfNeeded: rest))
      rest &>>= 8
    }
  }

  /// The number whose lowest byte stands at `position`.
  func littleEndianWord(at position: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<8 { word |= UInt64(self[position + index]) &<< UInt64(8 * index) }
    return word
  }
}
