import BinaryInput
import Keyspace
import RDB
import TestSupport
import Testing

struct SnapshotDescriptionTests {
  private func describe(_ header: String = "REDIS0014", _ build: (inout RDBBuilder) -> Void) throws
    -> SnapshotDescription
  {
    var builder = RDBBuilder(header)
    build(&builder)
    let snapshot = try Snapshot(InputFile(builder.file(), named: "dump.rdb"))
    return try snapshot.walk(at: 0) { (_) throws(FormatError) in }
  }

  @Test func `a file names the server that wrote it`() throws {
    #expect(try describe { $0.auxiliary("redis-ver", "7.0.15") }.server == "redis 7.0.15")
    #expect(try describe { $0.auxiliary("valkey-ver", "8.0.1") }.server == "valkey 8.0.1")
    #expect(try describe { _ in }.server == nil)
  }

  @Test func `names are compared without case, and the last value counts`() throws {
    let description = try describe {
      $0.auxiliary("Redis-Bits", "32")
      $0.auxiliary("redis-bits", "64")
    }
    #expect(description.text("redis-bits") == "64")
    #expect(
      description.auxiliary.map(\.name) == [Array("Redis-Bits".utf8), Array("redis-bits".utf8)])
  }

  @Test func `a value is as the file has it, whatever that does to a terminal`() throws {
    let description = try describe { $0.auxiliary("redis-ver", "7\u{1B}[31m") }
    #expect(description.server == "redis 7\u{1B}[31m")
  }

  @Test func `integers are decimal text`() throws {
    #expect(
      try describe { $0.append(hex("FA 05 \"ctime\" C2 13 C8 02 6B")) }.createdAt
        == 1_795_344_403_000)
  }

  @Test func `scripts, libraries, modules and migrations are told apart`() throws {
    let description = try describe {
      $0.auxiliary("lua", "return 1")
      $0.auxiliary("lua", "return 2")
      $0.append(hex("F5 05 \"#!lua\" F7 81 B5 EB 2D FF FA DD 6C 01 02 01 00"))
    }
    #expect(description.scripts == 2)
    #expect(description.functions == [Array("#!lua".utf8)])
    #expect(description.modules == ["test__rdb"])
    #expect(description.auxiliary.isEmpty)
    let valkey = try describe("VALKEY080") { $0.append(hex("F3 01 \"j\" 01 00 05")) }
    #expect(valkey.slotImports == 1)
  }

  @Test func `a file can't fill the memory with fields`() throws {
    let description = try describe { builder in
      builder.append(hex("FA 01 61") + RDBBuilder.string([UInt8](repeating: 0x78, count: 1 << 17)))
      for number in 0..<1200 { builder.auxiliary("f\(number)", "v") }
    }
    #expect(description.auxiliary.count == 1000)
    #expect(description.text("a") == nil)
  }
}
