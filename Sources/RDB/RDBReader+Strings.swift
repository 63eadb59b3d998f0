internal import BinaryInput

extension RDBReader {
  /// Finds the record of a key whose value is a string, in the forms that nearly all records of most files have.
  ///
  /// Returns false for anything else, and at the end of what is in memory: the general way finds out which. It would
  /// find the same here, in several times the time.
  @inline(__always)
  mutating func findString() -> Bool {
    let mayExpire = kinds.hasMilliseconds && attributesOffset == nil
    guard let string = StringOutline(window.bytes, mayExpire: mayExpire) else { return false }
    let offset = window.offset
    if string.type > 0 {
      attributes.expiry = string.expiry
      attributesOffset = offset
    }
    if departure != nil { departure = nil }
    kind = .value(.string)
    start = offset + string.type
    nameStart = offset + string.name
    valueStart = offset + string.value
    end = offset + string.end
    window.consume(string.end)
    return true
  }
}

/// Where the parts of a string's record stand: an expiry in milliseconds or nothing before it, name and value of lengths
/// below 2^14 in their shortest form.
private struct StringOutline {
  /// When the key expires, in Unix milliseconds, if its type does not come first.
  var expiry: Int64 = 0
  var type = 0
  var name: Int
  var value: Int
  var end: Int

  /// An opcode and eight bytes.
  private static let expiryLength = 9

  @inline(__always)
  init?(_ bytes: Span<UInt8>, mayExpire: Bool) {
    guard bytes.count >= Self.expiryLength + 2 else { return nil }
    if bytes[0] == RDBOpcode.expireMilliseconds.rawValue {
      guard mayExpire else { return nil }
      expiry = Int64(bitPattern: bytes.littleEndian64(at: 1))
      type = Self.expiryLength
    }
    guard bytes[type] == RDBValueType.string.rawValue,
      let nameLength = bytes.shortLength(at: type + 1)
    else { return nil }
    name = nameLength.behind
    value = name + nameLength.length
    guard let end = bytes.endOfString(at: value), end <= bytes.count else { return nil }
    self.end = end
  }
}

extension Span<UInt8> {
  /// The length of 6 or 14 bits at `index` and the place behind it; nil if there is another form, one that is longer
  /// than it needs, or the end.
  @inline(__always)
  fileprivate func shortLength(at index: Int) -> (length: Int, behind: Int)? {
    guard index + 1 < count else { return nil }
    let first = self[index]
    if first < 0x40 { return (Int(first), index + 1) }
    guard first < 0x80 else { return nil }
    let length = Int(first & 0x3F) << 8 | Int(self[index + 1])
    return length < 0x40 ? nil : (length, index + 2)
  }

  /// Where the string object at `index` ends, which may be beyond the bytes; nil if it is large or in an unusual form.
  @inline(__always)
  fileprivate func endOfString(at index: Int) -> Int? {
    guard index < count else { return nil }
    switch self[index] {
    case 0xC0: return index + 2
    case 0xC1: return index + 3
    case 0xC2: return index + 5
    case EncodedString.compressedForm:
      guard let compressed = shortLength(at: index + 1),
        let expanded = shortLength(at: compressed.behind)
      else { return nil }
      return expanded.behind + compressed.length
    default:
      return shortLength(at: index).map { $0.behind + $0.length }
    }
  }
}
