internal import BinaryInput
internal import RDB

/// The parts of a value, kept to be compared with those of another.
struct CapturedValue: ValueVisitor {
  private(set) var string: [UInt8] = []
  private(set) var list: [[UInt8]] = []
  /// Members of a set have no score.
  private(set) var members: [[UInt8]: Double?] = [:]
  private(set) var fields: [[UInt8]: (value: [UInt8], expiry: Int64?)] = [:]
  private(set) var elements: [UInt64: [UInt8]] = [:]
  private(set) var entries: [StreamID: [UInt8]] = [:]
  private(set) var groups: [[UInt8]: Group] = [:]
  private(set) var properties: [(name: String, value: String)] = []
  private(set) var messages: [Message: StreamID] = [:]
  /// Whether there is more than is kept.
  private(set) var isTooLarge = false

  private var kept = 0
  private var entry: StreamID?
  private var group: [UInt8] = []
  private var consumer: [UInt8] = []

  /// A group of a stream.
  struct Group {
    let state: StreamGroupState
    var consumers: Set<[UInt8]> = []
    var pending: [StreamID: Pending] = [:]
  }

  /// A delivery of a group.
  struct Pending {
    var time: Int64 = 0
    var count: UInt64 = 0
    var consumer: [UInt8]?
  }

  struct Message: Hashable {
    let producer: [UInt8]
    let message: [UInt8]
  }

  /// More bytes of a value than this are not kept.
  static let limit = 64 << 20
  /// About what a part costs beside its bytes.
  private static let overhead = 64

  /// Whether there is room for another part of `bytes`.
  private mutating func hasRoom(_ bytes: Int) -> Bool {
    kept += bytes + Self.overhead
    if kept > Self.limit { isTooLarge = true }
    return !isTooLarge
  }

  mutating func string(_ value: Span<UInt8>) {
    if hasRoom(value.count) { string = [UInt8](copying: value) }
  }

  mutating func listElement(_ element: Span<UInt8>) {
    if hasRoom(element.count) { list.append([UInt8](copying: element)) }
  }

  mutating func setMember(_ member: Span<UInt8>) {
    if hasRoom(member.count) { members[[UInt8](copying: member)] = .some(nil) }
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    if hasRoom(member.count) { members[[UInt8](copying: member)] = score }
  }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    if hasRoom(field.count + value.count) {
      fields[[UInt8](copying: field)] = ([UInt8](copying: value), expiry)
    }
  }

  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) {
    if hasRoom(element.count) { elements[index] = [UInt8](copying: element) }
  }

  mutating func arrayCursor(_ cursor: UInt64) { properties.append(("cursor", "\(cursor)")) }

  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) {
    properties.append(("module", "\(module.name) version \(module.version)"))
    string(bytes)
  }

  // MARK: Streams

  mutating func streamEntry(_ id: StreamID) {
    entry = id
    if hasRoom(0) { entries[id] = [] }
  }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    guard let entry, hasRoom(name.count + value.count) else { return }
    var text = entries.removeValue(forKey: entry) ?? []
    if !text.isEmpty { text.append(UInt8(ascii: " ")) }
    text += [UInt8](copying: name) + [UInt8(ascii: "=")] + [UInt8](copying: value)
    entries[entry] = text
  }

  mutating func streamState(_ state: StreamState) {
    properties.append(("last-id", "\(state.lastID)"))
    properties.append(("max-deleted-id", "\(state.maxDeletedID)"))
    properties.append(("entries-added", "\(state.entriesAdded)"))
  }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    group = [UInt8](copying: name)
    if hasRoom(name.count) { groups[group] = Group(state: state) }
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) {
    guard hasRoom(0) else { return }
    groups[group]?.pending[entry.id, default: Pending()].time = entry.deliveryTime
    groups[group]?.pending[entry.id]?.count = entry.deliveryCount
  }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    consumer = [UInt8](copying: name)
    if hasRoom(name.count) { groups[group]?.consumers.insert(consumer) }
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) {
    if hasRoom(0) { groups[group]?.pending[id, default: Pending()].consumer = consumer }
  }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) {
    if hasRoom(0) { groups[group]?.pending[id, default: Pending()].consumer = nil }
  }

  mutating func streamIdempotence(_ state: StreamIdempotence) {
    properties.append(("idempotence-seconds", "\(state.duration)"))
    properties.append(("idempotence-entries", "\(state.maxEntries)"))
  }

  mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
  ) {
    guard hasRoom(producer.count + message.count) else { return }
    let name = Message(producer: [UInt8](copying: producer), message: [UInt8](copying: message))
    messages[name] = id
  }
}
