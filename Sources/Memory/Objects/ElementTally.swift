internal import BinaryInput
internal import Keyspace
internal import RDB

/// Counts the elements of a value, whatever its encoding, and adds up what they take packed and unpacked: so
/// what a server makes of it that chooses the encoding itself.
struct ElementTally: ValueVisitor {
  private let rules: EncodingRules
  /// How many elements there are: members, fields, entries.
  private(set) var count = 0
  /// The length of the longest element; of a hash, a field with its value; of a stream entry, all its fields.
  private(set) var largest = 0
  /// The length of the longest string, by which servers decide whether to pack.
  private var longest = 0
  private var stringBytes = 0
  private var packedBytes = 7
  private var integerWidth = 2
  private var hasIntegersOnly = true
  private var list = NodeFilling()
  private var entry = 0
  private var entryBytes = 0
  private var entryID = StreamID.zero
  private var stream: StreamFootprint
  private var streamNode = NodeFilling()
  private var streamNodeID = StreamID.zero
  private var moduleBytes = 0

  init(_ rules: EncodingRules) {
    self.rules = rules
    stream = StreamFootprint(rules.sizes)
  }

  mutating func string(_ value: Span<UInt8>) {
    count = 1
    largest = value.count
  }

  mutating func listElement(_ element: Span<UInt8>) {
    addElement(element.count)
    list.add(packedEntry(element), limit: rules.listNode)
  }

  mutating func setMember(_ member: Span<UInt8>) {
    addElement(member.count)
    addString(member)
    guard hasIntegersOnly else { return }
    guard let integer = canonicalInteger(member) else { return hasIntegersOnly = false }
    integerWidth = max(integerWidth, integer.setWidth)
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    addElement(member.count)
    addString(member)
    packedBytes += packedScore(score, rules.release.scoreText)
  }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    addElement(field.count + value.count)
    addString(field)
    addString(value)
  }

  mutating func streamEntry(_ id: StreamID) {
    closeEntry()
    count += 1
    entryID = id
    entry = 0
    // Flags, time, sequence number and length, with what it takes to read them backwards.
    entryBytes = 12
  }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    entry += name.count + value.count
    entryBytes += packedEntry(value)
  }

  mutating func streamState(_ state: StreamState) {
    closeEntry()
    // The last node of a stream that commands have made keeps its room (STREAM_LISTPACK_MAX_PRE_ALLOCATE).
    closeStreamNode(room: rules.streamNode.bytes)
  }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    stream.beginGroup(name: name.count)
  }
  mutating func streamPendingEntry(_ entry: StreamPendingEntry) { stream.addPending(entry.id) }
  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    stream.beginConsumer(name: name.count)
  }
  mutating func streamConsumerPendingEntry(_ id: StreamID) { stream.addOwned(id) }

  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) {
    addElement(element.count)
    stringBytes += 16 + stringAllocation(element.count)
  }

  mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) { moduleBytes = bytes.count }

  private mutating func addElement(_ length: Int) {
    count += 1
    largest = max(largest, length)
  }

  private mutating func addString(_ string: Span<UInt8>) {
    longest = max(longest, string.count)
    stringBytes += stringAllocation(string.count)
    packedBytes += packedEntry(string)
  }

  private mutating func closeEntry() {
    guard entryBytes > 0 else { return }
    largest = max(largest, entry)
    let isFull =
      streamNode.count == rules.streamNode.entries
      || !streamNode.hasRoom(for: entryBytes, rules.streamNode.bytes)
    if isFull { closeStreamNode() }
    if streamNode.count == 0 { streamNodeID = entryID }
    streamNode.add(entryBytes, limit: .max)
    entryBytes = 0
  }

  private mutating func closeStreamNode(room: Int = 0) {
    guard streamNode.count > 0 else { return }
    stream.addNode(streamNodeID, bytes: max(streamNode.bytes, room))
    streamNode = NodeFilling()
  }
}

