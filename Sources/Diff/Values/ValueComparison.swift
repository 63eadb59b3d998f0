internal import BinaryInput
internal import Impact
internal import RDB

/// Compares two values of one type part by part.
struct ValueComparison {
  private let old: CapturedValue
  private let new: CapturedValue
  private(set) var result = ValueDifference()

  /// A list that takes more edits than this is compared position by position.
  static let mostEdits = 500
  /// So many bytes are shown of what stands before a difference.
  private static let shownInCommon = 32

  init(from old: CapturedValue, to new: CapturedValue, _ type: RedisType) {
    self.old = old
    self.new = new
    guard !old.isTooLarge, !new.isTooLarge else {
      result.note = "larger than \(CapturedValue.limit >> 20) MiB: not compared in detail"
      return
    }
    switch type {
    case .string: compareStrings()
    case .list: compareLists()
    case .set, .zset: compareMembers()
    case .hash: compareFields()
    case .stream: compareStreams()
    case .array:
      compareProperties()
      compare(old.elements, new.elements, order: <) {
        .index($0)
      } shown: {
        Excerpt($0)
      }
    case .module:
      compareProperties()
      if old.string != new.string { compareBytes() }
    }
  }

  // MARK: Strings

  private mutating func compareStrings() {
    if let before = JSONTree(old.string), let after = JSONTree(new.string) {
      compare(before, after, "$")
      // Blanks, or a member twice.
      if result.changes.isEmpty {
        result.note = "the same JSON document, written differently"
      }
      return
    }
    compareBytes()
  }

  /// What long values have in common at their beginnings is not shown, but for a little.
  private mutating func compareBytes() {
    let common = zip(old.string, new.string).prefix { $0 == $1 }.count
    let start = common > 2 * Self.shownInCommon ? common - Self.shownInCommon : 0
    result.add(
      start == 0 ? .whole : .bytes(from: start), Excerpt(old.string, from: start),
      Excerpt(new.string, from: start))
  }

  private mutating func compare(_ old: JSONTree?, _ new: JSONTree?, _ path: String) {
    if old == new { return }
    switch (old, new) {
    case (.object(let before), .object(let after)):
      let (one, other) = (Self.byName(before), Self.byName(after))
      for name in Set(one.keys).union(other.keys).sorted(by: Self.precedes) {
        compare(one[name], other[name], path + Self.step(name))
      }
    case (.array(let before), .array(let after)):
      for index in 0..<max(before.count, after.count) {
        compare(
          index < before.count ? before[index] : nil, index < after.count ? after[index] : nil,
          "\(path)[\(index)]")
      }
    default:
      result.add(.json(path: path), old.map { Excerpt($0) }, new.map { Excerpt($0) })
    }
  }

  /// As most readers do: of members with one name the last counts.
  private static func byName(_ members: [JSONTree.Member]) -> [[UInt8]: JSONTree] {
    Dictionary(members.map { ($0.name, $0.value) }) { $1 }
  }

