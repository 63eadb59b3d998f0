import BinaryInput
import Foundation
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

/// Every value of every file against what a real server computed from its own memory.
struct ValueDigesterTests {
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: BackupFile.corpus + BackupFile.legacy.filter(\.hasTruth))
  func `every value has the digest that its server computed`(backup: BackupFile) throws {
    try check(backup)
  }

  @Test(arguments: BackupFile.fixtures)
  func `every value of a fixture has the digest that the server computed`(backup: BackupFile) throws
  {
    try check(backup)
  }

  /// Compares key by key where the server has a command for that, and the data set as a whole.
  private func check(_ backup: BackupFile) throws {
    let truth = try Truth(of: backup.url)
    var stated: [KeyName: String] = [:]
    for key in truth.keys { stated[KeyName(key)] = key.digest }
    // Old files have the digests of Redis 7.0, which had loaded them, without what had expired by then.
    let isLoaded = truth.server == "loaded into 7.0.15"
    let now = Int64(Date.now.timeIntervalSince1970 * 1000)

    let snapshot = try Snapshot(try InputFile(path: backup.path))
    let scores = isLoaded ? ScoreText.seventeenDigits : snapshot.scoreText
    var digester = ValueDigester(scores: scores)
    var dataset = DataSetDigest()
    var compared = 0
    _ = try snapshot.walk(at: now) { (key) throws(FormatError) in
      if isLoaded && !key.isAlive { return }
      let expires = key.attributes.expiry != nil
      let whole = try digester.digest(
        key.value, expires: expires, continuing: DataSetDigest.start(of: key.name))
      if let whole { dataset.add(whole, database: key.database) }
      let name = KeyName(key.database, [UInt8](copying: key.name))
      guard let expected = stated[name] else { return }
      let digest = try digester.digest(key.value, expires: expires, continuing: ServerDigest())
      if digest?.description != expected { Issue.record("\(name)") }
      compared += 1
    }
    #expect(dataset.value.description == truth.digest)
    #expect(compared == stated.count)
  }
}
