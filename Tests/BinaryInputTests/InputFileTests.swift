import BinaryInput
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct InputFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func problem(_ path: String) throws -> String {
    let error = try #require(#expect(throws: InputError.self) { try InputFile(path: path) })
    #expect(error.path == path)
    return error.problem
  }

  @Test func `a file that is not there can't be opened`() throws {
    let path = folder.url.appending(path: "missing.rdb").filePath
    #expect(try problem(path) == "can't be opened: No such file or directory")
  }

  @Test func `a directory is no backup`() throws {
    #expect(try problem(folder.url.filePath) == "is a directory, not a backup file")
  }

  // All tests share two cores, and the clock runs while this one waits for its turn.
  @Test(.timeLimit(.minutes(30)))
  func `a named pipe is no backup, and nobody waits for it`() throws {
    let path = folder.url.appending(path: "pipe").filePath
    #expect(unsafe mkfifo(path, 0o600) == 0)
    #expect(try problem(path) == "is not a regular file, not a backup file")
  }

  @Test func `a device is no backup`() throws {
    #expect(try problem("/dev/null") == "is not a regular file, not a backup file")
  }

  @Test func `a path through a file leads nowhere`() throws {
    let path = try folder.file([1]) + "/dump.rdb"
    #expect(try problem(path) == "can't be opened: Not a directory")
  }

  @Test func `a link to a file is the file`() throws {
    let target = try folder.file([1, 2, 3])
    let link = folder.url.appending(path: "link").filePath
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(try InputFile(path: link).size == 3)
  }

  @Test func `an error shows the path without what could harm a terminal`() {
    let error = InputError(path: "a\u{1B}[2J\n", problem: "can't be opened")
    #expect(error.description == #"a\x1b[2J\x0a: can't be opened"#)
  }

  @Test func `bytes in memory read like those of a file`() throws {
    let bytes = Array("REDIS0010".utf8)
    let path = try folder.file(bytes)
    for file in [try InputFile(path: path), InputFile(bytes, named: path)] {
      #expect(file.path == path)
      #expect(file.size == 9)
      #expect(try file.bytes(5) == Array("REDIS".utf8))
      #expect(try file.bytes(100) == bytes)
      #expect(try file.bytes(0) == [])
      #expect(try file.bytes(at: 5, 2) == Array("00".utf8))
      #expect(try file.bytes(at: 8, 100) == Array("0".utf8))
      #expect(try file.bytes(at: 9, 1) == [])
      #expect(try file.bytes(at: 1000, 1) == [])
    }
  }

  @Test func `an empty file has no bytes`() throws {
    #expect(try InputFile(path: try folder.file([])).bytes(9) == [])
    #expect(try InputFile([], named: "empty").bytes(9) == [])
  }
}
