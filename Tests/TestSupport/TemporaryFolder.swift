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
}
