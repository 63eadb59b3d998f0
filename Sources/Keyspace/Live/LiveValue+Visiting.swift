internal import BinaryInput
internal import RDB

extension LiveValue {
  /// Tells `visitor` what the value consists of, as decoding it from a file would. A string that is still in
  /// the log is read from `strings`.
  ///
  /// - Throws: what the visitor throws; `FormatError` if the log has changed since it was read.
  func decode<V: ValueVisitor & ~Copyable>(
    into visitor: inout V, from strings: LoggedStrings, scratch: inout ValueScratch
  ) throws(FormatError) {
    switch self {
    case .integer(let number):
      var text = ScratchBuffer()
      text.setDecimal(number)
      try visitor.string(text.bytes)
    case .string(let bytes): try visitor.string(bytes.span)
    case .logged(let string):
      let bytes = try strings.bytes(of: string)
      try visitor.string(bytes.span)
    case .list(let box):
      let list = box.value
      var position = list.first
      while let current = position {
        let element = list.element(at: current)
        try visitor.listElement(element.span)
        position = list.position(after: current)
      }
    case .set(let box):
      let members = box.value
      var place = members.first
      while let current = place {
        try visitor.setMember(members.key(at: current))
        place = members.place(after: current)
      }
    case .sortedSet(let box):
      let members = box.value
      var place = members.first
      while let current = place {
        try visitor.sortedSetMember(
          members.member(at: current), score: members.score(at: current))
        place = members.place(after: current)
      }
    case .hash(let box):
      let fields = box.value
      var place = fields.first
      while let current = place {
        try visitor.hashField(
          fields.field(at: current), value: fields.value(at: current),
          expiry: fields.expiry(at: current))
        place = fields.place(after: current)
      }
    case .stream(let box): try box.value.visit(&visitor)
    case .opaque(let box):
      let opaque = box.value
      try RDBValue(type: opaque.type, bytes: opaque.bytes.span, at: opaque.offset)
        .decode(into: &visitor, scratch: &scratch)
    }
  }
}

extension LiveStream {
  fileprivate func visit<V: ValueVisitor & ~Copyable>(_ visitor: inout V) throws(FormatError) {
    var position = entries.first
    while let current = position {
      let element = entries.element(at: current)
      let entry = element.span
      try visitor.streamEntry(Self.id(of: entry))
      let fields = Self.fields(of: entry)
      for index in stride(from: 0, to: fields.count - 1, by: 2) {
        try visitor.streamField(
          entry.extracting(fields[index]), value: entry.extracting(fields[index + 1]))
      }
      position = entries.position(after: current)
    }
    try visitor.streamState(
      StreamState(
        length: UInt64(length), lastID: lastID, firstID: firstID, maxDeletedID: maxDeletedID,
        entriesAdded: entriesAdded))
    for group in groups { try group.visit(&visitor) }
    for (producer, message, id) in producerMessages {
      try visitor.streamProducerMessage(producer: producer.span, message: message.span, id: id)
    }
    if let idempotence { try visitor.streamIdempotence(idempotence) }
  }
}

extension LiveGroup {
  fileprivate func visit<V: ValueVisitor & ~Copyable>(_ visitor: inout V) throws(FormatError) {
    try visitor.streamGroup(
      name.span,
      StreamGroupState(lastDeliveredID: lastID, entriesRead: entriesRead, pending: pending.count))
    let ids = pending.keys.sorted()
    var owned: [Int: [StreamID]] = [:]
    for id in ids {
      guard let delivery = pending[id] else { continue }
      try visitor.streamPendingEntry(
        StreamPendingEntry(
          id: id, deliveryTime: delivery.time, deliveryCount: delivery.count))
      if let consumer = delivery.consumer { owned[consumer, default: []].append(id) }
    }
    for consumer in consumers {
      let ids = owned[consumer.number] ?? []
      try visitor.streamConsumer(
        consumer.name.span,
        StreamConsumerState(
          seenTime: consumer.seenTime, activeTime: consumer.activeTime, pending: ids.count))
      for id in ids { try visitor.streamConsumerPendingEntry(id) }
    }
    for id in ids where pending[id]?.isGivenBack == true {
      try visitor.streamNegativelyAcknowledged(id)
    }
  }
}
