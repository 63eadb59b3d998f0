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
    let shown = min(bytes.count, limit)
    var position = 0
    while position < shown, Self.isPlain(bytes[position]) { position += 1 }
    // Most texts are nothing but plain characters.
    var text = unsafe bytes.extracting(0..<position).withUnsafeBufferPointer {
      unsafe String(decoding: $0, as: UTF8.self)
    }
    while position < shown {
      if let (scalar, length) = UTF8Scalar.decode(bytes, at: position), Self.isPrintable(scalar) {
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

  /// Whether a byte is a character of ASCII that is always shown as itself.
  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func hexEscape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
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
