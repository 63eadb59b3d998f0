internal import CCRC64

/// The checksum of RDB files and DUMP payloads: CRC-64 "Jones", as `crc64.c` of the server has it.
public struct CRC64: Equatable, Sendable {
  /// The checksum of all bytes so far; that of no bytes is 0.
  public private(set) var value: UInt64 = 0

  /// Starts a checksum.
  public init() {}

  /// Adds `bytes`.
  public mutating func update(_ bytes: Span<UInt8>) {
    value = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe lossmap_crc64(value, buffer.baseAddress, buffer.count)
    }
  }

  /// Adds bytes of which only the checksum and the number are at hand.
  public mutating func append(_ other: CRC64, of count: Int) {
    value = lossmap_crc64_combine(value, other.value, UInt64(count))
  }
}
