import AOF
import BinaryInput
import Foundation
import Hashing
import RDB
import TestSupport
import Testing

@testable import Keyspace

/// A log that ends anywhere: the state is that of a server with `aof-load-truncated yes`.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct TruncatedLogTests {
  private static let name = "appendonly.aof.1.incr.aof"
  private static let options = ["--appendonly", "yes", "--appendfsync", "no"]

  /// A log, and the digest of the server's data when it was as long as the key says.
  private struct Written {
    var bytes: [UInt8] = []
    var digests: [(length: Int, digest: String)] = []

    /// What the server held when no more than so many bytes were written.
    func digest(at length: Int) -> String? { digests.last { $0.length <= length }?.digest }
  }

  private static func written() throws -> Written {
    let server = try RedisServer(options)
    defer { server.stop() }
    let file = server.folder.url.appending(path: "appendonlydir/\(name)")
    var written = Written(digests: [(0, String(repeating: "0", count: 40))])
    for line in [
      "SET s value", "RPUSH l a b c", "ZADD z 1 m 2.5 n", "HSET h f 1 g 2", "LPOP l",
      "EVAL redis.call('SET','a','1')redis.call('SADD','t','x','y')redis.call('DEL','s') 0",
      "SELECT 1", "XADD x 1-1 f v", "PEXPIREAT x 4000000000000", "SET last *3",
    ] {
      let words = line.split(separator: " ").map { Array($0.utf8) }
      if case .error(let message) = try server.send(words) { Issue.record("\(message)") }
      written.bytes = Array(try Data(contentsOf: file))
      let digest = try server.command("DEBUG", "DIGEST").text ?? ""
      written.digests.append((written.bytes.count, digest))
    }
    return written
  }

  /// What replaying the first bytes of a log comes to.
  private static func replayed(_ log: ArraySlice<UInt8>) throws -> String {
    let snapshot = try Snapshot(
      replaying: AppendOnlyLog(file: InputFile(Array(log), named: "log")), now: 1_790_000_000_000)
    return try digest(of: snapshot)
  }

  /// What a server has that loads them.
  private static func loaded(_ log: ArraySlice<UInt8>) throws -> String? {
    let folder = try TemporaryFolder()
    let directory = folder.url.appending(path: "appendonlydir")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(log).write(to: directory.appending(path: name))
    try Data("file \(name) seq 1 type i\n".utf8)
      .write(to: directory.appending(path: "appendonly.aof.manifest"))
    let server = try RedisServer(in: folder, options + ["--aof-load-truncated", "yes"])
    defer { server.stop() }
    return try server.command("DEBUG", "DIGEST").text
  }

  /// Requires that file and offset are named unless the log ends behind a command, and where a server cuts.
  private static func expectDiagnosis(of written: Written, cutTo length: Int) throws {
    let verification = Verification(
      of: try AppendOnlyLog(file: InputFile(Array(written.bytes[..<length]), named: "log")))
    let isWhole = verification.problems.isEmpty
    #expect(isWhole == (verification.isIntact == true), "cut to \(length)")
    #expect(
      isWhole || !written.digests.contains { $0.length == length }, "cut to \(length)")
    guard let problem = verification.problems.first else { return }
    #expect(problem.path == "log")
    #expect((0...length).contains(problem.offset), "cut to \(length): \(problem)")
    let part = try #require(verification.parts.first)
    let cut = try #require(part.cutAt)
    let end = written.digests.last { $0.length <= length }?.length ?? 0
    #expect(cut >= end && cut <= length, "cut to \(length): \(cut)")
    #expect(part.lost != nil)
  }

  @Test func `cut at any byte, a log leaves what the server held when it was so long`() throws {
    let written = try Self.written()
    for length in 0...written.bytes.count {
      let digest = try Self.replayed(written.bytes[..<length])
      #expect(digest == written.digest(at: length), "cut to \(length)")
      try Self.expectDiagnosis(of: written, cutTo: length)
      guard length.isMultiple(of: 37) || length == written.bytes.count else { continue }
      #expect(try Self.loaded(written.bytes[..<length]) == digest, "a server, cut to \(length)")
    }
  }
}
