import BinaryInput
import TestSupport
import Testing

@testable import RDB

/// What a byte that begins a record means in a version.
struct RDBValueTypeTests {
  /// The type numbers with the version that brought them, from the reference.
  private static let types: [(number: UInt8, since: Int, type: RedisType)] = [
    (0, 1, .string), (1, 1, .list), (2, 1, .set), (3, 1, .zset), (4, 1, .hash), (5, 8, .zset),
    (7, 8, .module), (9, 2, .hash), (10, 2, .list), (11, 2, .set), (12, 2, .zset), (13, 4, .hash),
    (14, 7, .list), (15, 9, .stream), (16, 10, .hash), (17, 10, .zset), (18, 10, .list),
    (19, 10, .stream), (20, 11, .set), (21, 11, .stream), (22, 12, .hash), (23, 12, .hash),
    (24, 12, .hash), (25, 12, .hash), (26, 13, .stream), (27, 14, .stream), (28, 14, .array),
  ]

  private static let opcodes: [(number: UInt8, since: Int)] = [
    (243, 13), (244, 12), (245, 10), (247, 9), (248, 9), (249, 9), (250, 7), (251, 7), (252, 3),
    (253, 1), (254, 1), (255, 1),
  ]

  @Test(arguments: types)
  func `a value type is in files since its version`(
    number: UInt8, since: Int, type: RedisType
  ) throws {
    for version in 1...14 {
      let version = RDBVersion(.redis, version)
      if version.number >= since {
        guard case .value(let found) = try version.kind(of: number, at: 9) else {
          Issue.record("\(number) is no value type")
          continue
        }
        #expect(found.number == number)
        #expect(found.type == type)
      } else {
        expectTooNew(number, version)
      }
    }
  }

  @Test(arguments: opcodes)
  func `an opcode is in files since its version`(number: UInt8, since: Int) throws {
    for version in 1...14 {
      let version = RDBVersion(.redis, version)
      if version.number >= since {
        #expect(
          try version.kind(of: number, at: 9) == .opcode(try #require(RDBOpcode(rawValue: number))))
      } else {
        expectTooNew(number, version)
      }
    }
  }

  private func expectTooNew(_ number: UInt8, _ version: RDBVersion) {
    let error = #expect(throws: FormatError.self) { try version.kind(of: number, at: 9) }
    #expect(error?.code == FormatRule.notInVersion.code)
    #expect(error?.offset == 9)
    #expect(error?.message.contains(" \(number) ") == true)
  }

  @Test func `type 8 was never assigned`() throws {
    try expectFailure(file(hex("08 01 61")), FormatRule.valueType.code, at: 9)
    try expectFailure(file(hex("08 01 61"), "VALKEY080"), FormatRule.valueType.code, at: 9)
  }

  @Test(arguments: Array(29...241) + [6, 242, 246] as [UInt8])
  func `what no supported version has is not supported`(number: UInt8) throws {
    let error = try expectFailure(file([number, 0], "REDIS0014"), "unsupported", at: 9)
    #expect(error.message.contains(" \(number) "), "\(error)")
  }

  @Test(arguments: Array(23...242) + [244, 246, 6] as [UInt8])
  func `what Valkey 9 does not have is not supported in its files`(number: UInt8) throws {
    let error = try expectFailure(file([number, 0], "VALKEY080"), "unsupported", at: 9)
    #expect(error.message.contains(" \(number) "), "\(error)")
  }

  @Test func `what is not supported stands where the file has it`() throws {
    var builder = RDBBuilder("REDIS0014")
    builder.string("k", "v")
    let offset = builder.offset
    builder.append(hex("1D 00"))
    try expectFailure(builder.file(), "unsupported", at: offset)
  }

  @Test func `a Valkey file has the types that Valkey shares with Redis`() throws {
    let version = RDBVersion(.valkey, 80)
    for (number, _, _) in Self.types where number < 22 {
      #expect(try version.kind(of: number, at: 0) == RDBVersion(.redis, 14).kind(of: number, at: 0))
    }
    #expect(try version.kind(of: 22, at: 0) == .value(.valkeyHash2))
    #expect(try version.kind(of: 243, at: 0) == .slotImport)
    #expect(try version.kind(of: 245, at: 0) == .opcode(.function2))
  }

  @Test(arguments: [1, 9, 12, 14])
  func `the table says what the version says`(number: Int) {
    for version in [RDBVersion(.redis, number), RDBVersion(.valkey, 80)] {
      let table = RecordKindTable(version)
      for byte in 0...UInt8.max {
        #expect(
          (try? table.kind(of: byte, at: 3)) == (try? version.kind(of: byte, at: 3)), "\(byte)")
      }
    }
  }

  @Test func `names are those of the server`() {
    #expect(RDBValueType.listQuicklist2.name == "LIST_QUICKLIST_2")
    #expect(RDBValueType.valkeyHash2.name == "HASH_2")
    #expect(Set(RDBValueType.allCases.map(\.name)).count == RDBValueType.allCases.count)
    #expect(
      RedisType.allCases.map(\.name)
        == ["string", "list", "set", "zset", "hash", "module", "stream", "array"])
    #expect(RedisType.allCases.map { Int($0.rawValue) } == Array(0..<8))
  }
}
