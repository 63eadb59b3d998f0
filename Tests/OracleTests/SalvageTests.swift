import BinaryInput
import Keyspace
import RDB
import TestSupport
import Testing

/// Salvaged commands, taken by a real server.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct SalvageTests {
  @Test(arguments: BackupFile.fixtures.filter { $0.name != "expired_v10" })
  func `what is salvaged from a whole file has the file's digest`(_ backup: BackupFile) throws {
    let file = InputFile(try backup.bytes(), named: backup.name)
    let server = try RedisServer()
    defer { server.stop() }
    let salvage = try Self.salvage(file, into: server)
    #expect(salvage.end == nil && salvage.brokenKeys == 0)
    #expect(try server.command("DEBUG", "DIGEST").text == (try digest(of: Snapshot(file))))
  }

  @Test
  func `from a file that breaks off every key before the break comes through`() throws {
    let backup = try #require(BackupFile.fixtures.first { $0.name == "string_plain_v10" })
    let bytes = try backup.bytes()
    let server = try RedisServer()
    defer { server.stop() }
    var counts: Set<Int> = []
    for length in stride(from: 100, to: bytes.count - 9, by: 23) {
      try server.command("FLUSHALL")
      let cut = InputFile(Array(bytes.prefix(length)), named: "cut")
      let salvage = try Self.salvage(cut, into: server)
      #expect(try #require(salvage.end).isTruncation)
      let answer = try server.command("INFO", "keyspace").text ?? ""
      #expect(Self.keys(in: answer) == salvage.keys)
      counts.insert(salvage.keys)
    }
    let whole = Verification(of: InputFile(bytes, named: "whole")).keys
    #expect(counts.count > 5 && counts.allSatisfy { $0 <= whole })
  }

  @Test
  func `a key whose value is broken is left out and the next ones come through`() throws {
    var builder = RDBBuilder("REDIS0010")
    builder.string("before", "1")
    builder.key(
      "broken", hex("10 14 | 14 00 00 00 04 00 82 66 31 04 82 76 31 03 81 6E 02 2A 01 FF"))
    builder.string("behind", "2")
    let server = try RedisServer()
    defer { server.stop() }
    let salvage = try Self.salvage(InputFile(builder.file(), named: "broken"), into: server)
    #expect(salvage.keys == 2 && salvage.brokenKeys == 1 && salvage.end == nil)
    #expect(try server.command("EXISTS", "before", "behind", "broken") == .integer(2))
  }

  /// Sums up `db0:keys=3,…` over the databases.
  private static func keys(in keyspace: String) -> Int {
    keyspace.split(separator: "\n").compactMap { line in
      line.firstRange(of: "keys=").flatMap { range in
        Int(line[range.upperBound...].prefix { $0.isNumber })
      }
    }.reduce(0, +)
  }

  private static func salvage(_ file: InputFile, into server: RedisServer) throws -> Salvage {
    let commands = CollectedBytes()
    let salvage = Salvage(of: file, to: commands)
    for reply in try server.pipe(commands.bytes) {
      if case .error(let message) = reply {
        Issue.record("the server refuses a salvaged command: \(message)")
      }
    }
    return salvage
  }
}
