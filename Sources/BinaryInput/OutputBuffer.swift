#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Bytes on their way out, in one block of memory that is handed on whenever it is full.
///
/// What is told key by key would cost more in arrays and strings than in everything else: here a number, a text
/// or a piece of JSON is written to where it stays.
@safe public final class OutputBuffer {
  @usableFromInline
  let storage: UnsafeMutablePointer<UInt8>
  /// Nothing is called while it is changed, and a check of that for every byte would cost more than the byte.
  @usableFromInline @exclusivity(unchecked)
  var used = 0
  private let sink: any ByteSink

  @usableFromInline
  static var capacity: Int { 1 << 18 }
  /// How much of a long run of bytes is looked at between two looks at the room that is left.
  private static var piece: Int { 1 << 12 }

  /// Hands what is written to `sink`.
  public init(to sink: any ByteSink) {
    self.sink = sink
    unsafe storage = UnsafeMutablePointer.allocate(capacity: Self.capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// Hands on what has been written.
  public func flush() {
    guard unsafe used > 0 else { return }
    let bytes = unsafe Span(_unsafeStart: storage, count: used)
    sink.write(bytes)
    unsafe used = 0
  }

  /// Makes room for so many bytes, which are fewer than the block has.
  @inlinable @inline(__always)
  func reserve(_ count: Int) {
    if unsafe used > Self.capacity - count { flush() }
  }

  /// Adds a byte.
  @inlinable @inline(__always)
  public func append(_ byte: UInt8) {
    reserve(1)
    unsafe storage[used] = byte
    unsafe used &+= 1
  }

  /// Adds a text of the program's own: where that is known, it takes a few instructions.
  @inlinable @inline(__always)
  public func append(literal text: StaticString) {
    let count = text.utf8CodeUnitCount
    reserve(count)
    unsafe (storage + used).update(from: text.utf8Start, count: count)
    unsafe used &+= count
  }

  /// Adds a text.
  public func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Adds bytes.
  public func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { source in
      guard var start = source.baseAddress else { return }
      var rest = source.count
      while rest > 0 {
        if unsafe used == Self.capacity { flush() }
        let count = unsafe min(rest, Self.capacity - used)
        unsafe memcpy(storage + used, start, count)
        unsafe used &+= count
        unsafe start += count
        rest -= count
      }
    }
  }

  /// Adds bytes.
  public func append(_ bytes: [UInt8]) { append(bytes.span) }

  // MARK: Numbers

  /// Adds a number in decimal.
  public func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  /// Adds a number in decimal.
  public func append(decimal value: UInt64) {
    // Twenty digits at most, of which eight are written at a time.
    reserve(24)
    if value < Self.eightDigits { return appendLeading(value) }
    let (high, low) = value.quotientAndRemainder(dividingBy: Self.eightDigits)
    if high < Self.eightDigits {
      appendLeading(high)
    } else {
      let (highest, middle) = high.quotientAndRemainder(dividingBy: Self.eightDigits)
      appendLeading(highest)
      store(Self.digits(middle), 8)
    }
    store(Self.digits(low), 8)
  }

  private static var eightDigits: UInt64 { 100_000_000 }

  /// Adds a number of up to eight digits, without zeros before it.
  @inline(__always)
  private func appendLeading(_ value: UInt64) {
    let digits = Self.digits(value)
    let zeros = min(7, digits.trailingZeroBitCount / 8)
    store(digits >> UInt64(8 * zeros), 8 - zeros)
  }

  /// Adds the lowest `count` of eight digits, the first one lowest.
  @inline(__always)
  private func store(_ digits: UInt64, _ count: Int) {
    let text = (digits | 0x3030_3030_3030_3030).littleEndian
    unsafe UnsafeMutableRawPointer(storage + used).storeBytes(of: text, as: UInt64.self)
    unsafe used &+= count
  }

  /// The digits of a number below a hundred million, the first one in the lowest byte: it is divided by 10,000, then both
  /// halves by 100, side by side, then all four quarters by 10.
  @inline(__always)
  private static func digits(_ value: UInt64) -> UInt64 {
    let halves = value / 10_000 | (value % 10_000) << 32
    // 10,486 / 2^20 is 1 / 100, and 103 / 2^10 is 1 / 10, as exactly as numbers below 10,000 and 100 need.
    let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let quarters = hundreds | (halves &- hundreds &* 100) << 16
    let tens = (quarters &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (quarters &- tens &* 10) << 8
  }

  // MARK: Base 64

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Adds bytes in base 64 (RFC 4648, with padding).
  public func append(base64 bytes: Span<UInt8>) {
    var position = 0
    while position < bytes.count {
      let count = min(3, bytes.count - position)
      let first = bytes[position]
      let second = count > 1 ? bytes[position + 1] : 0
      let third = count > 2 ? bytes[position + 2] : 0
      append(Self.alphabet[Int(first >> 2)])
      append(Self.alphabet[Int(first << 4 & 0x30 | second >> 4)])
      append(count > 1 ? Self.alphabet[Int(second << 2 & 0x3C | third >> 6)] : UInt8(ascii: "="))
      append(count > 2 ? Self.alphabet[Int(third & 0x3F)] : UInt8(ascii: "="))
      position += count
    }
  }

  // MARK: JSON

  /// Adds bytes as the inside of a JSON string. Bytes that are no UTF-8 become U+FFFD; returns whether there
  /// were none.
  ///
  /// Control characters, and those that change how their neighbours are shown, are written as numbers.
  public func append(json bytes: Span<UInt8>) -> Bool {
    var isText = true
    var position = 0
    while position < bytes.count {
      position = appendPlain(bytes, from: position)
      guard position < bytes.count else { break }
      let byte = bytes[position]
      if byte < 0x80 {
        append(escaping: byte)
        position &+= 1
      } else if let (scalar, length) = UTF8Scalar.decode(bytes, at: position) {
        append(scalar: scalar, bytes.extracting(position..<(position &+ length)))
        position &+= length
      } else {
        isText = false
        append(literal: "\u{FFFD}")
        position &+= UTF8Scalar.lengthOfBrokenSequence(bytes, at: position)
      }
    }
    return isText
  }

  /// Copies bytes up to the next that a JSON string does not take as it is, and returns where that stands.
  private func appendPlain(_ bytes: Span<UInt8>, from start: Int) -> Int {
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return start }
      var position = start
      while position < source.count {
        let end = min(source.count, position + Self.piece)
        reserve(Self.piece)
        let target = unsafe storage + used
        let begin = position
        // Eight bytes at a time: all are copied, and as many count as stand before the first special one.
        while position &+ 8 <= end {
          let word = unsafe UInt64(
            littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
          unsafe UnsafeMutableRawPointer(target + (position &- begin)).storeBytes(
            of: word.littleEndian, as: UInt64.self)
          let special = Self.specialBytes(word)
          guard special == 0 else {
            position &+= special.trailingZeroBitCount / 8
            unsafe used &+= position &- begin
            return position
          }
          position &+= 8
        }
        // The last few bytes once more with those before them, if those are there.
        if position < end, end &- begin >= 8 {
          let last = end &- 8
          let word = unsafe UInt64(
            littleEndian: UnsafeRawPointer(base + last).loadUnaligned(as: UInt64.self))
          if Self.specialBytes(word) == 0 {
            unsafe UnsafeMutableRawPointer(target + (last &- begin)).storeBytes(
              of: word.littleEndian, as: UInt64.self)
            position = end
          }
        }
        while position < end, unsafe Self.isPlain(base[position]) {
          unsafe target[position &- begin] = base[position]
          position &+= 1
        }
        unsafe used &+= position &- begin
        if position < end { return position }
      }
      return position
    }
  }

  /// The highest bit of each byte that is a control character, a quote, a backslash, DEL or beyond ASCII. The
  /// lowest that is set is right; those above it may be set in error.
  @inline(__always)
  private static func specialBytes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let delete = word ^ (ones &* 0x7F)
    let control = (word &- ones &* 0x20) & ~word
    let found =
      control | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
      | (delete &- ones) & ~delete | word
    return found & high
  }

  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
  }

  private func append(escaping byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append(literal: "\\\"")
    case UInt8(ascii: "\\"): append(literal: "\\\\")
    case UInt8(ascii: "\n"): append(literal: "\\n")
    case UInt8(ascii: "\r"): append(literal: "\\r")
    case UInt8(ascii: "\t"): append(literal: "\\t")
    default: append(unit: UInt16(byte))
    }
  }

  private func append(scalar: Unicode.Scalar, _ bytes: Span<UInt8>) {
    guard EscapedBytes.isPrintable(scalar) else {
      for unit in String(scalar).utf16 { append(unit: unit) }
      return
    }
    append(bytes)
  }

  private func append(unit: UInt16) {
    append(literal: "\\u")
    for shift in [12, 8, 4, 0] as [UInt16] {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}

extension Span<UInt8> {
  /// Whether the bytes are well-formed UTF-8.
  public var isText: Bool {
    var position = 0
    while position < count {
      if self[position] < 0x80 {
        position &+= 1
      } else if let (_, length) = UTF8Scalar.decode(self, at: position) {
        position &+= length
      } else {
        return false
      }
    }
    return true
  }
}
