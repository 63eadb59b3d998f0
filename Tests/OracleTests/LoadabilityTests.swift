import BinaryInput
import Keyspace
import RDB
import TestSupport
import Testing

/// What `verify --target redis-7.0` says, held against what a real 7.0 does with the same bytes.
@Suite(.enabled(if: RedisServer.version?.hasPrefix("7.0.") == true, "needs redis-server 7.0"))
struct LoadabilityTests {
  /// A file, and whether it is whole.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let isIntact: Bool
  }

  static let cases: [Case] = [
    Case(testDescription: "a sound file", bytes: file(), isIntact: true),
    Case(
      testDescription: "a byte of a string value flipped", bytes: flipped(file()), isIntact: false),
    Case(testDescription: "the same, checksum 0", bytes: flipped(file(.disabled)), isIntact: true),
    Case(
      testDescription: "bytes after the end", bytes: file() + Array("rest".utf8), isIntact: true),
    Case(
      testDescription: "duplicate key", bytes: file { $0.string("name", "again") }, isIntact: false),
    Case(
      testDescription: "database 63",
      bytes: file {
        $0.selectDatabase(63)
        $0.string("far", "away")
      }, isIntact: true),
    Case(testDescription: "empty hash", bytes: file { $0.key("h", [4, 0]) }, isIntact: false),
    Case(testDescription: "truncated", bytes: Array(file().dropLast(12)), isIntact: false),
    Case(testDescription: "checksum cut off", bytes: Array(file().dropLast(3)), isIntact: false),
    Case(testDescription: "version 11", bytes: versioned("0011"), isIntact: true),
    Case(
      testDescription: "duplicate member of a set",
      bytes: file { $0.key("s", [2, 2] + RDBBuilder.string("a") + RDBBuilder.string("a")) },
      isIntact: false),
    Case(
      testDescription: "unsorted intset",
      bytes: file { $0.key("i", hex("0B 0C | 02 00 00 00 02 00 00 00 05 00 01 00")) },
      isIntact: false),
    Case(
      testDescription: "wrong backlength in a listpack",
      bytes: file {
        $0.key("l", hex("10 14 | 14 00 00 00 04 00 82 66 31 04 82 76 31 03 81 6E 02 2A 01 FF"))
      }, isIntact: false),
    Case(
      testDescription: "wrong previous length in a ziplist",
      bytes: file {
        $0.key("z", hex("0A 10 | 10 00 00 00 0C 00 00 00 02 00 00 F2 03 F3 FF"))
      }, isIntact: false),
    Case(
      testDescription: "library without a name",
      bytes: file { $0.append([0xF5] + RDBBuilder.string("#!lua\nreturn 1")) }, isIntact: false),
    Case(
      testDescription: "value of a module",
      bytes: file {
        $0.key("m", hex("07 81 B5 EB 2D FF FA DD 6C 01 05 06 76 61 6C 75 65 31 00"))
      }, isIntact: true),
    Case(
      testDescription: "value type 22", bytes: file { $0.key("n", [22, 1]) }, isIntact: false),
  ]

  @Test(arguments: cases)
  func `a release is said to load exactly what it loads`(_ example: Case) throws {
    var options = Verification.Options()
    options.targets = [try #require(ServerRelease(name: "redis-7.0"))]
    let verification = Verification(
      of: InputFile(example.bytes, named: example.testDescription), options)
    #expect((verification.isIntact == true) == example.isIntact)
    let refusal = try #require(verification.targets.first).refusal
    #expect((refusal == nil) == Self.serverLoads(example.bytes), "\(refusal ?? "loads")")
  }

  @Test
  func `a server skips an empty hash and keeps the rest`() throws {
    let server = try RedisServer(loading: Self.file { $0.key("h", [4, 0]) })
    defer { server.stop() }
    #expect(try server.command("DBSIZE") == .integer(1))
  }

  private static func serverLoads(_ bytes: [UInt8]) -> Bool {
    guard let server = try? RedisServer(loading: bytes) else { return false }
    defer { server.stop() }
    return (try? server.command("PING")) == .status("PONG")
  }

  private static func file(
    _ checksum: RDBBuilder.Checksum = .computed, _ more: (inout RDBBuilder) -> Void = { _ in }
  ) -> [UInt8] {
    var builder = RDBBuilder("REDIS0010")
    builder.string("name", "a value of some length")
    more(&builder)
    return builder.file(checksum)
  }

  private static func versioned(_ digits: String) -> [UInt8] {
    var builder = RDBBuilder("REDIS\(digits)")
    builder.string("name", "value")
    return builder.file()
  }

  /// Changes the last byte of the first value.
  private static func flipped(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[9 + 1 + 5 + 1 + 21] ^= 0x20
    return bytes
  }
}
