internal import BinaryInput

/// Which attributes may stand before the type of a string.
struct StringForms: Sendable {
  /// An expiry in milliseconds.
  let mayExpire: Bool
  /// For how long, or how often, the key was used.
  let mayHaveUse: Bool

  init(_ version: RDBVersion) {
    mayExpire = version.number >= RDBOpcode.expireMilliseconds.since
    mayHaveUse = version.number >= max(RDBOpcode.idle.since, RDBOpcode.frequency.since)
  }
}

/// Where the parts of a string's record stand in some bytes: an expiry in milliseconds or nothing before it, then idle
/// time, frequency, or nothing; name and value of lengths below 2^32; all of it in the shortest form.
struct StringOutline {
  var attributes = RDBKeyAttributes()
  var type: Int
  var name: Int
  var value: Int
  var end: Int

  /// An opcode and eight bytes.
  private static let expiryLength = 9

  /// Finds the record at `start`; nil if it is another, or not all of it is there.
  @inline(__always)
  init?(_ bytes: Span<UInt8>, at start: Int, _ forms: StringForms) {
    guard bytes.count &- start >= Self.expiryLength + 2 else { return nil }
    type = start
    if bytes[start] == RDBOpcode.expireMilliseconds.rawValue {
      guard forms.mayExpire else { return nil }
      attributes.expiry = Int64(bitPattern: bytes.littleEndian64(at: start &+ 1))
      type = start &+ Self.expiryLength
    }
    if bytes[type] != RDBValueType.string.rawValue {
      guard forms.mayHaveUse, let use = bytes.use(at: type, &attributes),
        use < bytes.count, bytes[use] == RDBValueType.string.rawValue
      else { return nil }
      type = use
    }
    guard let nameLength = bytes.shortestLength(at: type &+ 1) else { return nil }
    name = nameLength.behind
    value = name &+ nameLength.length
    guard let end = bytes.endOfString(at: value), end <= bytes.count else { return nil }
    self.end = end
  }
}

extension Span<UInt8> {
  /// Takes in the idle time or the frequency at `index`; returns the place behind it, and nil if there is neither.
  @inline(__always)
  fileprivate func use(at index: Int, _ attributes: inout RDBKeyAttributes) -> Int? {
    switch self[index] {
    case RDBOpcode.idle.rawValue:
      guard let idle = shortestLength(at: index &+ 1) else { return nil }
      attributes.idle = UInt64(idle.length)
      return idle.behind
    case RDBOpcode.frequency.rawValue:
      guard index &+ 1 < count else { return nil }
      attributes.frequency = self[index &+ 1]
      return index &+ 2
    default: return nil
    }
  }

  /// The length of 6, 14 or 32 bits at `index` and the place behind it; nil if there is another form, one that is
  /// longer than it needs, or the end.
  @inline(__always)
  fileprivate func shortestLength(at index: Int) -> (length: Int, behind: Int)? {
    guard index &+ 1 < count else { return nil }
    let first = self[index]
    if first < 0x40 { return (Int(first), index &+ 1) }
    guard first < 0x80 else { return longLength(at: index) }
    let length = Int(first & 0x3F) &<< 8 | Int(self[index &+ 1])
    return length < 0x40 ? nil : (length, index &+ 2)
  }

  private func longLength(at index: Int) -> (length: Int, behind: Int)? {
    // RDB_32BITLEN
    guard self[index] == 0x80, index &+ 4 < count else { return nil }
    let length = (1...4).reduce(0) { $0 &<< 8 | Int(self[index &+ $1]) }
    return length < 1 << 14 ? nil : (length, index &+ 5)
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
      guard let compressed = shortestLength(at: index + 1),
        let expanded = shortestLength(at: compressed.behind)
      else { return nil }
      return expanded.behind + compressed.length
    default:
      return shortestLength(at: index).map { $0.behind + $0.length }
    }
  }
}
