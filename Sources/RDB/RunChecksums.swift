internal import BinaryInput
internal import Synchronization

/// Takes in the checksums of runs, each on the thread that looks at the run.
final class RunChecksums: Sendable {
  private let parts: Mutex<PartChecksums>
  private let isShared: Bool

  /// Goes on with `parts`; runs that are not shared come in their order.
  init(_ parts: PartChecksums, isShared: Bool) {
    self.parts = Mutex(parts)
    self.isShared = isShared
  }

  /// The checksum of all runs.
  var sum: CRC64 { parts.withLock { $0.sum } }

  func add(_ bytes: Span<UInt8>, at offset: Int) {
    guard isShared else { return parts.withLock { $0.add(bytes) } }
    var sum = CRC64()
    sum.update(bytes)
    parts.withLock { $0.add(sum, of: bytes.count, at: offset) }
  }
}