  /// `.name`, or `["a name"]` where that is no word.
  private static func step(_ name: [UInt8]) -> String {
    let isWord =
      !name.isEmpty
      && name.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
      }
    let text = String(decoding: name, as: UTF8.self)
    return isWord ? ".\(text)" : "[\"\(text)\"]"
  }

  // MARK: Collections

  private mutating func compareLists() {
    if let diff = SequenceDiff(from: old.list, to: new.list, most: Self.mostEdits) {
      for edit in diff.edits {
        switch edit {
        case .remove(let index):
          result.add(.element(old: index, new: nil), Excerpt(old.list[index]), nil)
        case .insert(let index):
          result.add(.element(old: nil, new: index), nil, Excerpt(new.list[index]))
        }
      }
      return
    }
    result.note = "more than \(Self.mostEdits) edits: compared position by position"
    for index in 0..<max(old.list.count, new.list.count) {
      let before = index < old.list.count ? old.list[index] : nil
      let after = index < new.list.count ? new.list[index] : nil
      guard before != after else { continue }
      result.add(
        .element(old: before == nil ? nil : index, new: after == nil ? nil : index),
        before.map { Excerpt($0) }, after.map { Excerpt($0) })
    }
  }

  private mutating func compareMembers() {
    compare(old.members, new.members, order: Self.precedes) {
      .member($0)
    } shown: { score in
      guard let score else { return .present }
      return .text("\(score + 0)")
    }
  }

  private mutating func compareFields() {
    compare(
      old.fields.mapValues(\.value), new.fields.mapValues(\.value), order: Self.precedes
    ) {
      .field($0)
    } shown: {
      Excerpt($0)
    }
    compare(
      old.fields.compactMapValues(\.expiry), new.fields.compactMapValues(\.expiry),
      order: Self.precedes
    ) {
      .fieldExpiry($0)
    } shown: {
      .time($0)
    }
  }

  private mutating func compareProperties() {
    let names = old.properties.map(\.name) + new.properties.map(\.name)
    var seen: Set<String> = []
    for name in names where seen.insert(name).inserted {
      let before = old.properties.last { $0.name == name }?.value
      let after = new.properties.last { $0.name == name }?.value
      if before != after {
        result.add(.property(name), before.map { .text($0) }, after.map { .text($0) })
      }
    }
  }

  // MARK: Streams

  private mutating func compareStreams() {
    compare(old.entries, new.entries, order: <) {
      .entry($0)
    } shown: {
      Excerpt($0)
    }
    compareProperties()
    for name in Set(old.groups.keys).union(new.groups.keys).sorted(by: Self.precedes) {
      compare(name, old.groups[name], new.groups[name])
    }
    compare(
      old.messages, new.messages,
      order: { left, right in
        left.producer == right.producer
          ? Self.precedes(left.message, right.message)
          : Self.precedes(left.producer, right.producer)
      }
    ) {
      .message(producer: $0.producer, message: $0.message)
    } shown: {
      .text("\($0)")
    }
  }

  private mutating func compare(
    _ name: [UInt8], _ before: CapturedValue.Group?, _ after: CapturedValue.Group?
  ) {
    let (one, other) = (before.map(Self.text), after.map(Self.text))
    if one != other { result.add(.group(name), one.map { .text($0) }, other.map { .text($0) }) }
    func presence(_ names: Set<[UInt8]>?) -> [[UInt8]: Bool] {
      Dictionary(uniqueKeysWithValues: (names ?? []).map { ($0, true) })
    }
    compare(presence(before?.consumers), presence(after?.consumers), order: Self.precedes) {
      .consumer(group: name, name: $0)
    } shown: { _ in
      .present
    }
    compare(
      (before?.pending ?? [:]).mapValues(Self.text), (after?.pending ?? [:]).mapValues(Self.text),
      order: <
    ) {
      .pending(group: name, id: $0)
    } shown: {
      .text($0)
    }
  }

  private static func text(_ group: CapturedValue.Group) -> String {
    let read = group.state.entriesRead.map { "\($0)" } ?? "unknown"
    return "last delivered \(group.state.lastDeliveredID), entries read \(read)"
  }

  private static func text(_ pending: CapturedValue.Pending) -> String {
    let owner = pending.consumer.map { "\"\(EscapedBytes($0, limit: 200))\"" } ?? "nobody"
    return
      "\(owner), delivered \(pending.count) times, last at \(Timestamp(milliseconds: pending.time))"
  }

  // MARK: What all have in common

  /// Adds what differs between two dictionaries, in the order of their keys.
  private mutating func compare<Key: Hashable, Value: Equatable>(
    _ old: [Key: Value], _ new: [Key: Value], order: (Key, Key) -> Bool,
    _ part: (Key) -> Part, shown: (Value) -> Excerpt
  ) {
    var changed: [Key] = []
    for (key, value) in old where new[key] != value { changed.append(key) }
    for key in new.keys where old[key] == nil { changed.append(key) }
    for key in changed.sorted(by: order) {
      result.add(part(key), old[key].map(shown), new[key].map(shown))
    }
  }

  private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }
}
