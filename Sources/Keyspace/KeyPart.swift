public import Hashing

/// A part of all keys. The fingerprints of their names say which one a key belongs to.
public struct KeyPart: Sendable {
  private let number: UInt64
  private let count: UInt64

  /// Part `number`, from 0 on, of `count` parts, a power of two.
  public init(_ number: Int, of count: Int) {
    precondition(count.nonzeroBitCount == 1 && (0..<count).contains(number), "there is such a part")
    self.number = UInt64(number)
    self.count = UInt64(count)
  }

  /// Whether a key belongs to the part. The bits that decide are no part of its place in a table of up to 2^32 slots, so
  /// tables of parts are as evenly filled as one for all.
  @inline(__always)
  public func contains(_ key: Fingerprint) -> Bool {
    key.low >> 32 & (count - 1) == number
  }
}
