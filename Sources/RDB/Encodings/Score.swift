public import BinaryInput

extension FormatRule {
  /// A score is not a number.
  public static let score = FormatRule("score")
  /// The text of a score is a number only for servers: hexadecimal, with blanks before it or other things behind.
  public static let scoreForm = FormatRule("score-form")
}

/// The score of a sorted set's member, in the three forms that files have.
enum Score {
  /// Reads the text form of type 3 (`rdbLoadDoubleValue`): a length, or 253 for NaN, 254 and 255 for ±∞.
  static func text(_ reader: inout ByteReader) throws(FormatError) -> Double {
    let offset = reader.offset
    switch try reader.byte() {
    case 255: return -.infinity
    case 254: return .infinity
    case 253: throw notANumber(at: offset)
    case let length:
      let text = try reader.take(Int(length))
      if let score = parseDouble(text) { return score }
      guard let score = scanDouble(text) else { throw notANumber(at: offset) }
      reader.note(.scoreText, at: offset)
      return score
    }
  }

  /// Reads the binary form of type 5 (`rdbLoadBinaryDoubleValue`).
  static func binary(_ reader: inout ByteReader) throws(FormatError) -> Double {
    let offset = reader.offset
    let score = try reader.double()
    guard !score.isNaN else { throw notANumber(at: offset) }
    return score
  }

  /// The score in an entry of a listpack or ziplist (`zzlGetScore`): an integer or text.
  static func packed(_ entry: borrowing EncodedString, at offset: Int) throws(FormatError) -> Double
  {
    switch entry {
    case .integer(let value): return Double(value)
    case .plain(let text):
      guard let score = parseDouble(text) else { throw notANumber(at: offset) }
      return score
    case .compressed: throw notANumber(at: offset)
    }
  }

  private static func notANumber(at offset: Int) -> FormatError {
    .malformed(.score, "the score is not a number", at: offset)
  }
}
