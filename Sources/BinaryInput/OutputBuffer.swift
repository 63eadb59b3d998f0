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
  private let storage: UnsafeMutablePointer<UInt8>
  private var used = 0
  private let sink: any ByteSink

  private static let capacity = 1 << 18
  /// How much of a long run of bytes is looked at between two looks at the room that is left.
  private static let piece = 1 << 12

  /// Hands what is written to `sink`.
  public init(to sink: any ByteSink) {
    self.sink = sink
    unsafe storage = UnsafeMutablePointer.allocate(capacity: Self.capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// Hands on what has been written.
  public func flush() {
    guard used > 0 else { return }
    let bytes = unsafe Span(_unsafeStart: storage, count: used)
    sink.write(bytes)
    used = 0
  }

  /// Makes room for so many bytes, which are fewer than the block has.
  @inline(__always)
  private func reserve(_ count: Int) {
    if used > Self.capacity - count { flush() }
  }

  /// Adds a byte.
  @inline(__always)
  public func append(_ byte: UInt8) {
    reserve(1)
    unsafe storage[used] = byte
    used &+= 1
  }

  /// Adds a text of the program's own.
  public func append(literal text: StaticString) {
    let count = text.utf8CodeUnitCount
    reserve(count)
    unsafe memcpy(storage + used, text.utf8Start, count)
    used &+= count
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
        if used == Self.capacity { flush() }
        let count = min(rest, Self.capacity - used)
        unsafe memcpy(storage + used, start, count)
        used &+= count
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
    reserve(20)
    var length = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      length &+= 1
    }
    rest = value
    var place = used &+ length
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place &-= 1
      unsafe storage[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest != 0
    used &+= length
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
            used &+= position &- begin
            return position
          }
          position &+= 8
        }
        while position < end, unsafe Self.isPlain(base[position]) {
          unsafe target[position &- begin] = base[position]
          position &+= 1
        }
        used &+= position &- begin
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
