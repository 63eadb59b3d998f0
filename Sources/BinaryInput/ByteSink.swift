/// Takes bytes, in pieces and in order: a file, a buffer of a test.
public protocol ByteSink: AnyObject {
  /// Takes more bytes, which end with the call.
  func write(_ bytes: Span<UInt8>)
}
