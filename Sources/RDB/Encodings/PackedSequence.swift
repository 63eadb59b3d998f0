public import BinaryInput

extension FormatRule {
  /// A packed hash or sorted set ends in the middle of a pair.
  public static let packedPairs = FormatRule("packed-pairs")
}

/// A flat run of strings and integers in one block of bytes: a listpack or a ziplist.
protocol PackedSequence: ~Escapable {
  /// Reads the next entry; nil after the last one, when the block turned out to be sound to its end.
  @_lifetime(copy self)
  mutating func next() throws(FormatError) -> EncodedString?

  /// How many entries have been read.
  var entriesRead: Int { get }

  /// The offset in the input of the next entry.
  var offset: Int { get }
}

extension PackedSequence where Self: ~Escapable {
  /// Reads an entry that must be there because another one announced it.
  @_lifetime(copy self)
  mutating func expectNext(_ what: String, at offset: Int) throws(FormatError) -> EncodedString {
    guard let entry = try next() else {
      throw .malformed(.packedPairs, "the last \(what) is missing", at: offset)
    }
    return entry
  }

  /// Reads an entry that must hold an integer.
  mutating func expectInteger(
    _ rule: FormatRule, _ what: String, at offset: Int
  ) throws(FormatError) -> Int64 {
    guard case .integer(let value)? = try next() else {
      throw .malformed(rule, "\(what) is not an integer", at: offset)
    }
    return value
  }
}
