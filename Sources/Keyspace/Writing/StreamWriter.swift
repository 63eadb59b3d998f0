internal import BinaryInput
internal import RDB

/// Writes the commands that make a stream, with everything that it remembers.
///
/// A group may wait for an entry that has been deleted. Since 7.0 `XCLAIM` takes no such id, so each of them is
/// added as a stand-in, in its place among the entries, and deleted when the groups are there. `XSETID`, last,
/// says what the stream remembers.
struct StreamWriter: ~Copyable {
  private let writer: CommandWriter
  private let dialect: CommandDialect
  private var key: [UInt8] = []
  private var batch = ArgumentBatch()
  /// The entry whose fields wait.
  private var openEntry: StreamID?
  private var firstEntry: StreamID?
  /// Ids that some group waits for, in order, those behind the entry at hand.
  private var pending: ArraySlice<StreamID> = []
  private var standIns: [StreamID] = []
  private var remembered: StreamState?
  private var groupName: [UInt8] = []
  private var consumerName: [UInt8] = []
  /// What the group at hand says of each delivery.
  private var deliveries: [StreamID: StreamPendingEntry] = [:]

  init(_ writer: CommandWriter, _ dialect: CommandDialect) {
    self.writer = writer
    self.dialect = dialect
  }

  /// Begins a stream.
  mutating func begin(_ key: [UInt8], pending: [StreamID]) {
    self.key = key
    self.pending = pending[...]
    batch.removeAll()
    openEntry = nil
    firstEntry = nil
    standIns = []
    remembered = nil
    deliveries = [:]
  }

  /// Ends the stream.
  mutating func end() {
    if let first = firstEntry, dialect.trimsByID {
      // Unlike deleting, cutting off the head leaves the greatest deleted id alone.
      let head = standIns.prefix { $0 < first }
      if !head.isEmpty { writer.write("XTRIM", key: key, more: ["MINID", "\(first)"]) }
      standIns.removeFirst(head.count)
    } else if firstEntry == nil && !standIns.isEmpty {
      writer.write("XTRIM", key: key, more: ["MAXLEN", "0"])
      standIns = []
    }
    for id in standIns { writer.write("XDEL", key: key, more: ["\(id)"]) }
    guard let remembered else { return }
    var more = ["\(remembered.lastID)"]
    if dialect.countsStreamEntries {
      more += ["ENTRIESADDED", "\(remembered.entriesAdded)"]
      more += ["MAXDELETEDID", "\(remembered.maxDeletedID)"]
    }
    writer.write("XSETID", key: key, more: more)
  }

  // MARK: Entries

  mutating func entry(_ id: StreamID) {
    flushEntry()
    addStandIns(before: id)
    if pending.first == id { pending.removeFirst() }
    firstEntry = firstEntry ?? id
    openEntry = id
  }

  mutating func field(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    writer.append(name, to: &batch)
    writer.append(value, to: &batch)
  }

  mutating func state(_ state: StreamState) {
    flushEntry()
    remembered = state
    addStandIns(before: StreamID(milliseconds: .max, sequence: .max))
    if firstEntry == nil && standIns.isEmpty {
      // A stream without entries (`aof.c`, `rewriteStreamObject`); 0-0 is no id of an entry.
      let id = state.lastID == .zero ? StreamID(milliseconds: 0, sequence: 1) : state.lastID
      writer.write("XADD", key: key, more: ["MAXLEN", "0", "\(id)", "x", "y"])
    }
  }

  private mutating func flushEntry() {
    guard let id = openEntry else { return }
    writer.begin(3 + batch.count)
    writer.add("XADD")
    writer.add(key)
    writer.add("\(id)")
    writer.add(batch)
    writer.end()
    batch.removeAll()
    openEntry = nil
  }

  private mutating func addStandIns(before id: StreamID) {
    while let next = pending.first, next < id {
      pending.removeFirst()
      guard next != .zero else { continue }
      writer.write("XADD", key: key, more: ["\(next)", "x", "y"])
      standIns.append(next)
    }
  }

  // MARK: Groups

  mutating func group(_ name: [UInt8], _ state: StreamGroupState) {
    groupName = name
    deliveries.removeAll(keepingCapacity: true)
    var more = ["\(state.lastDeliveredID)"]
    if let read = state.entriesRead, dialect.countsStreamEntries {
      more += ["ENTRIESREAD", "\(read)"]
    }
    writer.begin(4 + more.count)
    for word in ["XGROUP", "CREATE"] { writer.add(word) }
    writer.add(key)
    writer.add(name)
    for word in more { writer.add(word) }
    writer.end()
  }

  mutating func delivery(_ entry: StreamPendingEntry) { deliveries[entry.id] = entry }

  mutating func consumer(_ name: [UInt8]) {
    consumerName = name
    if dialect.has("xgroup createconsumer") {
      writer.begin(5)
      for word in ["XGROUP", "CREATECONSUMER"] { writer.add(word) }
      for word in [key, groupName, name] { writer.add(word) }
    } else {
      // Older servers make a consumer when it asks for the first time, here for what it has got already.
      writer.begin(7)
      for word in ["XREADGROUP", "GROUP"] { writer.add(word) }
      for word in [groupName, name] { writer.add(word) }
      writer.add("STREAMS")
      writer.add(key)
      writer.add("0")
    }
    writer.end()
  }

  mutating func owned(_ id: StreamID) {
    guard let delivery = deliveries[id] else { return }
    writer.begin(12)
    writer.add("XCLAIM")
    for word in [key, groupName, consumerName] { writer.add(word) }
    for word in ["0", "\(id)", "TIME", "\(delivery.deliveryTime)"] { writer.add(word) }
    for word in ["RETRYCOUNT", "\(delivery.deliveryCount)", "FORCE", "JUSTID"] { writer.add(word) }
    writer.end()
  }
}
