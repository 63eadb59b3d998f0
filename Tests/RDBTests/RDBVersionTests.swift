import BinaryInput
import RDB
import TestSupport
import Testing

struct RDBVersionTests {
  private func parse(_ header: String) throws -> RDBVersion {
    let bytes = Array(header.utf8)
    var reader = ByteReader(bytes.span)
    return try RDBVersion(parsing: &reader)
  }

  @Test(arguments: 1...14)
  func `Redis versions up to 14 are known`(number: Int) throws {
    let digits = String(number)
    let header = "REDIS" + String(repeating: "0", count: 4 - digits.count) + digits
    #expect(try parse(header) == RDBVersion(.redis, number))
    #expect(RDBVersion(.redis, number).description == digits)
  }

  @Test func `Valkey version 80 is known`() throws {
    #expect(try parse("VALKEY080") == RDBVersion(.valkey, 80))
    #expect(RDBVersion(.valkey, 80).description == "VALKEY 80")
  }

  @Test(arguments: [
    "REDIS0000", "REDIS0015", "REDIS0080", "REDIS0099", "REDIS9999", "VALKEY079", "VALKEY081",
    "VALKEY011",
  ])
  func `other versions are not supported`(header: String) throws {
    let error = try #require(#expect(throws: FormatError.self) { try parse(header) })
    #expect(error.code == "unsupported")
    #expect(error.offset == 0)
    #expect(error.message.contains("\(Int(header.suffix(header.hasPrefix("R") ? 4 : 3)) ?? -1)"))
  }

  @Test(arguments: [
    "redis0010", "REDIX0010", "VALKEX080", "VKCS\u{1}\u{1}\u{0}\u{0}\u{0}", " REDIS001",
    "\0\0\0\0\0\0\0\0\0",
  ])
  func `another beginning is that of no RDB file`(header: String) throws {
    let error = try #require(#expect(throws: FormatError.self) { try parse(header) })
    #expect(error.code == FormatRule.magic.code)
    #expect(error.offset == 0)
  }

  @Test(arguments: [
    ("REDIS001x", 8), ("REDIS 010", 5), ("REDIS00-1", 7), ("REDIS+010", 5), ("VALKEY08\0", 8),
    ("VALKEY:80", 6),
  ])
  func `the version is all digits`(header: String, offset: Int) throws {
    let error = try #require(#expect(throws: FormatError.self) { try parse(header) })
    #expect(error.code == FormatRule.versionDigits.code)
    #expect(error.offset == offset)
  }

  @Test func `an error in the header says so`() throws {
    let error = try expectFailure(Array("REDIS00x0".utf8) + [0xFF], "version-digits", at: 7)
    #expect(error.path == ["header"])
  }

  @Test func `checksums came with version 5`() {
    #expect(!RDBVersion(.redis, 4).hasChecksum)
    #expect(RDBVersion(.redis, 5).hasChecksum)
    #expect(RDBVersion(.valkey, 80).hasChecksum)
  }
}
