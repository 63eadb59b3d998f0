extension [UInt8] {
  /// Copies borrowed bytes, to keep them.
  public init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
