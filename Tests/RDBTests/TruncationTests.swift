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

  @Test func `a length beyond the end of a file is refused without reading the file`() throws {
    let beginning = Array("REDIS0010".utf8) + hex("00 01 6B 81 00 00 01 00 00 00 00 00")
    try checkMemory(beginning) { size, error in
      let available = UInt64(size - beginning.count)
      #expect(error.reason == .truncated(needed: 1 << 40, available: available))
      #expect(error.offset == beginning.count)
    }
  }

  @Test func `a count beyond the end of a file is refused without reading the file`() throws {
    try checkMemory(Array("REDIS0010".utf8) + hex("02 01 6B 80 FF FF FF FF")) { _, error in
      #expect(error.isTruncation)
    }
  }

  /// Reads a large file with this beginning and nothing but zeros behind it, and expects that it does
  /// not get into memory.
  private func checkMemory(_ beginning: [UInt8], _ body: (Int, FormatError) -> Void) throws {
    let size = 1 << 29
    let file = try ScratchFile(beginning)
    try file.resize(to: size)
    let before = try peakMemory()
    let error = try #require(
      #expect(throws: FormatError.self) { try exhaust(InputFile(path: file.path)) })
    #expect(error.key == Array("k".utf8))
    body(size, error)
    #expect(try peakMemory() - before < size / 4)
  }

  /// The most bytes of memory that the process has had.
  private func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return 1024 * (try #require(Int(line.filter(\.isNumber))))
  }
}
