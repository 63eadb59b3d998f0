internal import BinaryInput
internal import RDB

/// Adds up what a value takes in the encoding that its file has, from the lengths of its strings alone:
/// nothing is expanded.
struct FileLayout: ValueVisitor {
  static var readsElements: Bool { false }
  static var readsParts: Bool { true }

  private let type: RDBValueType
  private let sizes: ObjectSizes
  /// The strings that have memory of their own.
  private var strings = 0
  private var stringBytes = 0
  private var blocks = Footprint.zero
  private var stream: StreamFootprint?
  /// How many strings there are, of blocks how many they state; nil if one does not say.
  private(set) var stated: Int? = 0
  /// The length of the longest string that has memory of its own.
  private(set) var longest = 0
  /// Whether all strings are integers as the file has them.
  private(set) var hasIntegersOnly = true
  /// How many strings came before the first that is too long to be packed with others.
  private var stringsBeforeLong: Int?
  /// The bytes of the last block.
  private(set) var packedBytes = 0

  init(_ type: RDBValueType, _ sizes: ObjectSizes) {
    self.type = type
    self.sizes = sizes
    if type.type == .stream { stream = StreamFootprint(sizes) }
  }

  mutating func part(_ string: EncodedString, _ part: ValuePart) {
    switch part {
    case .element:
      let length = string.plausibleCount
      if stringsBeforeLong == nil && length > EncodingRules.longestPacked {
        stringsBeforeLong = strings
      }
      strings += 1
      stringBytes += stringAllocation(length)
      stated = stated.map { $0 + 1 }
      longest = max(longest, length)
      if case .integer = string {} else { hasIntegersOnly = false }
    case .packed:
      packedBytes = string.plausibleCount
      addNode(packedBytes)
      stated = stated.flatMap { sum in type.statedElements(of: string).map { sum + $0 } }
    case .plainNode:
      addNode(string.plausibleCount)
      longest = max(longest, string.plausibleCount)
      stated = stated.map { $0 + 1 }
    case .streamNode(let id):
      stream?.addNode(id, bytes: string.plausibleCount)
    }
  }

  private mutating func addNode(_ bytes: Int) {
    blocks += Footprint(allocation(bytes))
    if type.type == .list { blocks += .structures(sizes.listNode) }
  }

  mutating func streamState(_ state: StreamState) { stated = Int(clamping: state.length) }
  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    stream?.beginGroup(name: name.count)
  }
  mutating func streamPendingEntry(_ entry: StreamPendingEntry) { stream?.addPending(entry.id) }
  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    stream?.beginConsumer(name: name.count)
  }
  mutating func streamConsumerPendingEntry(_ id: StreamID) { stream?.addOwned(id) }

  /// How many elements there are; nil if the headers do not say.
  var elements: Int? {
    switch type.type {
    case .hash where packedBytes == 0: stated.map { $0 / 2 }
    case .module: nil
    default: stated
    }
  }

  /// The old table of a hash whose growth was not over when it was loaded.
  ///
  /// A server packs a hash that is short enough, until the first long string. The table that it makes then has
  /// room for what came before or for what is to come, whichever is more (`rdbLoadObject`), not for both, and
  /// doubles when it is full; each addition moves one bucket that is not empty.
  private var leftBehind: Int {
    let count = strings / 2
    guard let first = stringsBeforeLong, count <= EncodingRules.mostPackedFields else { return 0 }
    let old = tableSlots(count) / 2
    let before = first / 2
    guard count > old, max(tableSlots(before), tableSlots(count - before - 1)) <= old else {
      return 0
    }
    // Of n buckets with n entries, 1 - 1/e are not empty.
    let isMoving = Double(count - old) < 0.63 * Double(old)
    return isMoving && old >= 4 ? allocation(8 * old) : 0
  }

  /// What the value takes; `size` is what it takes in the file.
  consuming func finished(size: Int) -> Footprint {
    let object = Footprint(sizes.object)
    switch type.type {
    case .string: return object + Footprint(stringBytes)
    case .list: return object + .structures(sizes.list) + blocks
    case .set, .hash:
      guard packedBytes == 0 else { return object + blocks }
      guard type.type == .hash else {
        return object + sizes.table(of: strings) + Footprint(stringBytes)
      }
      return object + sizes.table(of: strings / 2) + Footprint(stringBytes + leftBehind)
    case .zset:
      guard packedBytes == 0 else { return object + blocks }
      return object + sizes.skiplist(of: strings) + Footprint(stringBytes)
    case .stream: return object + (stream?.finished() ?? .zero)
    // Only the module knows; the server asks it.
    case .module: return object + Footprint(size)
    case .array: return object + Footprint(size)
    }
  }
}
