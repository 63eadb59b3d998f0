/// Bytes that had to be made rather than borrowed: a decompressed string, an integer's decimal text.
///
/// One buffer is reused for many values; what it held before is gone at the next use.
public struct ScratchBuffer: ~Copyable {
  @usableFromInline
  var storage: [UInt8] = []
  @usableFromInline
  var used = 0

  /// Creates an empty buffer.
  @inlinable
  public init() {}

  /// What was made last.
  @inlinable public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { storage.span.extracting(0..<used) }
  }

  /// Makes room for `count` bytes and lets `fill` write them; `fill` returns how many it wrote.
  mutating func write(
    _ count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) -> Int {
    if storage.count < count {
      storage = [UInt8](repeating: 0, count: max(count, 2 * storage.count))
    }
    let written = unsafe storage.withUnsafeMutableBufferPointer { buffer in
      unsafe fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }
    used = max(0, min(written, count))
    return written
  }

  /// Holds the canonical decimal text of `value`.
  public mutating func setDecimal(_ value: Int64) {
    used = 0
    var magnitude = value.magnitude
    // Twenty places are enough for every 64-bit integer with its sign.
    if storage.count < 20 { storage = [UInt8](repeating: 0, count: 64) }
    repeat {
      let (quotient, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
      storage[used] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      used &+= 1
      magnitude = quotient
    } while magnitude != 0
    if value < 0 {
      storage[used] = UInt8(ascii: "-")
      used &+= 1
    }
    var low = 0
    var high = used &- 1
    while low < high {
      storage.swapAt(low, high)
      low &+= 1
      high &-= 1
    }
  }

  /// Holds a copy of `source`.
  public mutating func set(_ source: Span<UInt8>) {
    used = 0
    if storage.count < source.count {
      storage = [UInt8](repeating: 0, count: max(source.count, 2 * storage.count))
    }
    for index in source.indices { storage[index] = source[index] }
    used = source.count
  }
}
