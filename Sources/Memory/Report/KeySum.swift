internal import Impact

/// Keys that are counted together.
public struct KeySum: Equatable, Sendable {
  /// How many there are.
  public var keys = 0
  /// What `MEMORY USAGE` would answer for all of them together.
  public var bytes = 0
  /// How many of them have no expiry.
  public var keysWithoutExpiry = 0
  /// What `MEMORY USAGE` would answer for these.
  public var bytesWithoutExpiry = 0

  /// No keys.
  public init() {}

  /// One key.
  @inline(__always)
  public init(bytes: Int, expires: Bool) {
    keys = 1
    self.bytes = bytes
    if !expires {
      keysWithoutExpiry = 1
      bytesWithoutExpiry = bytes
    }
  }

  /// Adds keys.
  @inline(__always)
  public static func += (sum: inout KeySum, keys: KeySum) {
    sum.keys += keys.keys
    sum.bytes += keys.bytes
    sum.keysWithoutExpiry += keys.keysWithoutExpiry
    sum.bytesWithoutExpiry += keys.bytesWithoutExpiry
  }

  /// Takes keys away that were counted before.
  public static func -= (sum: inout KeySum, keys: KeySum) {
    sum.keys -= keys.keys
    sum.bytes -= keys.bytes
    sum.keysWithoutExpiry -= keys.keysWithoutExpiry
    sum.bytesWithoutExpiry -= keys.bytesWithoutExpiry
  }
}

extension KeySum: Summable {}
