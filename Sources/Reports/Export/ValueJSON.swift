internal import BinaryInput
internal import RDB

/// Writes a value as JSON while it is decoded.
struct ValueJSON: ValueVisitor, ~Copyable {
  private let buffer: OutputBuffer
  /// Whether something stands before the next item of the array at hand.
  private var needsComma = false
  private var stream: StreamJSON
  /// Where the next insertion into an array goes.
  private var cursor: UInt64?

  init(_ buffer: OutputBuffer) {
    self.buffer = buffer
    stream = StreamJSON(buffer)
  }

  /// Begins a value.
  mutating func begin(_ type: RedisType) {
    needsComma = false
    cursor = nil
    switch type {
    case .string, .module: break
    case .list, .set, .zset, .hash, .array: buffer.append(UInt8(ascii: "["))
    case .stream: stream.begin()
    }
  }

  /// Ends a value.
  mutating func end(_ type: RedisType) {
    switch type {
    case .string, .module: break
    case .list, .set, .zset, .hash: buffer.append(UInt8(ascii: "]"))
    case .array:
      buffer.append(literal: "],\"cursor\":")
      if let cursor { buffer.append(decimal: cursor) } else { buffer.append(literal: "null") }
    case .stream: stream.end()
    }
  }

  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  mutating func string(_ value: Span<UInt8>) { buffer.append(text: value, named: "value") }

  mutating func listElement(_ element: Span<UInt8>) {
    separate()
    buffer.append(item: element)
  }

  mutating func setMember(_ member: Span<UInt8>) {
    separate()
    buffer.append(item: member)
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    separate()
    buffer.append(literal: "{\"member\":")
    buffer.append(text: member, named: "member")
    buffer.append(literal: ",\"score\":")
    buffer.append(score: score)
    buffer.append(UInt8(ascii: "}"))
  }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    separate()
    buffer.append(literal: "{\"field\":")
    buffer.append(text: field, named: "field")
    buffer.append(literal: ",\"value\":")
    buffer.append(text: value, named: "value")
    if let expiry {
      buffer.append(literal: ",\"expires_at\":")
      buffer.append(decimal: expiry)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  mutating func arrayCursor(_ cursor: UInt64) { self.cursor = cursor }

  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) {
    separate()
    buffer.append(literal: "{\"index\":")
    buffer.append(decimal: index)
    buffer.append(literal: ",\"element\":")
    buffer.append(text: element, named: "element")
    buffer.append(UInt8(ascii: "}"))
  }

  /// What only the module can read stays as the file has it.
  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) {
    buffer.append(literal: "null,\"module\":")
    let name = Array(module.name.utf8)
    buffer.append(text: name.span, named: "module")
    buffer.append(literal: ",\"module_version\":")
    buffer.append(decimal: UInt64(module.version))
    buffer.append(literal: ",\"value_b64\":\"")
    buffer.append(base64: bytes)
    buffer.append(UInt8(ascii: "\""))
  }

  mutating func streamEntry(_ id: StreamID) { stream.entry(id) }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) { stream.field(name, value) }

  mutating func streamState(_ state: StreamState) { stream.state(state) }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    stream.group(name, state)
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) { stream.pending(entry) }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    stream.consumer(name, state)
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) { stream.owned(id) }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) { stream.givenBack(id) }

  mutating func streamIdempotence(_ state: StreamIdempotence) { stream.idempotence = state }

  mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
  ) {
    stream.message(from: producer, message, id)
  }
}
