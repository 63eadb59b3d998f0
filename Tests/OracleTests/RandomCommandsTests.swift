import AOF
import BinaryInput
import Foundation
import Hashing
import RDB
import TestSupport
import Testing

@testable import Keyspace

/// Random commands on a real server: replaying its log leaves what the server has.
///
/// `LOSSMAP_ROUNDS` sets how many rounds (200), `LOSSMAP_SEED` where they begin: the same place unless one says so,
/// for what fails in CI has to fail again. A failure prints its seed; `LOSSMAP_ROUNDS=1` plays it alone.
@Suite(
  .enabled(if: RedisServer.version?.hasPrefix("7.0.") == true, "needs redis-server 7.0"))
struct RandomCommandsTests {
  /// Rows that a 7.0 server neither takes nor logs; `NewerCommandTests` holds them to what is documented.
  static let newerRows: Set<String> = [
    "msetex", "hexpire", "hpexpire", "hexpireat", "hpexpireat", "hpersist", "hsetex", "hgetex",
    "hgetdel",
  ]
  /// With fewer rounds, chance leaves rows out.
  private static let roundsForEveryRow = 100

  @Test
  func `a log of random commands leaves what the server has, and every row was used`() throws {
    let environment = ProcessInfo.processInfo.environment
    let rounds = environment["LOSSMAP_ROUNDS"].flatMap { Int($0) } ?? 200
    let seed = environment["LOSSMAP_SEED"].flatMap { UInt64($0) } ?? 1480
    let server = try RedisServer([
      "--appendonly", "yes", "--appendfsync", "no", "--auto-aof-rewrite-percentage", "0",
      // Waiting commands give up when the server next looks at its clock.
      "--hz", "500",
    ])
    defer { server.stop() }
    var uses: [String: Int] = [:]
    for seed in seed..<(seed + UInt64(rounds)) { try play(seed, on: server, &uses) }
    guard rounds >= Self.roundsForEveryRow else { return }
    let unused = Command.all.map(\.name).filter { uses[$0] == nil }
    #expect(Set(unused).subtracting(Self.newerRows) == [], "rows that no round has used")
    #expect(Self.newerRows.subtracting(unused) == [], "no newer rows")
  }

  /// Plays one round, and counts which rows it used.
  private func play(
    _ seed: UInt64, on server: RedisServer, _ uses: inout [String: Int]
  ) throws {
    let needsLog = seed.isMultiple(of: 2)
    let start = try Self.log(of: server).count
    for command in [["FLUSHALL"], ["FUNCTION", "FLUSH"], ["SELECT", "0"]] {
      _ = try server.send(Self.bytes(command))
    }
    var random = RandomCommands(seed: seed, needsLog: needsLog)
    var commands = random.commands(150).map(Self.bytes)
    for command in commands { _ = try server.send(command) }
    for command in try Self.transplants(on: server) {
      commands.append(command)
      _ = try server.send(command)
    }
    // Commands as clients send them, for those that a server logs as something else.
    if !needsLog {
      let direct = try Self.replay(
        commands.flatMap(Self.encoded), "direct, LOSSMAP_SEED=\(seed)", &uses)
      if try digest(of: direct) != server.command("DEBUG", "DIGEST").text {
        Issue.record(
          "direct, LOSSMAP_SEED=\(seed): \(try Self.differences(of: direct, from: server))")
      }
    }
    let log = Self.encoded(Self.bytes(["SELECT", "0"])) + (try Self.log(of: server)[start...])
    let replayed = try Self.replay(log, "log, LOSSMAP_SEED=\(seed)", &uses)
    let replayedDigest = try digest(of: replayed)
    let held = try server.command("DEBUG", "DIGEST").text
    guard replayedDigest != held else { return }
    // The server may hold what its log does not: a BITFIELD whose operations all fail makes the key, and is not
    // logged. What counts is what it would load.
    try server.command("DEBUG", "LOADAOF")
    if try replayedDigest != server.command("DEBUG", "DIGEST").text {
      Issue.record("log, LOSSMAP_SEED=\(seed): \(try Self.differences(of: replayed, from: server))")
    }
  }

  /// Commands that take what only the server itself can make: copies of keys and of function libraries.
  private static func transplants(on server: RedisServer) throws -> [[[UInt8]]] {
    var commands = [bytes(["SELECT", "0"])]
    _ = try server.send(commands[0])
    for (index, name) in ["s0", "l0", "S0", "z0", "h0", "x0", "p0"].enumerated() {
      guard case .bytes(let payload) = try server.command("DUMP", name) else { continue }
      let command = index.isMultiple(of: 2) ? "RESTORE" : "restore-asking"
      commands.append(
        bytes([command, "copy-\(name)", "\(index / 4)000000"]) + [payload] + bytes(["REPLACE"]))
    }
    if case .bytes(let libraries) = try server.command("FUNCTION", "DUMP") {
      commands.append(bytes(["FUNCTION", "RESTORE"]) + [libraries] + bytes(["REPLACE"]))
    }
    return commands
  }

  /// The keys that the server has with another value, or not at all, with the last commands on them.
  private static func differences(
    of snapshot: Snapshot, from server: RedisServer
  ) throws -> [String] {
    var digester = ValueDigester(scores: .seventeenDigits)
    var mine: [(database: UInt64, name: String, digest: String)] = []
    _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
      let digest = try digester.digest(
        key.value, expires: key.attributes.expiry != nil, continuing: ServerDigest())
      let name = String(decoding: [UInt8](copying: key.name), as: UTF8.self)
      mine.append((key.database, name, digest.map { "\($0)" } ?? ""))
    }
    var differences: [String] = []
    for key in mine {
      try server.command("SELECT", "\(key.database)")
      let reply = try server.command("DEBUG", "DIGEST-VALUE", key.name)
      if reply.elements?.first?.text != key.digest {
        differences.append("\(key.database) \(key.name): \(reply) here \(key.digest)")
      }
    }
    let size = try server.command("INFO", "keyspace").text ?? ""
    return differences + ["\(mine.count) keys here, the server has \(size.dropFirst(12))"]
  }

  private static func log(of server: RedisServer) throws -> [UInt8] {
    let folder = server.folder.url.appending(path: "appendonlydir")
    let file = try #require(Repository.files(in: folder, suffix: ".incr.aof").first)
    return Array(try Data(contentsOf: file))
  }

  /// Replays a log, and counts which rows it uses.
  private static func replay(
    _ log: [UInt8], _ name: String, _ uses: inout [String: Int]
  ) throws -> Snapshot {
    let folder = try TemporaryFolder()
    _ = try folder.file(log, named: "appendonly.aof.1.incr.aof")
    _ = try folder.file(
      Array("file appendonly.aof.1.incr.aof seq 1 type i\n".utf8), named: "appendonly.aof.manifest")
    let snapshot = try Snapshot(
      replaying: AppendOnlyLog(folder: folder.url.filePath), now: 1_790_000_000_000)
    #expect(snapshot.replay?.unknown == [:], "\(name)")
    for (row, count) in zip(Command.all, snapshot.replay?.uses ?? []) where count > 0 {
      uses[row.name, default: 0] += count
    }
    return snapshot
  }

  private static func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }

  private static func encoded(_ words: [[UInt8]]) -> [UInt8] {
    words.reduce(Array("*\(words.count)\r\n".utf8)) {
      $0 + Array("$\($1.count)\r\n".utf8) + $1 + Array("\r\n".utf8)
    }
  }
}
