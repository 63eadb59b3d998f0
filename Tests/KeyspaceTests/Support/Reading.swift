import BinaryInput
import Hashing
import Keyspace
import RDB
import TestSupport

/// What comparing backups needs to know of a key.
struct KeyFacts: Equatable {
  var type: RedisType
  var expiry: Int64?
  var value: Fingerprint
}

/// The keys of a file, with the fingerprints of their values.
func facts(path: String, _ hasher: FingerprintHasher) throws -> [KeyName: KeyFacts] {
  let snapshot = try Snapshot(try InputFile(path: path))
  var fingerprinter = ValueFingerprinter(hasher)
  var facts: [KeyName: KeyFacts] = [:]
  _ = try snapshot.walk(at: 0) { (key) throws(FormatError) in
    facts[KeyName(key.database, [UInt8](copying: key.name))] = KeyFacts(
      type: key.value.type, expiry: key.attributes.expiry,
      value: try fingerprinter.fingerprint(key.value))
  }
  return facts
}

/// The keys of bytes that are a file.
func facts(_ bytes: [UInt8], _ hasher: FingerprintHasher) throws -> [KeyName: KeyFacts] {
  let folder = try TemporaryFolder()
  return try facts(path: try folder.file(bytes), hasher)
}

/// Verifies bytes as a file.
func verify(
  _ bytes: [UInt8], _ options: Verification.Options = Verification.Options()
) throws -> Verification {
  let folder = try TemporaryFolder()
  return Verification(of: try InputFile(path: try folder.file(bytes)), options)
}
