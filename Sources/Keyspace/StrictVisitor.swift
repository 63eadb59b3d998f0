public import BinaryInput
internal import Hashing
internal import RDB

extension FormatRule {
  /// A set, a hash or a sorted set has a member or field twice.
  public static let duplicateMember = FormatRule("duplicate-member")
  /// The members of a packed sorted set are not in the order of their scores.
  public static let sortedSetOrder = FormatRule("sorted-set-order")
  /// A list, set, hash or sorted set has no elements.
  public static let emptyKey = FormatRule("empty-key")
}

/// A rule that a value breaks although it can be decoded.
struct Irregularity: Equatable {
  let rule: FormatRule
  let message: String
}

/// Looks at a value for what decoding does not have to notice.
///
/// `begin` before, `end` after the value.
struct StrictVisitor: ValueVisitor, ~Copyable {
  /// What was found in the value at hand; each rule once.
  private(set) var irregularities: [Irregularity] = []
  private(set) var elements = 0
  /// The length in bytes of the longest field or value of a hash.
  private(set) var longest = 0
  private let hasher = FingerprintHasher()
  private var members = FingerprintSet()
  private var previousScore: Double?
  private var previousMember = ScratchBuffer()
  private var stream = StreamCheck()
  /// Whether the value at hand is a packed sorted set, which has an order.
  private var hasOrder = false
  /// Whether decoding has seen to it that no member is there twice: those of an intset ascend.
  private var isUnique = false

  /// Starts on another value.
  mutating func begin(_ type: RDBValueType) {
    if !irregularities.isEmpty { irregularities = [] }
    members.removeAll()
    elements = 0
    longest = 0
    previousScore = nil
    hasOrder = type == .zsetListpack || type == .zsetZiplist
    isUnique = type == .setIntset
    if type.type == .stream { stream = StreamCheck() }
  }

  /// Looks at the value as a whole, once it has been decoded.
  mutating func end(_ type: RDBValueType) {
    switch type.type {
    case .list, .set, .zset, .hash:
      if elements == 0 { note(.emptyKey, "the \(type.type.name) is empty") }
    case .stream:
      for found in stream.finished() { note(found.rule, found.message) }
    case .string, .module, .array: break
    }
  }

  mutating func listElement(_ element: Span<UInt8>) { elements += 1 }

  mutating func setMember(_ member: Span<UInt8>) { checkUnique(member, "member") }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    longest = max(longest, field.count, value.count)
    checkUnique(field, "field")
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    checkUnique(member, "member")
    guard hasOrder else { return }
    if let previousScore, previousScore > score || previousScore == score && !follows(member) {
      let position = elements
      note(.sortedSetOrder, "member \(position) stands behind one with a greater score")
    }
    previousScore = score
    previousMember.set(member)
  }

  mutating func streamEntry(_ id: StreamID) { stream.entry(id) }

  mutating func streamState(_ state: StreamState) { stream.state(state) }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    stream.group([UInt8](copying: name))
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) { stream.pending(entry.id) }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    stream.consumer([UInt8](copying: name))
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) { stream.owned(id) }

  mutating func streamNegativelyAcknowledged(_ id: StreamID) { stream.givenBack(id) }

  /// Whether `member` comes after the previous one in the order of bytes.
  private func follows(_ member: Span<UInt8>) -> Bool {
    let previous = previousMember.bytes
    for index in 0..<min(previous.count, member.count) where previous[index] != member[index] {
      return previous[index] < member[index]
    }
    return previous.count < member.count
  }

  private mutating func checkUnique(_ member: Span<UInt8>, _ what: String) {
    elements += 1
    if !isUnique && !members.insert(hasher.hash(member)) {
      note(.duplicateMember, "\(what) \"\(EscapedBytes(member, limit: 60))\" is there twice")
    }
  }

  @inline(never)
  private mutating func note(_ rule: FormatRule, _ message: @autoclosure () -> String) {
    guard !irregularities.contains(where: { $0.rule == rule }) else { return }
    irregularities.append(Irregularity(rule: rule, message: message()))
  }
}
