internal import Dispatch
internal import Synchronization

/// Does two pieces of work at the same time, or, with one thread, one after the other, and returns both results.
public func inParallel<First: Sendable, Second: Sendable>(
  threads: Int, _ first: @Sendable () -> First, _ second: @Sendable () -> Second
) -> (First, Second) {
  guard threads > 1 else { return (first(), second()) }
  let results = Mutex<(First?, Second?)>((nil, nil))
  DispatchQueue.concurrentPerform(iterations: 2) { piece in
    if piece == 0 {
      let result = first()
      results.withLock { $0.0 = result }
    } else {
      let result = second()
      results.withLock { $0.1 = result }
    }
  }
  switch results.withLock({ $0 }) {
  case (let first?, let second?): return (first, second)
  default: preconditionFailure("concurrentPerform returns when every piece is done")
  }
}
