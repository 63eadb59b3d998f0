internal import BinaryInput
internal import Hashing
internal import Keyspace
internal import Patterns
internal import RDB

/// What one reading of a backup finds out for a comparison: every key that is alive at the restore, in
/// summary, with its category.
struct SideScan: Sendable {
  /// The keys. A label of 0 or more is the index of a category; below are groups of unknown keys.
  private(set) var keys = KeyList()
  /// The members of the keys that the policy calls queues.
  private(set) var queues: [QueueMembers] = []
  /// How the names of unknown keys begin, by group.
  private(set) var unknownPrefixes: [[UInt8]?] = []
  /// What the file says about itself.
  private(set) var description: SnapshotDescription

  /// The members of one queue on one side.
  struct QueueMembers: Sendable {
    let database: UInt64
    let category: Int
    let name: [UInt8]
    let members: [[UInt8]: Double]
  }

  /// Reads `snapshot`.
  ///
  /// - Throws: `FormatError` if it is damaged.
  init(
    of snapshot: Snapshot, at restoreAt: Int64, _ classifier: Classifier,
    _ hasher: FingerprintHasher
  ) throws(FormatError) {
    var keys = KeyList()
    var queues: [QueueMembers] = []
    var groups = PrefixGroups(zero: 0)
    var fingerprinter = ValueFingerprinter(hasher)
    description = try snapshot.walk(at: restoreAt) { (key) throws(FormatError) in
      // Damage in a key that has expired is damage all the same.
      let value = try fingerprinter.fingerprint(key.value)
      guard key.isAlive else { return }
      let category = classifier.category(of: key.name)
      keys.append(
        KeySummary(
          key: key.fingerprint(hasher), value: value, expiry: key.attributes.expiry,
          type: key.value.type, offset: key.offset,
          label: category.map { Int32($0) } ?? ~Int32(groups.group(of: key.name))),
        database: key.database)
      if let category, case .queue = classifier.policy.categories[category].value {
        try queues.append(Self.members(of: key, category))
      }
    }
    self.keys = keys
    self.queues = queues
    unknownPrefixes = groups.prefixes
  }

  /// The category of a key; nil if it has none.
  static func category(of key: KeySummary) -> Int? { key.label >= 0 ? Int(key.label) : nil }

  /// How the name of a key of no category begins.
  func unknownPrefix(of key: KeySummary) -> [UInt8]? { unknownPrefixes[Int(~key.label)] }

  private static func members(
    of key: borrowing SnapshotKey, _ category: Int
  ) throws(FormatError) -> QueueMembers {
    var capture = ValueCapture()
    var scratch = ValueScratch()
    try key.value.decode(into: &capture, scratch: &scratch)
    return QueueMembers(
      database: key.database, category: category, name: [UInt8](copying: key.name),
      members: capture.members)
  }
}
