internal import BinaryInput

/// Splits a line into words as the server does (`sds.c`, `sdssplitargs`).
///
/// Double quotes allow `\n \r \t \b \a \xHH` and take any other character behind a backslash as it is; single
/// quotes allow `\'` only. A closing quote ends its word, and white space must follow.
public struct QuotedWords {
  /// The words; nil if a quote is not closed, or something follows a closing one.
  public private(set) var words: [[UInt8]]?

  private var rest: ArraySlice<UInt8>

  /// Splits a line.
  public init(_ line: ArraySlice<UInt8>) {
    rest = line
    words = []
    while let word = nextWord() { words?.append(word) }
  }

  /// The next word; nil at the end, and at a mistake, after which `words` is nil.
  private mutating func nextWord() -> [UInt8]? {
    rest = rest.drop { Self.isSpace($0) }
    guard let first = rest.first, first != 0 else { return nil }
    var word: [UInt8] = []
    // A quote may begin in the middle of a word, as in the server.
    while let byte = rest.first, byte != 0, !Self.isSpace(byte) {
      rest.removeFirst()
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
        word.append(byte)
        continue
      }
      guard readQuoted(by: byte, into: &word), rest.first.map(Self.isSpace) ?? true else {
        words = nil
        return nil
      }
      return word
    }
    return word
  }

  /// Reads up to the closing quote; false if there is none.
  private mutating func readQuoted(by quote: UInt8, into word: inout [UInt8]) -> Bool {
    while let byte = rest.popFirst(), byte != 0 {
      if byte == quote { return true }
      guard byte == UInt8(ascii: "\\"), let escaped = rest.first else {
        word.append(byte)
        continue
      }
      if quote == UInt8(ascii: "'") {
        if escaped == quote { rest.removeFirst() }
        word.append(escaped == quote ? quote : byte)
      } else {
        word.append(readEscape())
      }
    }
    return false
  }

  /// Reads what stands behind a backslash in double quotes.
  private mutating func readEscape() -> UInt8 {
    let byte = rest.removeFirst()
    switch byte {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "x"):
      let digits = rest.prefix(2).compactMap(Self.hexDigit)
      guard digits.count == 2 else { return byte }
      rest.removeFirst(2)
      return digits[0] << 4 | digits[1]
    default: return byte
    }
  }

  /// C's `isspace`.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
