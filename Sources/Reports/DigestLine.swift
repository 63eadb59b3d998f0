internal import BinaryInput
public import Hashing
public import Impact
public import Keyspace
internal import RDB

/// `digest --keys`: a key with its digest.
public struct DigestLine {
  private let database: UInt64
  private var name: [UInt8]
  private let type: RedisType
  private let expiry: Int64?
  private var digest: String

  /// Prepares a line.
  public init(_ key: borrowing SnapshotKey, _ digest: ServerDigest) {
    database = key.database
    name = [UInt8](copying: key.name)
    type = key.value.type
    expiry = key.attributes.expiry
    self.digest = digest.description
  }

  /// Writes digest, database, type and name.
  public func writeText(to output: inout some TextOutputStream) {
    output.write("\(digest)  \(database)  \(type.name)  \(EscapedBytes(name))\n")
  }

  /// Writes an object.
  public func writeJSON(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: false)
    json.object { json in
      json.field("db", database)
      json.field("key", bytes: name)
      json.field("type", type.name)
      json.field("expires_at", expiry)
      json.field("digest", digest)
    }
    output.write(json.text)
    output.write("\n")
  }

  /// The same with pseudonyms for the key and for its digest: that of a short value can be looked up.
  public func redacted(by redactor: Redactor, _ classifier: KeyClassifier) -> DigestLine {
    var copy = self
    copy.name = redactor.name(name, category: classifier.category(of: name.span))
    copy.digest = redactor.value(Array(digest.utf8))
    return copy
  }
}
