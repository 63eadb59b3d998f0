public import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Process {
  /// Starts the process with every signal let through.
  ///
  /// The threads on which tests run block almost all of them, and a child inherits that: it would not notice when it is
  /// asked to end, nor would a server that it starts.
  public func runLettingSignalsThrough() throws {
    var none = sigset_t()
    var blocked = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try run()
  }
}
