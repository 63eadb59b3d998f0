public import Foundation

/// A folder of a test's own, gone when the test is.
public final class TemporaryFolder: Sendable {
  /// Where it is. Short, because a server's socket lies in it.
  public let url: URL

  /// Makes the folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "lm-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file in the folder and returns its path.
  public func file(_ bytes: [UInt8], named name: String = "dump.rdb") throws -> String {
    let file = url.appending(path: name)
    try Data(bytes).write(to: file)
    return file.filePath
  }

  /// Runs a command of the shell in the folder.
  ///
  /// - Throws: `CommandFailure` if its status is not 0, and what `Process` throws if there is no shell.
  public func run(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", command]
    process.currentDirectoryURL = url
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure(command: command, status: process.terminationStatus)
    }
  }

  /// A command that a test needs has failed.
  public struct CommandFailure: Error {
    /// What was run.
    public let command: String
    /// How it ended.
    public let status: Int32
  }
}
