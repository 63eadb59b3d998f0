internal import Dispatch

/// The right to have a large run in memory; given back when nobody holds it any more.
final class LargeRunLease: Sendable {
  private let semaphore: DispatchSemaphore

  init(_ semaphore: DispatchSemaphore) {
    semaphore.wait()
    self.semaphore = semaphore
  }

  deinit { semaphore.signal() }
}
