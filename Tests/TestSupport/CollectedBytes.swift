public import BinaryInput

/// Keeps what is written to it.
public final class CollectedBytes: ByteSink {
  /// Everything that was written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// Keeps more bytes.
  public func write(_ bytes: Span<UInt8>) { self.bytes.append(copying: bytes) }

  /// What was written, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
