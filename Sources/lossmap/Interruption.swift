internal import Foundation
internal import Synchronization

/// The number of the signal that has come; 0 if none has. A handler of signals may do no more than write it.
private let received = Atomic<Int32>(0)

/// Signals that ask the command to end while it writes, so that it can tidy up first.
///
/// A second one of the same kind ends it at once.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Does `work`, during which signals only leave a mark; then, if one has come, ends the process as it asks.
  ///
  /// - Throws: what `work` throws, if no signal has come.
  static func deferred(_ work: () throws -> Void) throws {
    received.store(0, ordering: .relaxed)
    for number in signals { signal(number, note) }
    defer {
      for number in signals { signal(number, SIG_DFL) }
    }
    do {
      try work()
    } catch let error {
      end()
      throw error
    }
    end()
  }

  /// Whether a signal has come.
  ///
  /// - Throws: `CancellationError` if one has.
  static func check() throws {
    if received.load(ordering: .relaxed) != 0 { throw CancellationError() }
  }

  private static func end() {
    let number = received.load(ordering: .relaxed)
    guard number != 0 else { return }
    signal(number, SIG_DFL)
    raise(number)
  }
}

/// Leaves a mark; at the second signal of a kind, ends the process.
private func note(_ number: Int32) {
  if received.exchange(number, ordering: .relaxed) == number { _exit(128 + number) }
}
