import BinaryInput
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

/// Values written as commands, taken by a real server.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct KeyWriterTests {
  /// What a Redis 7.0 can hold and digest: no newer types, and no score of -0, which it changes.
  private static let files = (BackupFile.fixtures + BackupFile.corpus + BackupFile.legacy).filter {
    backup in
    guard let file = try? InputFile(path: backup.path), let snapshot = try? Snapshot(file) else {
      return false
    }
    return (try? keys(of: snapshot)) != nil
  }

  /// Each key's fingerprint, by database and name, of those that do not expire before `time`.
  private static func keys(
    of snapshot: Snapshot, at time: Int64 = .min
  ) throws -> [[UInt8]: (Fingerprint, Int64?)] {
    var keys: [[UInt8]: (Fingerprint, Int64?)] = [:]
    var fingerprinter = ValueFingerprinter(FingerprintHasher(seed: 1))
    _ = try snapshot.walk(at: time) { (key) throws(FormatError) in
      let value = try fingerprinter.fingerprint(key.value)
      if key.isAlive { keys[label(key)] = (value, key.attributes.expiry) }
    }
    return keys
  }

  private static func label(_ key: borrowing SnapshotKey) -> [UInt8] {
    Array("\(key.database)/".utf8) + [UInt8](copying: key.name)
  }

  @Test(arguments: files, [KeyWriter.Payloads.never, .always])
  func `a server that takes the commands has the data`(
    _ backup: BackupFile, payloads: KeyWriter.Payloads
  ) throws {
    let snapshot = try Snapshot(InputFile(path: backup.path))
    let server = try RedisServer(loading: nil, in: nil, ["--databases", "1000"])
    defer { server.stop() }
    // Far enough ahead that nothing expires while the server is asked.
    let now =
      try #require(try server.command("TIME").elements?.first?.text.flatMap { Int64($0) }) * 1000
      + 3_600_000
    let commands = CollectedBytes()
    let writer = CommandWriter(.resp, to: commands)
    var options = KeyWriter.Options()
    options.target = ServerRelease(name: "redis-7.0")
    options.payloads = payloads
    var keys = KeyWriter(to: writer, version: snapshot.version, options)
    var left: Set<[UInt8]> = []
    _ = try snapshot.walk(at: now) { (key) throws(FormatError) in
      guard key.isAlive else { return }
      // Its module is not here.
      var isLeft = key.value.type == .module
      if !isLeft { isLeft = try keys.write(key) != nil }
      if isLeft { left.insert(Self.label(key)) }
    }
    writer.flush()
    for case .error(let message) in try server.pipe(commands.bytes) {
      Issue.record("\(backup): \(message)")
    }
    let saved = try Self.keys(of: Snapshot(InputFile(try server.save(), named: "saved")))
    let expected = try Self.keys(of: snapshot, at: now).filter { !left.contains($0.key) }
    #expect(Set(saved.keys) == Set(expected.keys))
    for (name, facts) in expected where saved[name].map({ $0 != facts }) ?? false {
      Issue.record("\(backup) \(EscapedBytes(name))")
    }
    if backup.name.hasPrefix("redis-7.0") || backup.name.hasSuffix("_v10") {
      #expect(left.isEmpty)
    }
  }
}