extension ElementTally {
  /// What the value takes in a server that chose the encoding by its rules.
  func chosen(_ type: RedisType) -> Footprint {
    let sizes = rules.sizes
    let object = Footprint(sizes.object)
    let strings = Footprint(stringBytes)
    let packed = object + Footprint(allocation(packedBytes))
    switch type {
    case .string: return object + Footprint(stringAllocation(largest))
    case .list: return object + .structures(sizes.list) + list.footprint(sizes)
    case .set:
      if hasIntegersOnly && count <= rules.integerSet {
        return object + Footprint(allocation(8 + count * integerWidth))
      }
      return fits(rules.packedSet) ? packed : object + sizes.table(of: count) + strings
    case .hash: return fits(rules.packedHash) ? packed : object + sizes.table(of: count) + strings
    case .zset:
      return fits(rules.packedSortedSet) ? packed : object + sizes.skiplist(of: count) + strings
    case .stream: return object + stream.finished()
    case .module: return object + Footprint(moduleBytes)
    case .array: return object + strings
    }
  }

  /// What a packed value takes that the server has to unpack.
  func unpacked(_ type: RedisType) -> Footprint {
    let object = Footprint(rules.sizes.object)
    let table = type == .zset ? rules.sizes.skiplist(of: count) : rules.sizes.table(of: count)
    return object + table + Footprint(stringBytes)
  }

  private func fits(_ limit: (entries: Int, longest: Int)) -> Bool {
    count <= limit.entries && longest <= limit.longest
  }
}

/// The nodes of a list, filled one after the other.
private struct NodeFilling {
  private var closed = Footprint.zero
  private var nodes = 0
  /// The bytes of the node at hand, its header and end included.
  private(set) var bytes = 7
  /// How many entries the node at hand has.
  private(set) var count = 0

  func hasRoom(for entry: Int, _ limit: Int) -> Bool { count == 0 || bytes + entry <= limit }

  mutating func add(_ entry: Int, limit: Int) {
    if !hasRoom(for: entry, limit) {
      closed += Footprint(allocation(bytes))
      nodes += 1
      (bytes, count) = (7, 0)
    }
    bytes += entry
    count += 1
  }

  func footprint(_ sizes: ObjectSizes) -> Footprint {
    guard count > 0 else { return closed }
    return closed + Footprint(allocation(bytes)) + .structures(sizes.listNode, count: nodes + 1)
  }
}

/// How many bytes an entry of a listpack takes (`listpack.c`, `lpEncodeGetType`): integers are stored as such.
private func packedEntry(_ string: Span<UInt8>) -> Int {
  if let integer = canonicalInteger(string) { return withBacklength(integer.packedLength) }
  let header = string.count < 64 ? 1 : string.count < 4096 ? 2 : 5
  return withBacklength(header + string.count)
}

/// How many bytes a score takes there: whole numbers as integers, others as text.
private func packedScore(_ score: Double, _ text: ScoreText) -> Int {
  if let integer = Int64(exactly: score) { return withBacklength(integer.packedLength) }
  return withBacklength(1 + text.format(score).utf8.count)
}

private func withBacklength(_ size: Int) -> Int {
  switch size {
  case ..<128: size + 1
  case ..<16_383: size + 2
  case ..<2_097_151: size + 3
  case ..<268_435_455: size + 4
  default: size + 5
  }
}

extension Int64 {
  /// How many bytes an integer takes in a listpack.
  fileprivate var packedLength: Int {
    switch self {
    case 0...127: 1
    case -4096...4095: 2
    case -32_768...32_767: 3
    case -8_388_608...8_388_607: 4
    case -2_147_483_648...2_147_483_647: 5
    default: 9
    }
  }

  /// How wide the members of a set of integers are that has this one.
  fileprivate var setWidth: Int {
    switch self {
    case -32_768...32_767: 2
    case -2_147_483_648...2_147_483_647: 4
    default: 8
    }
  }
}
