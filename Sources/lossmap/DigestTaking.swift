internal import BinaryInput
internal import Hashing
internal import Impact
internal import Keyspace
internal import RDB

/// Adds up the digests of the keys that a filter means.
struct DigestTaking: SnapshotVisitor, ~Copyable {
  private let selector: KeySelector
  private var digester: ValueDigester
  private var digest = DataSetDigest()

  init(_ policy: Policy, _ filter: KeyFilter, _ scores: ScoreText) {
    selector = KeySelector(checked: filter, KeyClassifier(checked: policy))
    digester = ValueDigester(scores: scores)
  }

  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError) {
    guard key.isAlive, selector.selects(key),
      let value = try digester.digest(
        key.value, expires: key.attributes.expiry != nil,
        continuing: DataSetDigest.start(of: key.name))
    else { return }
    digest.add(value, database: key.database)
  }

  consuming func finish() -> DataSetDigest { digest }
}
