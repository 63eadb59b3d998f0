#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension [UInt8] {
  /// Copies borrowed bytes, to keep them.
  public init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// Adds a copy of borrowed bytes.
  public mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Writes a copy of borrowed bytes over those from `position` on, which must be there.
  public mutating func overwrite(at position: Int, copying bytes: Span<UInt8>) {
    precondition(position >= 0 && bytes.count <= count - position, "writes over what is there")
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe withUnsafeMutableBytes { target in
        guard let base = target.baseAddress, let start = source.baseAddress else { return }
        unsafe (base + position).copyMemory(from: start, byteCount: source.count)
      }
    }
  }
}

extension Span<UInt8> {
  /// Whether the other bytes are the same.
  public func hasSameBytes(as other: Span<UInt8>) -> Bool {
    count == other.count && order(to: other) == 0
  }

  /// Below 0, 0 or above 0 as these bytes come before, with or after the others (C's `memcmp`, then by
  /// length).
  public func order(to other: Span<UInt8>) -> Int {
    let common = Swift.min(count, other.count)
    let order = unsafe withUnsafeBufferPointer { left in
      unsafe other.withUnsafeBufferPointer { right -> Int in
        guard common > 0, let first = left.baseAddress, let second = right.baseAddress else {
          return 0
        }
        return Int(unsafe memcmp(first, second, common))
      }
    }
    return order != 0 ? order : count - other.count
  }
}
