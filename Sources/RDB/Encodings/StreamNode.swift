public import BinaryInput

extension FormatRule {
  /// A stream's node has nothing in it, not even a master entry.
  public static let streamEmptyNode = FormatRule("stream-empty-node")
  /// A stream's node does not follow the grammar of master entry and entries.
  public static let streamNode = FormatRule("stream-node")
}

/// One node of a stream: a listpack of a master entry and entries that refer to it (`t_stream.c`).
///
///     count, deleted, number of fields, field names …, 0
///     entry: flags, ms and sequence relative to the node's id, fields and values, number of listpack
///     entries before this one
///
/// Checked as the server's deep mode does (`streamValidateListpackIntegrity`).
struct StreamNode: ~Escapable {
  private static let deletedFlag: Int64 = 1
  private static let sameFieldsFlag: Int64 = 2

  private var listpack: Listpack
  private let id: StreamID
  private let live: Control
  private let deleted: Control
  /// Where the names of the master entry's fields begin.
  private let masterFields: Listpack
  private let masterFieldCount: Int64

  /// A number of the grammar, and where it stands.
  fileprivate struct Control {
    let value: Int64
    let offset: Int
  }

  var entriesRead: Int { listpack.entriesRead }

  /// Opens the node `block` with the id `id`.
  @_lifetime(copy block)
  init(_ block: Span<UInt8>, id: StreamID, at base: Int) throws(FormatError) {
    var listpack = try Listpack(block, at: base)
    guard !listpack.isEmpty else {
      throw .malformed(.streamEmptyNode, "the node is empty", at: listpack.offset)
    }
    live = try listpack.control("the number of entries")
    deleted = try listpack.control("the number of deleted entries")
    let fields = try listpack.count("the number of fields")
    masterFieldCount = fields
    masterFields = listpack
    try listpack.skip(fields)
    let end = try listpack.control("the end of the master entry")
    guard end.value == 0 else {
      throw .malformed(
        .streamNode, "the master entry does not end after its fields", at: end.offset)
    }
    self.listpack = listpack
    self.id = id
  }

  /// The id of the first live entry that was read.
  private(set) var firstLive: StreamID?

  /// Reads the entries, of which the live ones go to the visitor.
  mutating func visit<V: ValueVisitor & ~Copyable>(
    _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    var deletedSeen: Int64 = 0
    let (total, overflow) = live.value.addingReportingOverflow(deleted.value)
    guard live.value >= 0, deleted.value >= 0, !overflow else {
      throw .malformed(.streamNode, "the node's counts are impossible", at: live.offset)
    }
    var index: Int64 = 0
    while index < total {
      if try visitEntry(&visitor, &scratch) { deletedSeen += 1 }
      index += 1
    }
    let end = listpack.offset
    guard try listpack.next() == nil else {
      throw .malformed(.streamNode, "data follow the node's last entry", at: end)
    }
    guard deletedSeen == deleted.value else {
      throw .malformed(
        .streamNode,
        "the node says that \(deleted.value) entries are deleted, \(deletedSeen) are",
        at: deleted.offset)
    }
  }

  /// Reads one entry; returns whether it is a deleted one.
  private mutating func visitEntry<V: ValueVisitor & ~Copyable>(
    _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) -> Bool {
    let flags = try listpack.control("the flags of an entry").value
    let milliseconds = try listpack.control("the time of an entry").value
    let sequence = try listpack.control("the sequence number of an entry").value
    let isDeleted = flags & Self.deletedFlag != 0
    let hasMasterFields = flags & Self.sameFieldsFlag != 0
    let fields = hasMasterFields ? masterFieldCount : try listpack.count("the number of fields")
    if !isDeleted {
      let entry = StreamID(
        milliseconds: id.milliseconds &+ UInt64(bitPattern: milliseconds),
        sequence: id.sequence &+ UInt64(bitPattern: sequence))
      firstLive = firstLive ?? entry
      try visitor.streamEntry(entry)
    }
    var names = masterFields
    var read: Int64 = 0
    while read < fields {
      let offset = listpack.offset
      let name =
        hasMasterFields
        ? try names.expectNext("field name", at: offset)
        : try listpack.expectNext("field name", at: offset)
      let value = try listpack.expectNext("value", at: offset)
      if !isDeleted {
        try name.expand(into: &scratch.first)
        try value.expand(into: &scratch.second)
        try visitor.streamField(
          name.bytes(from: scratch.first), value: value.bytes(from: scratch.second))
      }
      read += 1
    }
    // Every field read above took an entry of the listpack, so the sums below are small.
    let expected = hasMasterFields ? fields + 3 : 2 * fields + 4
    let length = try listpack.control("the length of an entry")
    guard length.value == expected else {
      throw .malformed(
        .streamNode, "the entry does not state its \(expected) listpack entries",
        at: length.offset)
    }
    return isDeleted
  }
}

extension Listpack {
  fileprivate mutating func control(_ what: String) throws(FormatError) -> StreamNode.Control {
    let offset = offset
    return StreamNode.Control(
      value: try expectInteger(.streamNode, what, at: offset), offset: offset)
  }

  /// Reads a number that can't be negative.
  fileprivate mutating func count(_ what: String) throws(FormatError) -> Int64 {
    let count = try control(what)
    guard count.value >= 0 else {
      throw .malformed(.streamNode, "\(what) is negative", at: count.offset)
    }
    return count.value
  }

  fileprivate mutating func skip(_ count: Int64) throws(FormatError) {
    var skipped: Int64 = 0
    while skipped < count {
      _ = try expectNext("field name", at: offset)
      skipped += 1
    }
  }
}
