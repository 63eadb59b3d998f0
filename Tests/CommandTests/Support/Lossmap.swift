import Foundation
import TestSupport
import Testing

/// The command as it was built, run as a process.
enum Lossmap {
  /// What a run comes to.
  struct Outcome {
    /// The exit status; 128 and the signal's number if a signal ended it, as in a shell.
    let status: Int32
    let output: [UInt8]
    let errors: String

    /// The output as text.
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The program: the tests are built into the same folder.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "lossmap")

  /// Runs the command to its end, in the project's top folder.
  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  /// Runs the command to its end, in the project's top folder.
  static func run(_ arguments: [String]) throws -> Outcome {
    try run(program: program, arguments)
  }

  /// Runs a line of a shell in which `lossmap` is the command.
  static func shell(_ line: String) throws -> Outcome {
    let script = "lossmap() { '\(program.filePath)' \"$@\"; }\n\(line)"
    return try run(program: URL(filePath: "/bin/bash"), ["-c", script])
  }

  /// Runs any program to its end, in the project's top folder.
  static func run(program: URL, _ arguments: [String]) throws -> Outcome {
    let folder = try TemporaryFolder()
    // Files take any amount without anybody reading meanwhile.
    let (output, errors) = (try empty("output", in: folder), try empty("errors", in: folder))
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = Repository.root
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.runLettingSignalsThrough()
    process.waitUntilExit()
    let bySignal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Outcome(
      status: bySignal + process.terminationStatus, output: Array(try Data(contentsOf: output.url)),
      errors: String(decoding: try Data(contentsOf: errors.url), as: UTF8.self))
  }

  private static func empty(
    _ name: String, in folder: TemporaryFolder
  ) throws -> (url: URL, handle: FileHandle) {
    let url = URL(filePath: try folder.file([], named: name))
    return (url, try FileHandle(forWritingTo: url))
  }
}
