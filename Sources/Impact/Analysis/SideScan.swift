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
    /// Where it stands.
    let offset: Int
    let members: [[UInt8]: Double]
  }

  /// Reads `snapshot` on up to `threads` threads.
  ///
  /// - Throws: `FormatError` if it is damaged.
  init(
    of snapshot: Snapshot, at restoreAt: Int64, _ policy: Policy, _ hasher: FingerprintHasher,
    threads: Int
  ) throws(FormatError) {
    let (description, parts) = try snapshot.walk(at: restoreAt, threads: threads) {
      SideReading(KeyClassifier(checked: policy).classifier, hasher)
    }
    self.description = description
    if parts.count == 1 {
      keys = parts[0].keys
      queues = parts[0].queues
      unknownPrefixes = parts[0].unknownPrefixes
      return
    }
    // Each part has numbered its groups for itself.
    var firstGroups: [Int32] = []
    for part in parts {
      firstGroups.append(Int32(unknownPrefixes.count))
      unknownPrefixes += part.unknownPrefixes
    }
    keys = KeyList(merging: parts.map(\.keys)) { part, label in
      label >= 0 ? label : ~(~label + firstGroups[part])
    }
    queues = parts.flatMap(\.queues).sorted { $0.offset < $1.offset }
  }

  /// The category of a key; nil if it has none.
  static func category(of key: KeySummary) -> Int? { key.label >= 0 ? Int(key.label) : nil }

  /// How the name of a key of no category begins.
  func unknownPrefix(of key: KeySummary) -> [UInt8]? { unknownPrefixes[Int(~key.label)] }
}

/// Takes in the keys of a side, or of some runs of its records.
private struct SideReading: SnapshotVisitor, ~Copyable {
  struct Outcome: Sendable {
    var keys = KeyList()
    var queues: [SideScan.QueueMembers] = []
    var unknownPrefixes: [[UInt8]?] = []
  }

  private let classifier: Classifier
  private let hasher: FingerprintHasher
  private var fingerprinter: ValueFingerprinter
  private var groups = PrefixGroups(zero: 0)
  private var outcome = Outcome()

  init(_ classifier: Classifier, _ hasher: FingerprintHasher) {
    self.classifier = classifier
    self.hasher = hasher
    fingerprinter = ValueFingerprinter(hasher)
  }

  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError) {
    // Damage in a key that has expired is damage all the same.
    let value = try fingerprinter.fingerprint(key.value)
    guard key.isAlive else { return }
    let category = classifier.category(of: key.name)
    outcome.keys.append(
      KeySummary(
        key: key.fingerprint(hasher), value: value, expiry: key.attributes.expiry,
        type: key.value.type, offset: key.offset,
        label: category.map { Int32($0) } ?? ~Int32(groups.group(of: key.name))),
      database: key.database)
    if let category, case .queue = classifier.policy.categories[category].value {
      outcome.queues.append(try Self.members(of: key, category))
    }
  }

  consuming func finish() -> Outcome {
    outcome.unknownPrefixes = groups.prefixes
    return outcome
  }

  private static func members(
    of key: borrowing SnapshotKey, _ category: Int
  ) throws(FormatError) -> SideScan.QueueMembers {
    var capture = ValueCapture()
    var scratch = ValueScratch()
    try key.value.decode(into: &capture, scratch: &scratch)
    return SideScan.QueueMembers(
      database: key.database, category: category, name: [UInt8](copying: key.name),
      offset: key.offset, members: capture.members)
  }
}
