internal import BinaryInput
internal import RDB

extension LiveValue {
  /// Decodes a value of a file, to change it.
  ///
  /// - Returns: nil for an aggregate without elements other than a stream, which a server does not keep.
  /// - Throws: `FormatError` where the value breaks a rule of its encoding, or one for which a server stops: what
  ///   a command touches is held to no less than what none does.
  static func load(
    _ value: borrowing RDBValue, _ packed: LiveSortedSet.PackedForm, scratch: inout ValueScratch
  ) throws(FormatError) -> LiveValue? {
    let builder = LiveValueBuilder(value.type.type, packed, at: value.offset)
    if builder.isOpaque {
      return .opaque(
        Box(
          OpaqueValue(
            type: value.type, bytes: [UInt8](copying: value.bytes), offset: value.offset)))
    }
    var strict = Strict(builder)
    try value.decodeStrictly(into: &strict, scratch: &scratch)
    return strict.visitor.finish(asSkiplist: value.type == .zset || value.type == .zset2)
  }
}

/// Builds a value from what it consists of.
private struct LiveValueBuilder: ValueVisitor, ~Copyable {
  private let type: RedisType
  private let offset: Int
  private var text: LiveValue = .integer(0)
  private var list = PackedDeque()
  private var members = PackedMap()
  private let packed: LiveSortedSet.PackedForm
  private var sortedSet: LiveSortedSet
  private var hash = LiveHash()
  private var stream = LiveStream()
  private var entry: [UInt8]?
  private var group: LiveGroup?
  private var consumer = 0

  init(_ type: RedisType, _ packed: LiveSortedSet.PackedForm, at offset: Int) {
    self.type = type
    self.offset = offset
    self.packed = packed
    sortedSet = LiveSortedSet(keepsNegativeZero: packed == .ziplist)
  }

  var isOpaque: Bool { type == .module || type == .array }

  mutating func finish(asSkiplist: Bool) -> LiveValue? {
    switch type {
    case .string: return text
    case .list: return list.isEmpty ? nil : .list(Box(list))
    case .set: return members.isEmpty ? nil : .set(Box(members))
    case .zset:
      guard sortedSet.count > 0 else { return nil }
      // Types 3 and 5 are loaded as skip lists and become listpacks if they are small.
      if asSkiplist || sortedSet.count > LiveSortedSet.mostInListpack { sortedSet.settle(packed) }
      return .sortedSet(Box(sortedSet))
    case .hash: return hash.count == 0 ? nil : .hash(Box(hash))
    case .stream:
      endEntry()
      endGroup()
      return .stream(Box(stream))
    case .module, .array: return nil
    }
  }

  mutating func string(_ value: Span<UInt8>) { text = LiveValue(string: value) }

  mutating func listElement(_ element: Span<UInt8>) { list.append(element) }

  mutating func setMember(_ member: Span<UInt8>) throws(FormatError) {
    guard members.find(member) == nil else { throw duplicate }
    members.insert(member, payload: Span<UInt8>())
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) throws(FormatError) {
    guard sortedSet.load(member, score: score) else { throw duplicate }
  }

  mutating func hashField(
    _ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?
  ) throws(FormatError) {
    guard hash.set(field, to: value, expiry: expiry) else { throw duplicate }
  }

  /// A server refuses to load such a value, if it looks (`rdb.c`, "duplicate … fields detected"); if it does not,
  /// what commands then do to the value is anybody's guess.
  private var duplicate: FormatError {
    .malformed(.duplicateMember, "a member or field is there twice", at: offset)
      .within(type.name)
  }

  mutating func streamEntry(_ id: StreamID) {
    endEntry()
    entry = LiveStream.begin(id)
  }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    var bytes = entry.take() ?? []
    LiveStream.add(name, to: &bytes)
    LiveStream.add(value, to: &bytes)
    entry = bytes
  }

  mutating func streamState(_ state: StreamState) {
    endEntry()
    stream.lastID = state.lastID
    stream.maxDeletedID = state.maxDeletedID
    stream.entriesAdded = state.entriesAdded
  }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    endGroup()
    group = LiveGroup(
      name: [UInt8](copying: name), lastID: state.lastDeliveredID, entriesRead: state.entriesRead)
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) {
    group?.pending[entry.id] = LiveGroup.Delivery(
      time: entry.deliveryTime, count: entry.deliveryCount)
  }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    consumer =
      group?.addConsumer(
        [UInt8](copying: name), seenTime: state.seenTime, activeTime: state.activeTime) ?? 0
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) {
    group?.pending[id]?.consumer = consumer
  }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) {
    group?.pending[id]?.isGivenBack = true
  }

  mutating func streamIdempotence(_ state: StreamIdempotence) {
    endGroup()
    stream.idempotence = state
  }

  mutating func streamProducerMessage(producer: Span<UInt8>, message: Span<UInt8>, id: StreamID) {
    stream.producerMessages.append(
      ([UInt8](copying: producer), [UInt8](copying: message), id))
  }

  private mutating func endEntry() {
    if let entry { stream.append(entry) }
    entry = nil
  }

  private mutating func endGroup() {
    if let group { stream.groups.append(group) }
    group = nil
  }
}
