/// Decodes UTF-8 from bytes that may be anything.
enum UTF8Scalar {
  /// The scalar at `position` and how many bytes it takes; nil if none is well-formed there: no overlong
  /// form, no surrogate.
  static func decode(_ bytes: Span<UInt8>, at position: Int) -> (Unicode.Scalar, Int)? {
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

  /// How many bytes at `position` one U+FFFD stands for: the longest beginning of a well-formed sequence, or
  /// one byte (Unicode, "maximal subparts"; what Swift's `String(decoding:)` does).
  static func lengthOfBrokenSequence(_ bytes: Span<UInt8>, at position: Int) -> Int {
    let first = bytes[position]
    let length: Int
    let second: ClosedRange<UInt8>
    switch first {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 1
    }
    guard position + 1 < bytes.count, second.contains(bytes[position + 1]) else { return 1 }
    var count = 2
    while count < length, position + count < bytes.count, bytes[position + count] & 0xC0 == 0x80 {
      count += 1
    }
    return count
  }
}
