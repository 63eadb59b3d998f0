import BinaryInput
import Foundation
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

/// The same data, written by the same server in other encodings and by other servers.
struct CorpusFingerprintTests {
  private let hasher = FingerprintHasher()

  private static let servers = [
    "redis-3.2", "redis-5.0", "redis-6.2", "redis-7.0", "redis-unstable", "valkey-8",
  ]

  private func facts(_ server: String, _ name: String) throws -> [KeyName: KeyFacts] {
    let file = Repository.corpus.appending(path: "rdb/\(server)-\(name).rdb")
    return try KeyspaceTests.facts(path: file.filePath, hasher)
  }

  /// The names of the keys of both that are not the same.
  private func differences(
    _ first: [KeyName: KeyFacts], _ second: [KeyName: KeyFacts]
  ) -> Set<String> {
    Set(
      first.filter { second[$0.key] != nil && second[$0.key] != $0.value }
        .map { String(decoding: $0.key.name, as: UTF8.self) })
  }

  // The same commands were given for each file, so only what the clock says differs: the ids of
  // ttl:stream, and the delivery times of the entries pending in x:same. z:special has −0 or 0, as the encoding
  // has it, which is the same score (and yet another value of the server's own digest).
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: servers,
    ["tiny-encodings", "nocompress-nochecksum"])
  func `encodings make no difference`(server: String, other: String) throws {
    let all = try facts(server, "all")
    let others = try facts(server, other)
    #expect(all.count > 50)
    #expect(Set(all.keys) == Set(others.keys))
    #expect(differences(all, others) == (server == "redis-3.2" ? [] : ["ttl:stream", "x:same"]))
  }

  // Beside the clock: 5.0 and 6.2 do not say what was deleted from a stream.
  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: servers)
  func `servers make no difference`(server: String) throws {
    let newest = try facts("valkey-8", "all")
    let others = try facts(server, "all")
    let streams = Set(newest.filter { $0.value.type == .stream }.keys)
    #expect(differences(newest, others.filter { !streams.contains($0.key) }) == [])
    #expect(Set(others.keys).isSuperset(of: Set(newest.keys).subtracting(streams)))
  }
}
