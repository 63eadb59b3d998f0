internal import ArgumentParser
internal import BinaryInput
internal import Diff
internal import Impact

/// The exit statuses, which scripts rely on.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case findings = 1
  case damaged = 2
  case unsupported = 3
  case unreadable = 4
  case usage = 64
  case outputFailed = 74

  /// What a status says.
  var meaning: String {
    switch self {
    case .done: "done"
    case .findings:
      """
      done, with findings (diff: the two differ; impact --fail-on: that level was reached; verify: not \
      loadable by a --target, older than --max-age, fewer than --min-keys, warnings under --strict; preflight: \
      a pitfall)
      """
    case .damaged: "the input is damaged"
    case .unsupported: "a version, type or log command that this build does not support"
    case .unreadable: "the input can't be opened, or is no backup"
    case .usage: "wrong usage"
    case .outputFailed: "the output can't be written (a closed pipe is 0)"
    }
  }

  /// The statuses as every command's help lists them.
  static var help: String {
    "EXIT STATUS\n"
      + allCases.map { status in
        let number = String(status.rawValue)
        let filling = String(repeating: " ", count: 4 - number.count)
        return "  \(number)\(filling)\(status.meaning)"
      }.joined(separator: "\n")
  }

  /// The status of damage in an input.
  init(_ error: FormatError) {
    switch error.reason {
    case .truncated, .malformed, .checksumMismatch: self = .damaged
    case .unsupported: self = .unsupported
    case .unreadable: self = .unreadable
    }
  }

  /// The status of an input that can't be used.
  init(ofInput error: any Error) {
    switch error {
    case let error as BackupError: self.init(error.error)
    case let error as InputError: self = error.isDamage ? .damaged : .unreadable
    default: self = .usage
    }
  }

  /// The worst of the statuses of several inputs: 4, 2, 3, 1, then 0.
  static func worst(of statuses: [ExitStatus]) -> ExitStatus {
    let order: [ExitStatus] = [.unreadable, .damaged, .unsupported, .findings]
    return order.first { statuses.contains($0) } ?? .done
  }

  /// Ends the command with this status, unless it is that of success.
  func end() throws {
    if self != .done { throw ExitCode(rawValue) }
  }
}

/// Runs a command's work and turns what goes wrong into one line on standard error and a status. The line has
/// pseudonyms for keys if it `isRedacted`.
func reportingErrors(isRedacted: Bool = false, _ work: () throws -> Void) throws {
  ignoreClosedPipes()
  do {
    try work()
  } catch let error as InputError {
    try fail(error, ExitStatus(ofInput: error))
  } catch let error as BackupError {
    let redactor = isRedacted ? Redactor(policy: nil, key: nil) : nil
    try fail(redactor?.sentence("\(error)") ?? "\(error)", ExitStatus(error.error))
  } catch let error as PolicyError {
    try fail(error, .usage)
  } catch let error as SpillError {
    try fail(error, .outputFailed)
  } catch let error as OutputError {
    if error.isClosedPipe { return }
    try fail(error, .outputFailed)
  }
}

private func fail(_ error: some CustomStringConvertible, _ status: ExitStatus) throws {
  StandardError.write("lossmap: \(error)\n")
  try status.end()
}
