import Foundation
import TestSupport
import Testing

/// `stage`, ended in the middle: by a signal that nobody can refuse, and by such that ask.
struct StageInterruptionTests {
  /// How many bytes each key has: enough for a copy that takes a while.
  private static let keys = 400
  private static let value = String(repeating: "0123456789abcdef", count: 2048)

  private func backup(in folder: TemporaryFolder) throws -> String {
    var builder = RDBBuilder()
    for number in 0..<Self.keys { builder.string("key \(number)", Self.value) }
    return try folder.file(builder.file(), named: "backup.rdb")
  }

  /// Starts `stage`, waits until it writes, and then some.
  private func begin(
    _ backup: String, in folder: TemporaryFolder, wait microseconds: UInt32
  ) throws -> Process {
    let process = Process()
    process.executableURL = Lossmap.program
    process.arguments = ["stage", backup, "--into", folder.url.appending(path: "data").filePath]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.runLettingSignalsThrough()
    while process.isRunning, try !names(in: folder).contains(where: { $0.hasPrefix(".data") }) {
      usleep(200)
    }
    usleep(microseconds)
    return process
  }

  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.filePath).sorted()
  }

  /// Whether the folder that was asked for is there; if it is, it must be whole.
  private func isThere(_ folder: TemporaryFolder, _ backup: String) throws -> Bool {
    let data = folder.url.appending(path: "data")
    guard FileManager.default.fileExists(atPath: data.filePath) else { return false }
    let tree = try FileTree(at: data)
    let bytes = try Data(contentsOf: URL(filePath: backup))
    #expect(tree["dump.rdb"] == bytes)
    #expect(tree[StageInterruptionTests.base] == bytes)
    #expect(tree.files.count == 4)
    return true
  }

  private static let base = "appendonlydir/appendonly.aof.1.base.rdb"

  @Test(
    arguments: [0, 2_000, 10_000, 30_000, 60_000, 100_000, 200_000, 500_000, 1_000_000] as [UInt32])
  func `killed at any moment, it leaves a whole folder or none, and the next run clears up`(
    wait: UInt32
  ) throws {
    let folder = try TemporaryFolder()
    let backup = try backup(in: folder)
    let process = try begin(backup, in: folder, wait: wait)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let isThere = try isThere(folder, backup)
    let left = try names(in: folder).filter { $0.hasPrefix(".") }
    let again = try Lossmap.run(
      "stage", backup, "--into", folder.url.appending(path: "data").filePath)
    if isThere {
      #expect(again.status == 64)
    } else {
      #expect(again.status == 0, "\(again.errors)")
      #expect(!left.isEmpty)
      for name in left { #expect(again.errors.contains(name)) }
      #expect(try names(in: folder) == ["backup.rdb", "data"])
      #expect(try self.isThere(folder, backup))
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP], [0, 20_000, 60_000] as [UInt32])
  func `asked to end, it leaves nothing behind`(signal: Int32, wait: UInt32) throws {
    let folder = try TemporaryFolder()
    let backup = try backup(in: folder)
    let process = try begin(backup, in: folder, wait: wait)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(try names(in: folder).filter { $0.hasPrefix(".") } == [])
    if try !isThere(folder, backup) {
      #expect(process.terminationReason == .uncaughtSignal)
      #expect(process.terminationStatus == signal)
    }
  }

  @Test func `what another run is writing stays`() throws {
    let folder = try TemporaryFolder()
    let backup = try backup(in: folder)
    // A moment later, for the lock comes after the folder.
    let first = try begin(backup, in: folder, wait: 5_000)
    // Stopped in the middle, it holds on to its folder.
    kill(first.processIdentifier, SIGSTOP)
    let left = try names(in: folder).filter { $0.hasPrefix(".") }
    let other = folder.url.appending(path: "data").filePath
    let second = try Lossmap.run("stage", backup, "--into", other)
    let isFirstDone = left.isEmpty
    #expect(second.status == (isFirstDone ? 64 : 0))
    for name in left { #expect(try names(in: folder).contains(name)) }
    kill(first.processIdentifier, SIGCONT)
    first.waitUntilExit()
    #expect(try isThere(folder, backup))
    #expect(try names(in: folder) == ["backup.rdb", "data"])
  }
}
