internal import BinaryInput
internal import RDB

/// Finds out what of a value takes more than its elements to make.
struct ValueSurvey: ValueVisitor, ~Copyable {
  private var pending: Set<StreamID> = []
  private var deliveries = 0
  private var owned = 0
  /// What no command says; nil if there is nothing of the kind.
  private(set) var obstacle: String?
  /// Whether fields of a hash expire.
  private(set) var hasFieldExpiries = false
  /// Whether a stream says how it would recognize repeated messages, as all do since Redis 8.6.
  private(set) var recognizesMessages = false

  /// The ids of pending entries, in order.
  var pendingIDs: [StreamID] { pending.sorted() }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    if expiry != nil { hasFieldExpiries = true }
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) {
    pending.insert(entry.id)
    deliveries += 1
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) { owned += 1 }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) {
    obstacle = "a stream with entries that were given back"
  }

  mutating func streamIdempotence(_ state: StreamIdempotence) {
    recognizesMessages = true
    if state.added > 0 { obstacle = "a stream that remembers what producers have sent" }
  }

  mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
  ) {
    obstacle = "a stream that remembers what producers have sent"
  }

  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) { obstacle = "an array" }

  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) {
    obstacle = "a value of module \(module.name)"
  }

  /// Ends the value. Servers leave a pending entry without a consumer only where it was given back.
  mutating func finish() {
    if deliveries != owned { obstacle = obstacle ?? "pending entries that no consumer has" }
  }
}
