public import RDB

/// What changed inside a value.
public struct ValueDifference: Sendable {
  /// What changed, in an order that depends on the values alone; not more than `limit`.
  public internal(set) var changes: [PartChange] = []
  /// How many more parts changed.
  public internal(set) var omitted = 0
  /// Why the changes are coarser than they could be; nil if they are not.
  public internal(set) var note: String?

  /// More changes of a value than this are counted, not listed.
  public static let limit = 1000

  mutating func add(_ part: Part, _ before: Excerpt?, _ after: Excerpt?) {
    guard changes.count < Self.limit else {
      omitted += 1
      return
    }
    changes.append(PartChange(part: part, before: before, after: after))
  }
}

/// How a part of a value differs.
public struct PartChange: Equatable, Sendable {
  /// Which part.
  public let part: Part
  /// What it was; nil if the old value lacks it.
  public let before: Excerpt?
  /// What it is; nil if the new value lacks it.
  public let after: Excerpt?
}

/// A part of a value.
public enum Part: Equatable, Sendable {
  /// All of it.
  case whole
  /// What stands behind so many bytes that both sides have in common.
  case bytes(from: Int)
  /// What stands at a path of a JSON document: `$.rows[3].open`.
  case json(path: String)
  /// An element of a list, by its position on the sides that have it, from 0.
  case element(old: Int?, new: Int?)
  /// A member of a set, or of a sorted set with its score.
  case member([UInt8])
  /// A field of a hash.
  case field([UInt8])
  /// When a field of a hash expires.
  case fieldExpiry([UInt8])
  /// An element of an array (Redis 8.8), by its index.
  case index(UInt64)
  /// Something that a stream or an array remembers beside its contents: `last-id`.
  case property(String)
  /// An entry of a stream.
  case entry(StreamID)
  /// A consumer group, with what it remembers.
  case group([UInt8])
  /// A delivery of a group that was not acknowledged.
  case pending(group: [UInt8], id: StreamID)
  /// A consumer of a group.
  case consumer(group: [UInt8], name: [UInt8])
  /// A message that a stream remembers of a producer (Redis 8.6).
  case message(producer: [UInt8], message: [UInt8])
}

/// A value or a part of one, as far as it is shown.
public enum Excerpt: Equatable, Sendable {
  /// Some of the bytes, where they begin, and how many there are in all.
  case bytes([UInt8], from: Int, size: Int)
  /// The beginning of JSON text, and how many bytes all of it has.
  case json([UInt8], size: Int)
  /// A number, a state: words of ours.
  case text(String)
  /// A moment in Unix milliseconds.
  case time(Int64)
  /// It is there, and that is all.
  case present

  /// Longer values are cut.
  public static let longest = 4096

  init(_ tree: JSONTree) {
    let text = tree.text
    self = .json(Array(text.prefix(Self.longest)), size: text.count)
  }

  init(_ bytes: [UInt8], from start: Int = 0) {
    self = .bytes(
      Array(bytes.dropFirst(start).prefix(Self.longest)), from: start, size: bytes.count)
  }
}
