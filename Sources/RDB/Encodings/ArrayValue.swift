public import BinaryInput

extension FormatRule {
  /// An array of Redis 8.8 is empty, or an element has a tag or length that does not exist.
  public static let arrayElement = FormatRule("array-element")
}

/// Type 28: the array of Redis 8.8, sparse, with elements of four kinds.
enum ArrayValue {
  static func parse<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let start = reader.offset
    let count = try reader.count()
    guard count > 0 else { throw .malformed(.arrayElement, "the array is empty", at: start) }
    switch try reader.length() {
    case 0: break
    case 1:
      let cursor = try reader.length()
      if V.readsElements { try visitor.arrayCursor(cursor) }
    case let flag:
      throw .malformed(.arrayElement, "\(flag) is no array flag", at: reader.offset - 1)
    }
    for _ in 0..<count {
      let indexOffset = reader.offset
      let index = try reader.length()
      guard index < .max else {
        throw .malformed(.arrayElement, "index 2^64 - 1 does not exist", at: indexOffset)
      }
      try element(at: index, &reader, &visitor, &scratch)
    }
  }

  private static func element<V: ValueVisitor & ~Copyable>(
    at index: UInt64, _ reader: inout ByteReader, _ visitor: inout V,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let offset = reader.offset
    let tag = try reader.length()
    switch tag {
    case 0, 3:
      let textOffset = reader.offset
      let text = try EncodedString(parsing: &reader)
      if V.readsParts { try visitor.part(text, .element) }
      guard tag == 0 || text.count <= 7 else {
        throw .malformed(.arrayElement, "a small string has more than 7 bytes", at: textOffset)
      }
      if V.readsElements {
        try visitor.arrayElement(at: index, try text.bytes(in: &scratch.first))
      }
    case 1:
      scratch.first.setDecimal(try reader.int64())
      if V.readsElements { try visitor.arrayElement(at: index, scratch.first.bytes) }
    case 2:
      let text = Array(String(try reader.double()).utf8)
      if V.readsElements { try visitor.arrayElement(at: index, text.span) }
    default:
      throw .malformed(.arrayElement, "\(tag) is no kind of array element", at: offset)
    }
  }
}
