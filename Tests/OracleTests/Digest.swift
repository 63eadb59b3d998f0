import BinaryInput
import Hashing
import Keyspace
import RDB

/// What `lossmap digest` prints for a snapshot.
func digest(of snapshot: Snapshot) throws -> String {
  var digester = ValueDigester(scores: snapshot.scoreText)
  var whole = DataSetDigest()
  _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
    let digest = try digester.digest(
      key.value, expires: key.attributes.expiry != nil,
      continuing: DataSetDigest.start(of: key.name))
    if let digest { whole.add(digest, database: key.database) }
  }
  return whole.value.description
}
