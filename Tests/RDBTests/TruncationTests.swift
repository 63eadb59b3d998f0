import BinaryInput
import Foundation
import RDB
import TestSupport
import Testing

/// Files that end too early.
struct TruncationTests {
  @Test(arguments: WorkedExample.all)
  func `every beginning of a file is told from a whole one`(example: WorkedExample) throws {
    try check(file(example.record, example.header))
  }

  @Test func `every beginning of a file of every kind of record is told from a whole one`() throws {
    try check(RDBReaderTests.everyRecord.file())
    try check(RDBReaderTests.everyValkeyRecord.file())
  }

  @Test(arguments: BackupFile.fixtures.filter { $0.name != "nocompression_v10" })
  func `every beginning of a fixture is told from a whole one`(fixture: BackupFile) throws {
    try check(try fixture.bytes(), step: 7)
  }

  @Test func `an empty file is the beginning of one`() throws {
    let error = try #require(#expect(throws: FormatError.self) { try read([]) })
    #expect(error == .truncated(needed: 9, available: 0, at: 0).within("header"))
  }

  /// Cuts off byte by byte, or several at a time, and expects to be told that something is missing.
  private func check(_ bytes: [UInt8], step: Int = 1) throws {
    try exhaust(input(bytes))
    for size in stride(from: bytes.count - 1, through: 0, by: -step) {
      do throws(FormatError) {
        try exhaust(input(Array(bytes[..<size])))
        Issue.record("\(size) of \(bytes.count) bytes pass for a whole file")
      } catch {
        if !error.isTruncation || error.offset > size {
          Issue.record("\(size) of \(bytes.count) bytes: \(error)")
        }
      }
    }
  }

  // In a process of their own: the peak of this one is that of whatever test runs beside them.
  @Test func `a length beyond the end of a file is refused without reading the file`() async {
    await #expect(processExitsWith: .success) {
      let beginning = Array("REDIS0010".utf8) + hex("00 01 6B 81 00 00 01 00 00 00 00 00")
      let (size, error) = try TruncationTests().errorWithinMemory(beginning)
      let available = UInt64(size - beginning.count)
      #expect(error.reason == .truncated(needed: 1 << 40, available: available))
      #expect(error.offset == beginning.count)
    }
  }

  @Test func `a count beyond the end of a file is refused without reading the file`() async {
    await #expect(processExitsWith: .success) {
      let beginning = Array("REDIS0010".utf8) + hex("02 01 6B 80 FF FF FF FF")
      let error = try TruncationTests().errorWithinMemory(beginning).error
      #expect(error.isTruncation)
    }
  }

  /// Reads a large file with this beginning and nothing but zeros behind it, and expects that it does
  /// not get into memory.
  private func errorWithinMemory(_ beginning: [UInt8]) throws -> (size: Int, error: FormatError) {
    let size = 1 << 29
    let file = try ScratchFile(beginning)
    try file.resize(to: size)
    let before = try peakMemory()
    let error = try #require(
      #expect(throws: FormatError.self) { try exhaust(InputFile(path: file.path)) })
    #expect(error.key == Array("k".utf8))
    #expect(try peakMemory() - before < size / 4)
    return (size, error)
  }

  /// The most bytes of memory that the process has had.
  private func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return 1024 * (try #require(Int(line.filter(\.isNumber))))
  }
}
