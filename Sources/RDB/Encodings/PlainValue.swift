internal import BinaryInput

/// Values that stand in the file element by element: types 0 to 5.
enum PlainValue {
  /// Type 0: one string.
  static func string<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let value = try EncodedString(parsing: &reader)
    if V.readsParts { try visitor.part(value, .element) }
    guard V.readsElements else { return }
    try visitor.string(try value.bytes(in: &scratch.first))
  }

  /// Type 1: a count, elements from head to tail.
  static func list<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    for _ in 0..<(try reader.count()) {
      let element = try EncodedString(parsing: &reader)
      if V.readsParts { try visitor.part(element, .element) }
      guard V.readsElements else { continue }
      try visitor.listElement(try element.bytes(in: &scratch.first))
    }
  }

  /// Type 2: a count, members in no order.
  static func set<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    for _ in 0..<(try reader.count()) {
      let member = try EncodedString(parsing: &reader)
      if V.readsParts { try visitor.part(member, .element) }
      guard V.readsElements else { continue }
      try visitor.setMember(try member.bytes(in: &scratch.first))
    }
  }

  /// Types 3 and 5: a count, members with scores, as text or binary.
  static func sortedSet<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, binaryScores: Bool, _ visitor: inout V,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    for _ in 0..<(try reader.count()) {
      let member = try EncodedString(parsing: &reader)
      if V.readsParts { try visitor.part(member, .element) }
      let score = binaryScores ? try Score.binary(&reader) : try Score.text(&reader)
      guard V.readsElements else { continue }
      try visitor.sortedSetMember(try member.bytes(in: &scratch.first), score: score)
    }
  }

  /// Type 4: a count, fields with values.
  static func hash<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    for _ in 0..<(try reader.count()) {
      let field = try EncodedString(parsing: &reader)
      let value = try EncodedString(parsing: &reader)
      if V.readsParts {
        try visitor.part(field, .element)
        try visitor.part(value, .element)
      }
      guard V.readsElements else { continue }
      try field.expand(into: &scratch.first)
      try value.expand(into: &scratch.second)
      try visitor.hashField(
        field.bytes(from: scratch.first), value: value.bytes(from: scratch.second),
        expiry: nil)
    }
  }
}
