public import BinaryInput

/// What a decoded value consists of, told in the order in which the file has it.
///
/// Spans are borrowed: they end with the call. A visitor implements what it is interested in; the rest
/// does nothing. Values are logical: how the file encodes them makes no difference here.
public protocol ValueVisitor: ~Copyable {
  /// Whether the elements of values are wanted; without, they are parsed and not expanded.
  static var readsElements: Bool { get }
  /// Whether the strings are wanted that the value stands in the file as; they are not expanded.
  static var readsParts: Bool { get }

  /// A string of the value as the file has it: an element, or a block of packed ones.
  mutating func part(_ string: EncodedString, _ part: ValuePart) throws(FormatError)

  /// The bytes of a string.
  mutating func string(_ value: Span<UInt8>) throws(FormatError)
  /// The next element of a list, from head to tail.
  mutating func listElement(_ element: Span<UInt8>) throws(FormatError)
  /// A member of a set.
  mutating func setMember(_ member: Span<UInt8>) throws(FormatError)
  /// A member of a sorted set.
  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) throws(FormatError)
  /// A field of a hash; `expiry` is in Unix milliseconds.
  mutating func hashField(
    _ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) throws(FormatError)

  /// A live entry of a stream begins; its fields follow.
  mutating func streamEntry(_ id: StreamID) throws(FormatError)
  /// A field of the stream entry that began last.
  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) throws(FormatError)
  /// What a stream remembers beside its entries; comes after them.
  mutating func streamState(_ state: StreamState) throws(FormatError)
  /// A consumer group begins; its pending entries and consumers follow.
  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) throws(FormatError)
  /// An entry that was delivered to the group and not acknowledged.
  mutating func streamPendingEntry(_ entry: StreamPendingEntry) throws(FormatError)
  /// A consumer of the group begins; the ids that it owns follow.
  mutating func streamConsumer(
    _ name: Span<UInt8>, _ state: StreamConsumerState) throws(FormatError)
  /// A pending entry that the consumer named last owns.
  mutating func streamConsumerPendingEntry(_ id: StreamID) throws(FormatError)
  /// A pending entry of the group that was given back (Redis 8.8).
  mutating func streamNegativelyAcknowledged(_ id: StreamID) throws(FormatError)
  /// How a stream recognizes repeated messages (Redis 8.6); its producers follow.
  mutating func streamIdempotence(_ state: StreamIdempotence) throws(FormatError)
  /// A message that a producer has sent (Redis 8.6).
  mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID) throws(FormatError)

  /// Where the next insertion into an array goes (Redis 8.8); absent if it has none.
  mutating func arrayCursor(_ cursor: UInt64) throws(FormatError)
  /// An element of an array, as the text that commands show (Redis 8.8).
  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) throws(FormatError)

  /// A value that only its module can interpret; `bytes` are as the file has them.
  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) throws(FormatError)
}

// Each does nothing, as the protocol says.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension ValueVisitor where Self: ~Copyable {
  public static var readsElements: Bool { true }
  public static var readsParts: Bool { false }
  /// Whether what a stream remembers beside its entries is wanted.
  static var readsState: Bool { readsElements || readsParts }
  public mutating func part(_ string: EncodedString, _ part: ValuePart) throws(FormatError) {}
  public mutating func string(_ value: Span<UInt8>) throws(FormatError) {}
  public mutating func listElement(_ element: Span<UInt8>) throws(FormatError) {}
  public mutating func setMember(_ member: Span<UInt8>) throws(FormatError) {}
  public mutating func sortedSetMember(
    _ member: Span<UInt8>, score: Double
  ) throws(FormatError) {}
  public mutating func hashField(
    _ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?
  ) throws(FormatError) {}
  public mutating func streamEntry(_ id: StreamID) throws(FormatError) {}
  public mutating func streamField(
    _ name: Span<UInt8>, value: Span<UInt8>
  ) throws(FormatError) {}
  public mutating func streamState(_ state: StreamState) throws(FormatError) {}
  public mutating func streamGroup(
    _ name: Span<UInt8>, _ state: StreamGroupState
  ) throws(FormatError) {}
  public mutating func streamPendingEntry(_ entry: StreamPendingEntry) throws(FormatError) {}
  public mutating func streamConsumer(
    _ name: Span<UInt8>, _ state: StreamConsumerState
  ) throws(FormatError) {}
  public mutating func streamConsumerPendingEntry(_ id: StreamID) throws(FormatError) {}
  public mutating func streamNegativelyAcknowledged(_ id: StreamID) throws(FormatError) {}
  public mutating func streamIdempotence(_ state: StreamIdempotence) throws(FormatError) {}
  public mutating func streamProducerMessage(
    producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
  ) throws(FormatError) {}
  public mutating func arrayCursor(_ cursor: UInt64) throws(FormatError) {}
  public mutating func arrayElement(
    at index: UInt64, _ element: Span<UInt8>
  ) throws(FormatError) {}
  public mutating func moduleValue(
    _ module: ModuleType, bytes: Span<UInt8>
  ) throws(FormatError) {}
}

/// What a string in a file is to the value that it is a part of.
public enum ValuePart: Equatable, Sendable {
  /// A string value, an element, or one of the two strings of a pair: a server stores it by itself.
  case element
  /// Packed elements: a listpack, ziplist, intset or zipmap, whole or as a node of a list.
  case packed
  /// A single large element that is a node of a list.
  case plainNode
  /// A node of a stream: a listpack of entries that follow this id.
  case streamNode(StreamID)
}

/// Moves over a value: the structure is read, nothing is expanded.
struct SkippingVisitor: ValueVisitor {
  static var readsElements: Bool { false }
}

/// The buffers that decoding a value needs, to be reused from one value to the next.
public struct ValueScratch: ~Copyable {
  /// A packed encoding that was compressed.
  var blob = ScratchBuffer()
  /// The strings of the element at hand.
  var element = ElementScratch()

  /// Creates empty buffers.
  public init() {}
}

/// The buffers for the strings of one element.
struct ElementScratch: ~Copyable {
  /// The first string of a pair, or the only one.
  var first = ScratchBuffer()
  /// The second string of a pair.
  var second = ScratchBuffer()
}
