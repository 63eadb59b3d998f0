public import BinaryInput

extension FormatRule {
  /// The expiry of a hash field is out of its range.
  public static let fieldExpiry = FormatRule("field-expiry")
  /// The fields of a packed hash are not in the order of their expiries.
  public static let fieldExpiryOrder = FormatRule("field-expiry-order")
}

/// Hashes whose fields can expire, one by one: Redis 7.4 and Valkey 9.0, and the 7.4 release candidates.
enum ExpiringHash {
  /// The latest expiry that Redis allows, in Unix milliseconds (`EB_EXPIRE_TIME_MAX`).
  static let latestExpiry: Int64 = (1 << 48) - 1

  /// Types 24 and 22: expiry, field, value; in type 24 relative to the smallest expiry, plus one.
  static func metadata<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, relative: Bool, _ visitor: inout V,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let smallest = relative ? try reader.int64() : 0
    for _ in 0..<(try reader.count()) {
      let offset = reader.offset
      let stated = try reader.length()
      let field = try EncodedString(parsing: &reader)
      let value = try EncodedString(parsing: &reader)
      if V.readsParts {
        try visitor.part(field, .element)
        try visitor.part(value, .element)
      }
      guard V.readsElements else { continue }
      let expiry: Int64? =
        stated == 0 ? nil : try absolute(stated, after: relative ? smallest : 1, at: offset)
      try field.expand(into: &scratch.first)
      try value.expand(into: &scratch.second)
      try visitor.hashField(
        field.bytes(from: scratch.first), value: value.bytes(from: scratch.second),
        expiry: expiry)
    }
  }

  /// Type 22 of Valkey: field, value, expiry; −1 is none.
  static func valkey<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    for _ in 0..<(try reader.count()) {
      let field = try EncodedString(parsing: &reader)
      let value = try EncodedString(parsing: &reader)
      if V.readsParts {
        try visitor.part(field, .element)
        try visitor.part(value, .element)
      }
      let offset = reader.offset
      let expiry = try reader.int64()
      guard expiry >= -1 else {
        throw .malformed(.fieldExpiry, "a field can't expire at \(expiry)", at: offset)
      }
      guard V.readsElements else { continue }
      try field.expand(into: &scratch.first)
      try value.expand(into: &scratch.second)
      try visitor.hashField(
        field.bytes(from: scratch.first), value: value.bytes(from: scratch.second),
        expiry: expiry == -1 ? nil : expiry)
    }
  }

  /// The listpack of types 25 and 23: field, value, expiry (0 is none), those that expire first come first.
  static func listpack<V: ValueVisitor & ~Copyable>(
    _ listpack: inout Listpack, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    var previous: Int64 = 0
    while let field = try listpack.next() {
      let offset = listpack.offset
      let value = try listpack.expectNext("value", at: offset)
      let expiryOffset = listpack.offset
      let expiry = try listpack.expectInteger(
        .fieldExpiry, "the expiry of a field", at: expiryOffset)
      guard (0...latestExpiry).contains(expiry) else {
        throw .malformed(.fieldExpiry, "a field can't expire at \(expiry)", at: expiryOffset)
      }
      // hashTypeValidateIntegrity: ascending, and none of those without an expiry before one with.
      let isInOrder = expiry == 0 || (previous != .max && expiry >= previous)
      guard isInOrder else {
        throw .malformed(
          .fieldExpiryOrder,
          "a field that expires at \(expiry) stands behind one that expires later",
          at: expiryOffset)
      }
      previous = expiry == 0 ? .max : expiry
      try field.expand(into: &scratch.first)
      try value.expand(into: &scratch.second)
      try visitor.hashField(
        field.bytes(from: scratch.first), value: value.bytes(from: scratch.second),
        expiry: expiry == 0 ? nil : expiry)
    }
  }

  private static func absolute(
    _ stated: UInt64, after smallest: Int64, at offset: Int
  ) throws(FormatError) -> Int64 {
    let (expiry, overflow) = smallest.addingReportingOverflow(
      Int64(clamping: stated) &- 1)
    guard !overflow, stated <= UInt64(Int64.max), (0...latestExpiry).contains(expiry) else {
      throw .malformed(
        .fieldExpiry, "a field can't expire \(stated - 1) ms after \(smallest)", at: offset)
    }
    return expiry
  }
}
