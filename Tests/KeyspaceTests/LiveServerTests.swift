import BinaryInput
import Foundation
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

/// Files loaded into a real server, and what it writes then.
struct LiveServerTests {
  private static let isInstalled = RedisServer.version == "7.0.15"

  private let hasher = FingerprintHasher()
  private let now = Int64(Date.now.timeIntervalSince1970 * 1000)

  /// Loads a file into a server, and compares what it has with what it saves.
  ///
  /// A replica keeps keys that have expired.
  private func reload(
    _ backup: BackupFile, asReplica: Bool = false
  ) throws -> (digest: String?, original: [KeyName: KeyFacts], saved: [KeyName: KeyFacts]) {
    let server = try RedisServer(
      loading: try backup.bytes(), asReplica ? ["--replicaof", "127.0.0.1 1"] : [])
    defer { server.stop() }
    let digest = try server.command("DEBUG", "DIGEST").text
    let saved = try facts(try server.save(), hasher)
    var original = try facts(path: backup.path, hasher)
    if !asReplica { original = original.filter { ($0.value.expiry ?? .max) > now } }
    return (digest, original, saved)
  }

  @Test(
    .enabled(if: isInstalled, "redis-server 7.0.15 is not installed"),
    arguments: BackupFile.fixtures, [false, true])
  func `a server has the data of a fixture, and writes them again`(
    fixture: BackupFile, asReplica: Bool
  ) throws {
    let (digest, original, saved) = try reload(fixture, asReplica: asReplica)
    // The truth is from before the keys expired.
    if asReplica || fixture.name != "expired_v10" {
      #expect(try digest == Truth(of: fixture.url).digest)
    }
    #expect(original == saved)
  }

  // Encodings that it does not write any more, streams of which it has to derive something.
  @Test(
    .enabled(if: isInstalled, "redis-server 7.0.15 is not installed"),
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: BackupFile.legacy.filter(\.hasTruth)
      + BackupFile.corpus.filter { name in
        ["redis-3", "redis-5", "redis-6", "redis-7"].contains { name.name.hasPrefix($0) }
          && !name.name.hasSuffix("nochecksum")
      })
  func `a server has the data of an older file, and writes them again`(backup: BackupFile) throws {
    let (_, original, saved) = try reload(backup)
    #expect(Set(original.keys) == Set(saved.keys))
    for (name, facts) in original where saved[name] != facts {
      Issue.record("\(name): \(facts.type)")
    }
  }

  @Test(
    .enabled(if: isInstalled, "redis-server 7.0.15 is not installed"),
    arguments: BackupFile.fixtures)
  func `a server takes what was saved from a file`(fixture: BackupFile) throws {
    let server = try RedisServer()
    defer { server.stop() }
    let commands = CollectedBytes()
    let salvage = Salvage(of: try InputFile(path: fixture.path), to: commands)
    let refusals = try server.pipe(commands.bytes).filter {
      if case .error = $0 { true } else { false }
    }
    #expect(refusals == [])
    #expect(salvage.end == nil)
    #expect(salvage.brokenKeys == 0)
    let truth = try Truth(of: fixture.url)
    #expect(salvage.keys == truth.keys.count)
    #expect(salvage.functions == truth.functions.count)
    if fixture.name != "expired_v10" {
      #expect(try server.command("DEBUG", "DIGEST").text == truth.digest)
    }
    let saved = try facts(try server.save(), hasher)
    #expect(
      try saved == facts(path: fixture.path, hasher).filter { ($0.value.expiry ?? .max) > now })
  }

  @Test(.enabled(if: isInstalled, "redis-server 7.0.15 is not installed"))
  func `a server answers what it is asked`() throws {
    let server = try RedisServer()
    defer { server.stop() }
    #expect(try server.command("PING") == .status("PONG"))
    #expect(try server.send([Array("SET".utf8), [0, 1, 0xFF], hex("0D 0A 00")]) == .status("OK"))
    #expect(try server.send([Array("GET".utf8), [0, 1, 0xFF]]) == .bytes(hex("0D 0A 00")))
    #expect(try server.command("GET", "nothing") == .null)
    #expect(try server.command("DBSIZE") == .integer(1))
    #expect(throws: RESPError.self) { try server.command("NOCOMMAND") }
    try server.command("RPUSH", "list", "a", "", "b")
    #expect(
      try server.command("LRANGE", "list", "0", "-1")
        == .array([.bytes([0x61]), .bytes([]), .bytes([0x62])]))
    let nested = try server.command("EVAL", "return {1, {2, 'x', {}}, false}", "0")
    #expect(
      nested == .array([.integer(1), .array([.integer(2), .bytes([0x78]), .array([])]), .null]))
    let large = [UInt8](repeating: 0x78, count: 3_000_000)
    #expect(try server.send([Array("SET".utf8), [1], large]) == .status("OK"))
    #expect(try server.send([Array("GET".utf8), [1]]) == .bytes(large))
  }

  @Test(.enabled(if: isInstalled, "redis-server 7.0.15 is not installed"))
  func `a server is gone when it is stopped`() throws {
    let server = try RedisServer()
    let pid = try #require(
      try server.command("INFO", "server").text?.split(whereSeparator: \.isNewline)
        .first { $0.hasPrefix("process_id:") }?.dropFirst("process_id:".count))
    #expect(FileManager.default.fileExists(atPath: "/proc/\(pid)"))
    server.stop()
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(pid)"))
    server.stop()
  }
}
