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
    "redis0010", "REDIX0010", "VALKEX080", " REDIS001",
    "\0\0\0\0\0\0\0\0\0",
  ])
  func `another beginning is that of no RDB file`(header: String) throws {
    let error = try #require(#expect(throws: FormatError.self) { try parse(header) })
    #expect(error.code == FormatRule.magic.code)
    #expect(error.offset == 0)
  }

  @Test(arguments: [
    ("REDISx010", 5), ("REDIS-010", 5), ("REDIS0x10", 6), ("REDIS 00x", 5), ("REDIS++10", 5),
    ("VALKEY08\0", 8), ("VALKEY:80", 6),
  ])
  func `the version is all digits`(header: String, offset: Int) throws {
    let error = try #require(#expect(throws: FormatError.self) { try parse(header) })
    #expect(error.code == FormatRule.versionDigits.code)
    #expect(error.offset == offset)
  }

  @Test(arguments: [
    ("REDIS010x", 10, 8), ("REDIS 010", 10, 5), ("REDIS+010", 10, 5), ("REDIS10xx", 10, 7),
    ("REDIS\t 10", 10, 5), ("REDIS4xyz", 4, 6), ("REDIS00x0", 0, 7), ("REDIS99xx", 99, 7),
  ])
  func `a version that only atoi takes for one is a departure`(
    header: String, number: Int, offset: Int
  ) throws {
    let bytes = Array(header.utf8)
    var reader = ByteReader(bytes.span)
    var version: RDBVersion?
    var thrown: FormatError?
    do throws(FormatError) { version = try RDBVersion(parsing: &reader) } catch { thrown = error }
    if (1...14).contains(number) {
      #expect(version == RDBVersion(.redis, number))
      #expect(reader.firstDeparture == .versionText)
      #expect(reader.departureOffset == offset)
    } else {
      #expect(thrown?.code == (number == 0 ? FormatRule.versionDigits.code : "unsupported"))
    }
    guard (1...14).contains(number) else { return }
    let error = try expectFailure(bytes + [0xFF], "version-form", at: offset)
    #expect(error.path == ["header"])
  }

  @Test func `a compressed envelope of Valkey is not supported, and not damaged`() throws {
    let error = try expectFailure(Array("VKCS".utf8) + [1, 1, 0, 0, 4, 34], "unsupported", at: 0)
    #expect(error.path == ["header"])
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
