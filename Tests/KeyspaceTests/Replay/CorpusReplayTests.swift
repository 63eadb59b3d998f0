import AOF
import BinaryInput
import Hashing
import RDB
import TestSupport
import Testing

@testable import Keyspace

/// Logs of real servers, held against what these stated.
@Suite(.enabled(if: Repository.hasCorpus, "the corpus is not beside the project"))
struct CorpusReplayTests {
  @Test(arguments: LogCase.corpus)
  func `every key of a replayed log has the digest and expiry that its server stated`(
    example: LogCase
  ) throws {
    let truth = try example.truth()
    let log =
      try example.isFolder
      ? AppendOnlyLog(folder: example.path)
      : AppendOnlyLog(file: InputFile(path: example.path))
    let snapshot = try Snapshot(
      replaying: log, cut: example.moment.map { .until(seconds: $0) }, now: 0)
    #expect(snapshot.replay?.unknown == [:] && snapshot.replay?.refused == 0)
    let replayed = try digests(of: snapshot, shortScores: example.hasShortScores)
    var expected: [KeyName: Truth.Key] = [:]
    for key in truth.keys { expected[KeyName(key)] = key }
    #expect(Set(replayed.keys.keys) == Set(expected.keys))
    var forgotten = 0
    for (name, key) in expected {
      guard let found = replayed.keys[name] else { continue }
      if let expiry = key.expiry { #expect(found.expiry ?? -1 == expiry, "\(name)") }
      guard let digest = key.digest, digest != found.digest else { continue }
      forgotten += 1
      #expect(found.digestWithFieldExpiry == digest, "\(name)")
    }
    #expect(forgotten > 0 || replayed.whole == truth.digest)
  }

  private struct Replayed {
    var keys: [KeyName: Key] = [:]
    var whole = ""

    struct Key {
      let digest: String
      let expiry: Int64?
      /// The digest if the field `f` had kept its expiry: HINCRBYFLOAT is logged as an HSET, which clears it.
      /// The live server keeps it; no server that loads the log can (reference of the format, §9.3).
      let digestWithFieldExpiry: String?
    }
  }

  private func digests(of snapshot: Snapshot, shortScores: Bool) throws -> Replayed {
    var digester = ValueDigester(scores: shortScores ? .shortest : .seventeenDigits)
    var whole = DataSetDigest()
    var replayed = Replayed()
    _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
      let expires = key.attributes.expiry != nil
      if let digest = try digester.digest(
        key.value, expires: expires, continuing: DataSetDigest.start(of: key.name))
      {
        whole.add(digest, database: key.database)
      }
      let digest = try digester.digest(key.value, expires: expires, continuing: ServerDigest())
      var mended: ServerDigest?
      if case .live(.hash(let box), _) = key.value.form {
        let hash = Box(box.value)
        hash.value.setExpiry(4_102_444_800_000, of: Array("f".utf8).span)
        let keys = LiveDatabase(baseNumber: 0)
        mended = try digester.digest(
          SnapshotValue(.hash(hash), LoggedStrings(of: []), heldBy: keys), expires: expires,
          continuing: ServerDigest())
      }
      replayed.keys[KeyName(key.database, [UInt8](copying: key.name))] =
        Replayed.Key(
          digest: "\(digest.map { "\($0)" } ?? "")", expiry: key.attributes.expiry,
          digestWithFieldExpiry: mended.map { "\($0)" })
    }
    replayed.whole = whole.value.description
    return replayed
  }
}
