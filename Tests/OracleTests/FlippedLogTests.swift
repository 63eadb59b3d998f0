import AOF
import BinaryInput
import Foundation
import Keyspace
import RDB
import TestSupport
import Testing

/// A log in which any byte is another: what breaks framing, a command or the RDB part is diagnosed as the server does;
/// what stands inside a value can't be seen.
struct FlippedLogTests {
  private static let name = "appendonly.aof"

  /// An RDB with commands behind it.
  private static let log: [UInt8] = {
    var builder = RDBBuilder("REDIS0010")
    builder.auxiliary("aof-preamble", "1")
    builder.string("a", "1")
    builder.key("h", [4, 1] + RDBBuilder.string("f") + RDBBuilder.string("v"))
    var bytes = builder.file()
    for line in ["SELECT 0", "SET s value", "MULTI", "RPUSH l a b", "DEL a", "EXEC", "INCR n"] {
      let words = line.split(separator: " ")
      bytes += Array("*\(words.count)\r\n".utf8)
      for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
    }
    return bytes
  }()

  private static func verified(_ bytes: [UInt8]) throws -> Verification {
    var options = Verification.Options()
    options.targets = [try #require(ServerRelease(name: "redis-7.0"))]
    return Verification(
      of: try AppendOnlyLog(file: InputFile(bytes, named: name)), options)
  }

  @Test func `a flip anywhere is diagnosed with file and offset, or the log is replayed`() throws {
    #expect(try Self.verified(Self.log).problems == [])
    for offset in Self.log.indices {
      for mask: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
        var bytes = Self.log
        bytes[offset] ^= mask
        let file = InputFile(bytes, named: Self.name)
        guard let log = try? AppendOnlyLog(file: file) else { continue }
        let verification = try Self.verified(bytes)
        for problem in verification.problems {
          #expect(problem.path == Self.name)
          #expect((0...bytes.count).contains(problem.offset), "\(offset): \(problem)")
        }
        var answer: Verification.Problem?
        if verification.isIntact != true {
          answer = verification.problems.first { $0.severity == .error }
          #expect(answer != nil, "byte \(offset) ^ \(mask)")
        }
        do throws(ReplayError) {
          let snapshot = try Snapshot(replaying: log, now: 0)
          // A torn tail is damage that a server, and a replay, leaves out.
          if snapshot.replay?.isIncomplete == true { #expect(verification.isIntact != true) }
        } catch {
          #expect(verification.isIntact != true, "byte \(offset) ^ \(mask): \(error)")
        }
      }
    }
  }

  @Test(.enabled(if: RedisServer.version == "7.0.15", "redis-server 7.0.15 is not installed"))
  func `a server refuses what is said to be refused`() throws {
    var refused = 0
    for offset in stride(from: 0, to: Self.log.count, by: 5) {
      var bytes = Self.log
      bytes[offset] ^= 0xFF
      guard (try? AppendOnlyLog(file: InputFile(bytes, named: Self.name))) != nil else { continue }
      let verification = try Self.verified(bytes)
      // Too few arguments may crash a server, or not: that is said, and can't be held against one.
      guard !verification.problems.contains(where: { $0.code == "command-arity" }) else { continue }
      let refusal = verification.targets[0].refusal
      var answer: String?
      do {
        let folder = try TemporaryFolder()
        _ = try folder.file(bytes, named: Self.name)
        let server = try RedisServer(
          in: folder, ["--appendonly", "yes", "--appendfsync", "no"])
        server.stop()
      } catch {
        answer = "\(error)"
      }
      if answer != nil { refused += 1 }
      #expect(
        (refusal == nil) == (answer == nil),
        "byte \(offset): said: \(refusal ?? "loads"); \(answer ?? "the server loads it")")
    }
    #expect(refused > 20)
  }
}
