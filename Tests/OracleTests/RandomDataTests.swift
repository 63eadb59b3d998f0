import BinaryInput
import Foundation
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

/// Random data sets, saved by the real server under random encoding limits: our digest is the server's.
///
/// `LOSSMAP_ROUNDS` sets how many (200); a failure prints its seed, and `LOSSMAP_SEED` plays it again.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RandomDataTests {
  @Test
  func `the digest of random data is the server's`() throws {
    let environment = ProcessInfo.processInfo.environment
    let rounds = environment["LOSSMAP_ROUNDS"].flatMap { Int($0) } ?? 200
    let seed = environment["LOSSMAP_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...1 << 40)
    let server = try RedisServer()
    defer { server.stop() }
    for round in 0..<UInt64(rounds) {
      var data = RandomData(seed: seed &+ round)
      for command in data.commands() {
        if case .error(let message) = try server.send(command) {
          Issue.record("seed \(seed &+ round): \(message)")
        }
      }
      let file = InputFile(try server.save(), named: "round \(round)")
      let expected = try server.command("DEBUG", "DIGEST").text
      #expect(try digest(of: Snapshot(file)) == expected, "LOSSMAP_SEED=\(seed &+ round)")
      #expect(Verification(of: file).problems == [], "LOSSMAP_SEED=\(seed &+ round)")
    }
  }
}
