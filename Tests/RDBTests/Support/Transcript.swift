import BinaryInput
import RDB

/// Writes down what a value consists of, a line for each call, in the order of the calls.
struct Transcript: ValueVisitor {
  private(set) var lines: [String] = []

  private mutating func add(_ line: String) { lines.append(line) }

  private func text(_ bytes: Span<UInt8>) -> String { EscapedBytes(bytes).description }

  mutating func string(_ value: Span<UInt8>) { add("string \(text(value))") }

  mutating func listElement(_ element: Span<UInt8>) { add("element \(text(element))") }

  mutating func setMember(_ member: Span<UInt8>) { add("member \(text(member))") }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    add("member \(text(member)) \(score)")
  }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    let end = expiry.map { " until \($0)" } ?? ""
    add("field \(text(field)) = \(text(value))\(end)")
  }

  mutating func streamEntry(_ id: StreamID) { add("entry \(id)") }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    add("\(text(name)) = \(text(value))")
  }

  mutating func streamState(_ state: StreamState) {
    add(
      "length \(state.length) last \(state.lastID) first \(state.firstID) "
        + "deleted \(state.maxDeletedID) added \(state.entriesAdded)")
  }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    let read = state.entriesRead.map { "\($0)" } ?? "unknown"
    add("group \(text(name)) at \(state.lastDeliveredID) read \(read) pending \(state.pending)")
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) {
    add("pending \(entry.id) since \(entry.deliveryTime) times \(entry.deliveryCount)")
  }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    let active = state.activeTime.map { "\($0)" } ?? "never"
    add("consumer \(text(name)) seen \(state.seenTime) active \(active) pending \(state.pending)")
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) { add("owns \(id)") }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) { add("given back \(id)") }

  mutating func streamIdempotence(_ state: StreamIdempotence) {
    add(
      "remembers \(state.duration) s \(state.maxEntries) entries "
        + "added \(state.added) repeated \(state.duplicates)")
  }

  mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
  ) {
    add("\(text(producer)) sent \(text(message)) as \(id)")
  }

  mutating func arrayCursor(_ cursor: UInt64) { add("cursor \(cursor)") }

  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) {
    add("[\(index)] = \(text(element))")
  }

  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) {
    add("module \(module.name) \(module.version): \(bytes.count) bytes")
  }
}
