#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Takes bytes, in pieces and in order: a file, a buffer of a test.
public protocol ByteSink: AnyObject {
  /// Takes more bytes, which end with the call.
  func write(_ bytes: Span<UInt8>)
}

extension Span<UInt8> {
  /// Writes all bytes to a file that is open (C's `write`). Returns 0, or what `errno` says went wrong.
  public func write(to descriptor: Int32) -> Int32 {
    unsafe withUnsafeBufferPointer { source in
      guard var start = source.baseAddress else { return 0 }
      var rest = source.count
      while rest > 0 {
        let written = unsafe systemWrite(descriptor, start, rest)
        if written < 0 {
          if errno == EINTR { continue }
          return errno
        }
        unsafe start += written
        rest -= written
      }
      return 0
    }
  }
}

/// The C function `write`, whose name is that of a method here.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
