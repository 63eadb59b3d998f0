internal import BinaryInput
internal import RDB

extension RDBValue {
  /// Decodes the value and refuses it if a server would: no answer is made from data that nobody can load.
  ///
  /// What is irregular and loadable all the same is what the server then has. `verify` tells of it.
  ///
  /// - Throws: `FormatError` where the value breaks a rule of its encoding, or one for which a server stops;
  ///   or what the visitor throws.
  func decodeStrictly<V: ValueVisitor & ~Copyable>(
    into strict: inout Strict<V>, scratch: inout ValueScratch
  ) throws(FormatError) {
    strict.check.begin(type)
    try decode(into: &strict, scratch: &scratch)
    strict.check.end(type)
    guard !strict.check.irregularities.isEmpty else { return }
    let isConverted = isConverted(longest: strict.check.longest, scratch: &scratch)
    let broken = strict.check.irregularities.first {
      Loadability.reaction(to: $0.rule, in: type, isConverted: isConverted) == .refuses
    }
    guard let broken else { return }
    throw .malformed(broken.rule, broken.message, at: offset).within(type.type.name)
  }
}

extension SnapshotValue {
  /// Decodes the value and refuses it if a server would; one in memory is what commands have made of it.
  ///
  /// - Throws: as for a value of a file.
  func decodeStrictly<V: ValueVisitor & ~Copyable>(
    into strict: inout Strict<V>, scratch: inout ValueScratch
  ) throws(FormatError) {
    switch form {
    case .encoded(let value): try value.decodeStrictly(into: &strict, scratch: &scratch)
    case .live(let value, let strings):
      try value.decode(into: &strict.visitor, from: strings, scratch: &scratch)
    }
  }
}

/// A visitor with checks in front of it.
struct Strict<Visitor: ValueVisitor & ~Copyable>: ValueVisitor, ~Copyable {
  var visitor: Visitor
  fileprivate var check = StrictVisitor()

  init(_ visitor: consuming Visitor) { self.visitor = visitor }

  mutating func string(_ value: Span<UInt8>) throws(FormatError) { try visitor.string(value) }

  mutating func listElement(_ element: Span<UInt8>) throws(FormatError) {
    check.listElement(element)
    try visitor.listElement(element)
  }

  mutating func setMember(_ member: Span<UInt8>) throws(FormatError) {
    check.setMember(member)
    try visitor.setMember(member)
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) throws(FormatError) {
    check.sortedSetMember(member, score: score)
    try visitor.sortedSetMember(member, score: score)
  }

  mutating func hashField(
    _ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?
  ) throws(FormatError) {
    check.hashField(field, value: value, expiry: expiry)
    try visitor.hashField(field, value: value, expiry: expiry)
  }

  mutating func streamEntry(_ id: StreamID) throws(FormatError) {
    check.streamEntry(id)
    try visitor.streamEntry(id)
  }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) throws(FormatError) {
    try visitor.streamField(name, value: value)
  }

  mutating func streamState(_ state: StreamState) throws(FormatError) {
    check.streamState(state)
    try visitor.streamState(state)
  }

  mutating func streamGroup(
    _ name: Span<UInt8>, _ state: StreamGroupState
  ) throws(FormatError) {
    check.streamGroup(name, state)
    try visitor.streamGroup(name, state)
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) throws(FormatError) {
    check.streamPendingEntry(entry)
    try visitor.streamPendingEntry(entry)
  }

  mutating func streamConsumer(
    _ name: Span<UInt8>, _ state: StreamConsumerState
  ) throws(FormatError) {
    check.streamConsumer(name, state)
    try visitor.streamConsumer(name, state)
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) throws(FormatError) {
    check.streamConsumerPendingEntry(id)
    try visitor.streamConsumerPendingEntry(id)
  }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) throws(FormatError) {
    check.streamNegativelyAcknowledged(id)
    try visitor.streamNegativelyAcknowledged(id)
  }

  mutating func streamIdempotence(_ state: StreamIdempotence) throws(FormatError) {
    try visitor.streamIdempotence(state)
  }

  mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
  ) throws(FormatError) {
    try visitor.streamProducerMessage(producer: producer, message: message, id: id)
  }

  mutating func arrayCursor(_ cursor: UInt64) throws(FormatError) {
    try visitor.arrayCursor(cursor)
  }

  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) throws(FormatError) {
    try visitor.arrayElement(at: index, element)
  }

  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) throws(FormatError) {
    try visitor.moduleValue(module, bytes: bytes)
  }
}
