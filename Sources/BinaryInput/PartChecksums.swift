/// The checksum of a file, from those of its parts, which may come in any order.
public struct PartChecksums: Sendable {
  /// The checksum of everything that no missing part precedes.
  public private(set) var sum: CRC64
  /// Up to which offset that is.
  private var end: Int
  /// The parts that others must precede, by their offsets.
  private var parts: [Int: (sum: CRC64, count: Int)] = [:]

  /// No parts yet; `sum` is the checksum of all bytes up to `offset`.
  public init(_ sum: CRC64 = CRC64(), upTo offset: Int = 0) {
    self.sum = sum
    end = offset
  }

  /// Takes in bytes that follow on all others.
  public mutating func add(_ bytes: Span<UInt8>) {
    sum.update(bytes)
    end += bytes.count
  }

  /// Takes in the checksum of the `count` bytes that stand at `offset`.
  public mutating func add(_ part: CRC64, of count: Int, at offset: Int) {
    guard count > 0 else { return }
    parts[offset] = (part, count)
    while let next = parts.removeValue(forKey: end) {
      sum.append(next.sum, of: next.count)
      end += next.count
    }
  }
}
