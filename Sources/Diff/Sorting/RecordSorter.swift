internal import BinaryInput
internal import Hashing
internal import RDB

/// Brings the records of one side into order, in bounded memory: what has no room becomes a sorted run
/// in a file.
struct RecordSorter: ~Copyable {
  private var bytes: [UInt8] = []
  private var items: [Item] = []
  private var runs: [RecordRun] = []
  private let limit: Int
  private let file: SharedSpillFile

  /// What records are compared by first, and where they stand in `bytes`.
  private struct Item {
    var group: UInt32
    var database: UInt64
    /// The first eight bytes of the name behind what all names have in common.
    var prefix: UInt64
    var start: Int
    var name: Range<Int>
  }

  /// Takes at most about `limit` bytes of memory.
  init(limit: Int, _ file: SharedSpillFile) {
    self.limit = limit
    self.file = file
  }

  mutating func append(_ record: KeyRecord) throws(SpillError) {
    let start = bytes.count
    record.encode(into: &bytes)
    items.append(
      Item(
        group: record.group, database: record.database, prefix: 0, start: start,
        name: (bytes.count - record.name.count)..<bytes.count))
    if bytes.count + items.count * MemoryLayout<Item>.stride > limit { try spill() }
  }

  /// The sorted runs of everything that was taken in; the last may stay in memory.
  consuming func finish(inMemory: Bool) throws(SpillError) -> [RecordRun] {
    if items.isEmpty { return runs }
    if inMemory {
      runs.append(.memory(sorted()))
    } else {
      try spill()
    }
    return runs
  }

  private mutating func spill() throws(SpillError) {
    let sorted = sorted()
    let (file, offset) = try file.append(sorted)
    runs.append(.file(file, offset: offset, size: sorted.count))
    bytes.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
  }

  /// The records' bytes in their order.
  private mutating func sorted() -> [UInt8] {
    let common = commonPrefix()
    for index in items.indices { items[index].prefix = prefix(items[index].name, behind: common) }
    let bytes = bytes
    items.sort { (left, right) in Self.precedes(left, right, bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for item in items { result += bytes[item.start..<item.name.upperBound] }
    return result
  }

  private static func precedes(_ left: Item, _ right: Item, _ bytes: [UInt8]) -> Bool {
    if left.group != right.group { return left.group < right.group }
    if left.database != right.database { return left.database < right.database }
    if left.prefix != right.prefix { return left.prefix < right.prefix }
    let count = min(left.name.count, right.name.count)
    var index = 0
    while index < count {
      let one = bytes[left.name.lowerBound &+ index]
      let other = bytes[right.name.lowerBound &+ index]
      if one != other { return one < other }
      index &+= 1
    }
    if left.name.count != right.name.count { return left.name.count < right.name.count }
    return left.start < right.start
  }

  /// How many bytes all names begin with in common.
  private func commonPrefix() -> Int {
    guard let first = items.first?.name else { return 0 }
    var common = first.count
    for item in items {
      var index = 0
      while index < min(common, item.name.count),
        bytes[first.lowerBound + index] == bytes[item.name.lowerBound + index]
      {
        index += 1
      }
      common = index
    }
    return common
  }

  private func prefix(_ name: Range<Int>, behind common: Int) -> UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<8 {
      let position = name.lowerBound + common + index
      // A shorter name comes first: its prefix has zeros, and where those are equal, the names decide.
      prefix = prefix << 8 | (position < name.upperBound ? UInt64(bytes[position]) : 0)
    }
    return prefix
  }
}

/// Records in their order.
enum RecordRun: Sendable {
  case memory([UInt8])
  case file(any SpillFile, offset: Int, size: Int)

  /// Begins to read it, `stride` bytes at a time where it is in a file.
  func reader(stride: Int) -> RunReader { RunReader(self, stride) }
}

/// Reads a run, one record after the other.
struct RunReader {
  /// The record at hand; nil at the end.
  private(set) var record: KeyRecord?
  private var bytes: [UInt8]
  private var position = 0
  private let file: (any SpillFile)?
  /// Where the run ends in the file.
  private let end: Int
  /// Up to where it has been read.
  private var read = 0
  private let stride: Int

  fileprivate init(_ run: RecordRun, _ stride: Int) {
    self.stride = stride
    switch run {
    case .memory(let bytes):
      self.bytes = bytes
      file = nil
      end = 0
    case .file(let file, let offset, let size):
      bytes = []
      self.file = file
      read = offset
      end = offset + size
    }
  }

  /// Moves to the next record.
  mutating func next() throws(SpillError) {
    try fill(KeyRecord.longestHead)
    guard position < bytes.count else {
      record = nil
      return
    }
    // A long name may end behind what has been read: a head tells how much more there must be.
    var probe = position
    let length = KeyRecord.length(bytes, at: &probe)
    try fill(length)
    record = KeyRecord(bytes, at: &position)
  }

  /// Reads on until `count` bytes are there, or the run ends.
  private mutating func fill(_ count: Int) throws(SpillError) {
    guard let file, bytes.count - position < count, read < end else { return }
    bytes.removeSubrange(..<position)
    position = 0
    let more = min(max(stride, count), end - read)
    bytes += try file.read(at: read, more)
    read += more
  }
}
