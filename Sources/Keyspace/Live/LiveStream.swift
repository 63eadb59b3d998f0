internal import BinaryInput
internal import RDB

/// A stream with its consumer groups.
struct LiveStream {
  /// Each entry: both halves of its id, then names and values with their lengths.
  private(set) var entries = PackedDeque()
  /// The id of the entry added last, live or not.
  var lastID = StreamID.zero
  /// The greatest id that was deleted.
  var maxDeletedID = StreamID.zero
  /// How many entries were ever added.
  var entriesAdded: UInt64 = 0
  /// The consumer groups.
  var groups: [LiveGroup] = []
  /// How repeated messages are recognized (Redis 8.6), and what producers have sent.
  var idempotence: StreamIdempotence?
  var producerMessages: [(producer: [UInt8], message: [UInt8], id: StreamID)] = []

  /// How many entries are live.
  var length: Int { entries.count }

  /// The id of the first live entry; 0-0 if there is none.
  var firstID: StreamID {
    entries.first.map { Self.id(of: entries.element(at: $0).span) } ?? .zero
  }

  /// The group with a name.
  func group(_ name: Span<UInt8>) -> Int? {
    groups.firstIndex { $0.name.span.hasSameBytes(as: name) }
  }

  // MARK: Entries

  /// An entry of which the fields follow.
  static func begin(_ id: StreamID) -> [UInt8] {
    var entry: [UInt8] = []
    entry.appendVariable(id.milliseconds)
    entry.appendVariable(id.sequence)
    return entry
  }

  /// Adds a field or its value to an entry.
  static func add(_ text: Span<UInt8>, to entry: inout [UInt8]) {
    entry.appendVariable(UInt64(text.count))
    entry.append(copying: text)
  }

  /// Adds an entry behind the others.
  mutating func append(_ entry: [UInt8]) { entries.append(entry.span) }

  /// The place of the entry with an id; nil if it is not there.
  func find(_ id: StreamID) -> PackedDeque.Position? {
    guard let position = entries.firstPosition(where: { Self.id(of: $0) >= id }),
      Self.id(of: entries.element(at: position).span) == id
    else { return nil }
    return position
  }

  /// Deletes an entry; returns whether it was there (`XDEL`).
  mutating func delete(_ id: StreamID) -> Bool {
    guard let position = find(id) else { return false }
    _ = entries.remove(at: position)
    maxDeletedID = max(maxDeletedID, id)
    return true
  }

  /// Removes the oldest entries until at most `length` are left.
  mutating func trim(toLength length: Int) {
    if entries.count > length { entries.removeFirst(entries.count - length) }
  }

  /// Removes the entries before `id`.
  mutating func trim(before id: StreamID) {
    var count = 0
    var position = entries.first
    while let current = position, Self.id(of: entries.element(at: current).span) < id {
      count += 1
      position = entries.position(after: current)
    }
    entries.removeFirst(count)
  }

  /// The id of an entry.
  static func id(of entry: Span<UInt8>) -> StreamID {
    var position = 0
    let milliseconds = number(in: entry, at: &position)
    return StreamID(milliseconds: milliseconds, sequence: number(in: entry, at: &position))
  }

  /// Where the names and values of an entry are in it, in turn.
  static func fields(of entry: Span<UInt8>) -> [Range<Int>] {
    var position = 0
    _ = number(in: entry, at: &position)
    _ = number(in: entry, at: &position)
    var fields: [Range<Int>] = []
    while position < entry.count {
      let length = Int(number(in: entry, at: &position))
      fields.append(position..<(position + length))
      position += length
    }
    return fields
  }

  private static func number(in entry: Span<UInt8>, at position: inout Int) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = entry[position]
      position &+= 1
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift &+= 7
    }
  }
}

/// A consumer group of a stream.
struct LiveGroup {
  /// A delivery that was not acknowledged.
  struct Delivery {
    var time: Int64
    var count: UInt64
    /// The consumer that owns it; nil if it was given back (Redis 8.8).
    var consumer: Int?
    /// Whether it was given back as not done.
    var isGivenBack = false
  }

  /// A consumer; it keeps its number.
  struct Consumer {
    let number: Int
    let name: [UInt8]
    var seenTime: Int64
    var activeTime: Int64?
  }

  let name: [UInt8]
  /// The id delivered last.
  var lastID: StreamID
  /// How many entries the group has read; nil if the server does not know.
  var entriesRead: UInt64?
  var pending: [StreamID: Delivery] = [:]
  private(set) var consumers: [Consumer] = []
  private var nextConsumer = 0

  init(name: [UInt8], lastID: StreamID, entriesRead: UInt64?) {
    self.name = name
    self.lastID = lastID
    self.entriesRead = entriesRead
  }

  /// The number of a consumer; nil if there is none of this name.
  func consumer(_ name: Span<UInt8>) -> Int? {
    consumers.first { $0.name.span.hasSameBytes(as: name) }?.number
  }

  /// Adds a consumer; returns its number.
  @discardableResult
  mutating func addConsumer(_ name: [UInt8], seenTime: Int64, activeTime: Int64?) -> Int {
    consumers.append(
      Consumer(number: nextConsumer, name: name, seenTime: seenTime, activeTime: activeTime))
    nextConsumer += 1
    return nextConsumer - 1
  }

  /// Removes a consumer with everything that it owns.
  mutating func removeConsumer(_ number: Int) {
    consumers.removeAll { $0.number == number }
    pending = pending.filter { $0.value.consumer != number }
  }

  /// Says when a consumer was active.
  mutating func touch(_ number: Int, at time: Int64) {
    guard let index = consumers.firstIndex(where: { $0.number == number }) else { return }
    consumers[index].seenTime = max(consumers[index].seenTime, time)
    consumers[index].activeTime = max(consumers[index].activeTime ?? time, time)
  }
}
