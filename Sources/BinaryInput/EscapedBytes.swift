/// Bytes from outside as text that is safe on a terminal, in a log and in a report.
///
/// Key names are attacker-controlled: whatever is not a printable character of valid UTF-8 appears as
/// `\xHH`, the double quote and the backslash with a backslash before them. Characters that change how
/// their neighbours are shown (bidirectional controls, zero-width ones) count as not printable.
public struct EscapedBytes: CustomStringConvertible, Sendable {
  /// The text.
  public let description: String

  /// Escapes `bytes`, of which at most `limit` are shown; a longer one ends in `…` and its length.
  public init(_ bytes: [UInt8], limit: Int = .max) {
    self.init(bytes.span, limit: limit)
  }

  /// Makes a sentence safe to show: its quotes and backslashes stay as they are.
  public init(sentence: String) {
    let bytes = Array(sentence.utf8)
    self.init(bytes.span, limit: .max, escapesQuotes: false)
  }

  /// Escapes borrowed bytes, of which at most `limit` are shown.
  public init(_ bytes: Span<UInt8>, limit: Int = .max) {
    self.init(bytes, limit: limit, escapesQuotes: true)
  }

  private init(_ bytes: Span<UInt8>, limit: Int, escapesQuotes: Bool) {
    var text = ""
    var position = 0
    let shown = min(bytes.count, limit)
    while position < shown {
      if let (scalar, length) = Self.scalar(in: bytes, at: position), Self.isPrintable(scalar) {
        if escapesQuotes && (scalar == "\"" || scalar == "\\") { text += "\\" }
        text.unicodeScalars.append(scalar)
        position += length
      } else {
        text += Self.hexEscape(bytes[position])
        position += 1
      }
    }
    if position < bytes.count { text += "… (\(bytes.count) bytes)" }
    description = text
  }

  private static func hexEscape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
  }

  /// Decodes one scalar of well-formed UTF-8 (no overlong form, no surrogate), or nothing.
  private static func scalar(in bytes: Span<UInt8>, at position: Int) -> (Unicode.Scalar, Int)? {
    let first = bytes[position]
    let length: Int
    var value: UInt32
    switch first {
    case 0x00...0x7F: return (Unicode.Scalar(first), 1)
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard length <= bytes.count - position else { return nil }
    for index in 1..<length {
      let byte = bytes[position + index]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  /// Whether a scalar is shown as itself and leaves its neighbours alone.
  public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    if scalar.properties.isDefaultIgnorableCodePoint { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default:
      return true
    }
  }
}
