/// The bytes that hexadecimal digits stand for, as the format's reference writes them.
///
/// Text in double quotes stands for itself; blanks, line ends and `|` only separate.
public func hex(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var high: UInt8?
  var isQuoted = false
  for byte in text.utf8 {
    if byte == UInt8(ascii: "\"") {
      isQuoted.toggle()
    } else if isQuoted {
      bytes.append(byte)
    } else if let digit = Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) {
      if let upper = high {
        bytes.append(upper << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    } else {
      precondition(high == nil && " |\n".utf8.contains(byte), "no hexadecimal bytes: \(text)")
    }
  }
  precondition(high == nil && !isQuoted, "half a byte, or an open quote: \(text)")
  return bytes
}

/// Hexadecimal digits for `bytes`, to be shown when a test fails.
public func hexText(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// The `width` low bytes of a number, least significant first.
public func littleEndian(_ value: Int64, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
}

/// The `width` low bytes of a number, most significant first.
public func bigEndian(_ value: UInt64, _ width: Int) -> [UInt8] {
  littleEndian(Int64(bitPattern: value), width).reversed()
}
