public import BinaryInput

extension FormatRule {
  /// The key of a stream's node is not a 16-byte id.
  public static let streamNodeKey = FormatRule("stream-node-key")
  /// A stream has two nodes with the same key.
  public static let streamDuplicateNode = FormatRule("stream-duplicate-node")
  /// The nodes of a stream are not in the order of their keys.
  public static let streamNodeOrder = FormatRule("stream-node-order")
  /// A stream states another number of entries than it has.
  public static let streamLength = FormatRule("stream-length")
  /// A stream states entries and has no nodes for them.
  public static let streamNodes = FormatRule("stream-nodes")
  /// The settings by which a stream recognizes repeated messages are out of range.
  public static let streamIdempotence = FormatRule("stream-idempotence")
}

/// Streams, in the five layouts that the server has had: types 15, 19, 21, 26 and 27.
struct StreamValue {
  /// Which layout it is, from 1 (Redis 5.0) to 5 (Redis 8.8).
  let layout: Int

  /// Reads a stream: nodes of entries, what is remembered beside them, groups.
  func parse<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ blob: inout ScratchBuffer,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let offset = reader.offset
    let (nodes, firstLive) = try nodes(&reader, &visitor, &blob, &scratch)
    let state = try state(&reader, firstLive: firstLive)
    guard nodes > 0 || state.length == 0 else {
      throw .malformed(
        .streamNodes, "the stream says it has \(state.length) entries and has no nodes", at: offset)
    }
    if V.readsState { try visitor.streamState(state) }
    var group = 0
    do {
      for _ in 0..<(try reader.count()) {
        try self.group(&reader, of: state, &visitor, &scratch)
        group += 1
      }
    } catch {
      throw error.within("group \(group)")
    }
    if layout >= 4 { try idempotence(&reader, &visitor, &scratch) }
  }

  /// Reads the nodes; returns how many there are, and the id of the first live entry.
  private func nodes<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ blob: inout ScratchBuffer,
    _ scratch: inout ElementScratch
  ) throws(FormatError) -> (count: Int, firstLive: StreamID?) {
    var firstLive: StreamID?
    var previous: StreamID?
    var node = 0
    do throws(FormatError) {
      for _ in 0..<(try reader.count()) {
        let keyOffset = reader.offset
        let id = try nodeKey(&reader)
        if V.readsElements, let previous, id <= previous {
          throw FormatError.malformed(
            id == previous ? .streamDuplicateNode : .streamNodeOrder,
            "node \(id) follows node \(previous)", at: keyOffset)
        }
        previous = id
        let start = reader.offset
        let block = try EncodedString(parsing: &reader)
        if V.readsParts { try visitor.part(block, .streamNode(id)) }
        if V.readsElements {
          let base = reader.offset
          let first = try entries(
            of: block, from: start, to: base, id: id, &visitor, &blob, &scratch)
          firstLive = firstLive ?? first
        }
        node += 1
      }
    } catch {
      throw error.within("stream node \(node)")
    }
    return (node, firstLive)
  }

  /// Reads the entries of the node whose listpack is the string object from `start` to `end`.
  private func entries<V: ValueVisitor & ~Copyable>(
    of block: EncodedString, from start: Int, to end: Int, id: StreamID,
    _ visitor: inout V, _ blob: inout ScratchBuffer, _ scratch: inout ElementScratch
  ) throws(FormatError) -> StreamID? {
    guard case .plain(let bytes) = block else {
      do {
        let bytes = try block.bytes(in: &blob)
        return try entries(in: bytes, at: 0, id: id, &visitor, &scratch)
      } catch {
        throw error.insideExpanded(stringAt: start)
      }
    }
    return try entries(in: bytes, at: end - bytes.count, id: id, &visitor, &scratch)
  }

  private func entries<V: ValueVisitor & ~Copyable>(
    in block: Span<UInt8>, at base: Int, id: StreamID, _ visitor: inout V,
    _ scratch: inout ElementScratch
  ) throws(FormatError) -> StreamID? {
    var node = try StreamNode(block, id: id, at: base)
    do {
      try node.visit(&visitor, &scratch)
    } catch {
      throw error.within("listpack entry \(node.entriesRead)")
    }
    return node.firstLive
  }

  private func nodeKey(_ reader: inout ByteReader) throws(FormatError) -> StreamID {
    let offset = reader.offset
    guard case .plain(let bytes) = try EncodedString(parsing: &reader), bytes.count == 16 else {
      throw .malformed(.streamNodeKey, "the key of a stream node is not 16 bytes long", at: offset)
    }
    var raw = ByteReader(bytes, at: reader.offset - 16)
    return try StreamID(raw: &raw)
  }

  /// Reads what is remembered beside the entries. The first layout lacks most of it, and servers derive
  /// it so (`rdb.c`, RDB_TYPE_STREAM_LISTPACKS).
  private func state(
    _ reader: inout ByteReader, firstLive: StreamID?
  ) throws(FormatError) -> StreamState {
    let length = try reader.length()
    let lastID = try StreamID(lengths: &reader)
    guard layout >= 2 else {
      return StreamState(
        length: length, lastID: lastID, firstID: firstLive ?? .zero, maxDeletedID: .zero,
        entriesAdded: length)
    }
    let firstID = try StreamID(lengths: &reader)
    let maxDeletedID = try StreamID(lengths: &reader)
    return StreamState(
      length: length, lastID: lastID, firstID: firstID, maxDeletedID: maxDeletedID,
      entriesAdded: try reader.length())
  }

  private func group<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, of stream: StreamState, _ visitor: inout V,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let name = try EncodedString(parsing: &reader)
    let lastDelivered = try StreamID(lengths: &reader)
    let entriesRead: UInt64?
    if layout >= 2 {
      // SCG_INVALID_ENTRIES_READ, −1, says that the server does not know.
      let stated = try reader.length()
      entriesRead = stated == .max ? nil : stated
    } else {
      entriesRead = stream.estimatedEntriesRead(upTo: lastDelivered)
    }
    let pending = try reader.count()
    if V.readsState {
      try visitor.streamGroup(
        try name.bytes(in: &scratch.first),
        StreamGroupState(
          lastDeliveredID: lastDelivered, entriesRead: entriesRead, pending: pending))
    }
    for _ in 0..<pending {
      let entry = StreamPendingEntry(
        id: try StreamID(raw: &reader), deliveryTime: try reader.int64(),
        deliveryCount: try reader.length())
      if V.readsState { try visitor.streamPendingEntry(entry) }
    }
    for _ in 0..<(try reader.count()) {
      try consumer(&reader, &visitor, &scratch)
    }
    if layout >= 5 {
      for _ in 0..<(try reader.count()) {
        let id = try StreamID(raw: &reader)
        if V.readsState { try visitor.streamNegativelyAcknowledged(id) }
      }
    }
  }

  private func consumer<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let name = try EncodedString(parsing: &reader)
    let seenTime = try reader.int64()
    let activeTime = layout >= 3 ? try reader.int64() : seenTime
    let pending = try reader.count()
    if V.readsState {
      try visitor.streamConsumer(
        try name.bytes(in: &scratch.first),
        StreamConsumerState(
          seenTime: seenTime, activeTime: activeTime == -1 ? nil : activeTime, pending: pending))
    }
    for _ in 0..<pending {
      let id = try StreamID(raw: &reader)
      if V.readsState { try visitor.streamConsumerPendingEntry(id) }
    }
  }

  private func idempotence<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let start = reader.offset
    let duration = try reader.length()
    let maxEntries = try reader.length()
    guard (1...86_400).contains(duration), (1...10_000).contains(maxEntries) else {
      throw .malformed(
        .streamIdempotence, "\(duration) s and \(maxEntries) entries are out of range", at: start)
    }
    for _ in 0..<(try reader.count()) {
      let producer = try EncodedString(parsing: &reader)
      for _ in 0..<(try reader.count()) {
        let message = try EncodedString(parsing: &reader)
        let id = try StreamID(lengths: &reader)
        if V.readsState {
          try producer.expand(into: &scratch.first)
          try message.expand(into: &scratch.second)
          try visitor.streamProducerMessage(
            producer: producer.bytes(from: scratch.first),
            message: message.bytes(from: scratch.second), id: id)
        }
      }
    }
    let state = StreamIdempotence(
      duration: duration, maxEntries: maxEntries, added: try reader.length(),
      duplicates: try reader.length())
    if V.readsState { try visitor.streamIdempotence(state) }
  }
}

extension StreamState {
  /// What a server assumes that a group has read when the file does not say
  /// (`streamEstimateDistanceFromFirstEverEntry`).
  func estimatedEntriesRead(upTo id: StreamID) -> UInt64? {
    if entriesAdded == 0 { return 0 }
    if length == 0 && id < lastID { return nil }
    if id == lastID { return entriesAdded }
    if id > lastID { return nil }
    if maxDeletedID == .zero || maxDeletedID < firstID {
      if id < firstID { return entriesAdded - length }
      if id == firstID { return entriesAdded - length + 1 }
    }
    return nil
  }
}
