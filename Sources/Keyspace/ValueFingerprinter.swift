public import BinaryInput
public import Hashing
public import RDB

/// Makes the fingerprint of a value as a user sees it, whatever its encoding.
///
/// Sets, hashes and sorted sets have no order, lists and streams have one. Field expiries, stream groups,
/// pending entries and last ids are part of the value; when consumers were last seen is not, for it changes
/// without anybody's data changing. −0 and 0 are the same score.
public struct ValueFingerprinter: ~Copyable {
  private let hasher: FingerprintHasher
  private var strict: Strict<Visitor>
  private var scratch = ValueScratch()

  /// Makes fingerprints with `hasher`; only those of one hasher can be compared.
  public init(_ hasher: FingerprintHasher) {
    self.hasher = hasher
    strict = Strict(Visitor(hasher: hasher))
  }

  /// The fingerprint of a value.
  ///
  /// - Throws: `FormatError` where the value breaks a rule of its encoding.
  public mutating func fingerprint(_ value: borrowing RDBValue) throws(FormatError) -> Fingerprint {
    strict.visitor.reset()
    try value.decodeStrictly(into: &strict, scratch: &scratch)
    return strict.visitor.fingerprint(type: value.type.type)
  }

  /// The fingerprint of a value that a walk visits.
  ///
  /// - Throws: `FormatError` where the value breaks a rule of its encoding.
  public mutating func fingerprint(
    _ value: borrowing SnapshotValue
  ) throws(FormatError) -> Fingerprint {
    strict.visitor.reset()
    try value.decodeStrictly(into: &strict, scratch: &scratch)
    return strict.visitor.fingerprint(type: value.type)
  }

  /// Collects what a value consists of.
  private struct Visitor: ValueVisitor, ~Copyable {
    private let hasher: FingerprintHasher
    /// What has an order.
    private var sequence = Fingerprint.zero
    /// What has none.
    private var sum = Fingerprint.zero
    private var count: UInt64 = 0
    /// The stream group at hand, its pending entries and consumers summed up.
    private var group: Fingerprint?
    private var groupMembers = Fingerprint.zero
    private var consumer: Fingerprint?

    init(hasher: FingerprintHasher) { self.hasher = hasher }

    mutating func reset() {
      (sequence, sum, count) = (.zero, .zero, 0)
      (group, groupMembers, consumer) = (nil, .zero, nil)
    }

    mutating func fingerprint(type: RedisType) -> Fingerprint {
      endGroup()
      return hasher.combine(sequence, sum, count, UInt64(type.rawValue))
    }

    private mutating func append(_ item: Fingerprint) {
      sequence = hasher.combine(sequence, item)
      count += 1
    }

    private mutating func insert(_ item: Fingerprint) {
      sum += item
      count += 1
    }

    mutating func string(_ value: Span<UInt8>) { sequence = hasher.hash(value) }

    mutating func listElement(_ element: Span<UInt8>) { append(hasher.hash(element)) }

    mutating func setMember(_ member: Span<UInt8>) { insert(hasher.hash(member)) }

    mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
      // Adding 0 turns −0 into 0 and changes nothing else.
      insert(hasher.combine(hasher.hash(member), (score + 0).bitPattern, 0))
    }

    mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
      let pair = hasher.combine(hasher.hash(field), hasher.hash(value))
      guard let expiry else { return insert(pair) }
      insert(hasher.combine(pair, UInt64(bitPattern: expiry), 1))
    }

    mutating func streamEntry(_ id: StreamID) { append(hasher.combine(.zero, id)) }

    mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
      append(hasher.combine(hasher.hash(name), hasher.hash(value)))
    }

    mutating func streamState(_ state: StreamState) {
      append(hasher.combine(.zero, state.lastID))
      append(hasher.combine(.zero, state.maxDeletedID))
      append(hasher.combine(.zero, state.entriesAdded, 0))
    }

    mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
      endGroup()
      let read = hasher.combine(
        hasher.hash(name), state.entriesRead ?? 0, state.entriesRead == nil ? 1 : 0)
      group = hasher.combine(read, state.lastDeliveredID)
    }

    mutating func streamPendingEntry(_ entry: StreamPendingEntry) {
      groupMembers += hasher.combine(
        hasher.combine(.zero, entry.id), UInt64(bitPattern: entry.deliveryTime),
        entry.deliveryCount)
    }

    mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
      let hash = hasher.hash(name)
      consumer = hash
      groupMembers += hash
    }

    mutating func streamConsumerPendingEntry(_ id: StreamID) {
      groupMembers += hasher.combine(consumer ?? .zero, id)
    }

    mutating func streamNegativelyAcknowledged(_ id: StreamID) {
      groupMembers += hasher.combine(Fingerprint(low: 1, high: 1), id)
    }

    mutating func streamIdempotence(_ state: StreamIdempotence) {
      append(hasher.combine(.zero, state.duration, state.maxEntries))
    }

    mutating func streamProducerMessage(
      producer: Span<UInt8>, message: Span<UInt8>, id: StreamID
    ) {
      sum += hasher.combine(hasher.combine(hasher.hash(producer), hasher.hash(message)), id)
    }

    mutating func arrayCursor(_ cursor: UInt64) { append(hasher.combine(.zero, cursor, 2)) }

    mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) {
      insert(hasher.combine(hasher.hash(element), index, 0))
    }

    mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) {
      let name = Array(module.name.utf8)
      append(hasher.combine(hasher.hash(name.span), UInt64(module.version), 0))
      append(hasher.hash(bytes))
    }

    private mutating func endGroup() {
      guard let group else { return }
      insert(hasher.combine(group, groupMembers))
      self.group = nil
      groupMembers = .zero
    }
  }
}

extension FingerprintHasher {
  fileprivate func combine(_ first: Fingerprint, _ id: StreamID) -> Fingerprint {
    combine(first, id.milliseconds, id.sequence)
  }
}
