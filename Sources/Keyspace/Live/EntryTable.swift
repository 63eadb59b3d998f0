/// The entries of a database by number, in blocks, so that growing neither moves them nor makes room for twice
/// as many.
struct EntryTable {
  private var blocks: [[LiveEntry?]] = []
  private var freeNumbers: [Int] = []

  private static let blockBits = 12
  private static let inBlock = 1 << blockBits

  /// The entry with a number; nil if it was removed.
  subscript(number: Int) -> LiveEntry? {
    get { blocks[number >> Self.blockBits][number & (Self.inBlock - 1)] }
    set { blocks[number >> Self.blockBits][number & (Self.inBlock - 1)] = newValue }
  }

  /// Adds an entry; returns its number.
  mutating func add(_ entry: LiveEntry) -> Int {
    if let number = freeNumbers.popLast() {
      self[number] = entry
      return number
    }
    if blocks.last.map({ $0.count == Self.inBlock }) ?? true {
      let isFirst = blocks.isEmpty
      blocks.append([])
      // The only block of a small database grows with it.
      if !isFirst { blocks[blocks.count - 1].reserveCapacity(Self.inBlock) }
    }
    blocks[blocks.count - 1].append(entry)
    return (blocks.count - 1) << Self.blockBits + blocks[blocks.count - 1].count - 1
  }

  /// Removes an entry, whose number may be given to another.
  mutating func remove(_ number: Int) -> LiveEntry? {
    let entry = self[number]
    self[number] = nil
    freeNumbers.append(number)
    return entry
  }
}
