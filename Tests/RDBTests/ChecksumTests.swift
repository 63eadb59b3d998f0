import BinaryInput
import RDB
import TestSupport
import Testing

struct ChecksumTests {
  private func builder(_ header: String) -> RDBBuilder {
    var builder = RDBBuilder(header)
    builder.string("k", "v")
    return builder
  }

  @Test(arguments: ["REDIS0005", "REDIS0010", "REDIS0014", "VALKEY080"])
  func `a file may have the checksum of its bytes, or none`(header: String) throws {
    #expect(try read(builder(header).file()).checksum == .ok)
    #expect(try read(builder(header).file(.disabled)).checksum == .disabled)
  }

  @Test(arguments: ["REDIS0001", "REDIS0004"])
  func `versions before 5 have no checksum`(header: String) throws {
    let bytes = builder(header).file(.none)
    let file = try read(bytes)
    #expect(file.checksum == .absent)
    #expect(file.offset == bytes.count)
  }

  @Test func `a checksum that is not that of the bytes is damage`() throws {
    let bytes = builder("REDIS0010").file(.wrong)
    let error = try expectFailure(bytes, "checksum-mismatch", at: bytes.count - 8)
    guard case .checksumMismatch(let stored, let computed) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(stored == computed ^ 1)
    #expect(error.path.isEmpty)
  }

  @Test(arguments: 0..<8)
  func `a checksum that is cut off is missing`(count: Int) throws {
    let bytes = builder("REDIS0010").file()
    let error = try #require(
      #expect(throws: FormatError.self) { try read(Array(bytes.dropLast(8 - count))) })
    #expect(
      error
        == .truncated(needed: 8, available: count, at: bytes.count - 8).within("checksum"))
  }

  @Test func `the checksum covers the header`() throws {
    var bytes = builder("REDIS0010").file()
    bytes[8] = UInt8(ascii: "1")
    try expectFailure(bytes, "checksum-mismatch", at: bytes.count - 8)
  }
}
