internal import Hashing
internal import Keyspace
internal import RDB

/// Joins the keys of a backup and of a current state by the fingerprints of their names.
///
/// Fingerprints also divide the work: what belongs together is in the same part, so parts are joined side by side.
struct KeyJoin: Sendable {
  /// The two sides, and when each was seen as it is.
  struct Sides: Sendable {
    let backup: SideScan
    let backupSeenAt: Int64
    let current: SideScan
    let currentSeenAt: Int64
  }

  /// The keys of the backup that belong to the part.
  private(set) var table: KeyTable
  /// The keys that a restore changes, without their names.
  private var affected: [AffectedKey] = []
  /// By category, how many keys are the same.
  private(set) var unchanged: [Int]
  /// The keys of no category that are the same.
  private(set) var unknown = PrefixGroups(zero: ChangeCounts())
  /// By category, what was found against the document; nil where there is none.
  private(set) var claims: [ClaimCheck?]
  /// The position of a key that the current state has twice; nil if none was found.
  private(set) var duplicateInCurrent: Int?

  /// Joins the keys of one part.
  init(_ part: KeyPart, of sides: Sides, _ policy: Policy) {
    table = KeyTable(sides.backup.keys, part)
    unchanged = Array(repeating: 0, count: policy.categories.count)
    claims = policy.categories.map { $0.document.map { ClaimCheck($0) } }
    findChanged(part, sides)
    findResurrected(part, sides)
  }

  /// Gives away the keys that a restore changes.
  mutating func takeAffected() -> [AffectedKey] {
    var taken: [AffectedKey] = []
    swap(&taken, &affected)
    return taken
  }

  /// Holds the keys of the current state against those of the backup: lost, regressed, unchanged.
  private mutating func findChanged(_ part: KeyPart, _ sides: Sides) {
    let keys = sides.current.keys
    for position in keys.summaries.indices where part.contains(keys.summaries[position].key) {
      let key = keys.summaries[position]
      let match = table.match(key.key)
      guard match?.wasMatched != true else {
        duplicateInCurrent = position
        return
      }
      let restored = match.map { table.list.summaries[$0.position] }
      let category = SideScan.category(of: key)
      if let category {
        // A key that both have was written before the older file was.
        let isSame = restored != nil && restored?.expiry == key.expiry
        claims[category]?.add(
          expiry: key.expiry,
          seenAt: isSame ? min(sides.currentSeenAt, sides.backupSeenAt) : sides.currentSeenAt)
      }
      guard let change = Self.change(from: restored, to: key) else {
        if let category {
          unchanged[category] += 1
        } else {
          unknown.update(prefix: sides.current.unknownPrefix(of: key)) { $0.unchanged += 1 }
        }
        continue
      }
      affected.append(
        AffectedKey(
          database: keys.database(at: position), name: [], category: category, change: change,
          type: key.type,
          expiry: key.expiry, backupExpiry: restored?.expiry, backupOffset: restored?.offset,
          currentOffset: key.offset))
    }
  }

  /// Adds the keys of the backup that the current state lacks.
  private mutating func findResurrected(_ part: KeyPart, _ sides: Sides) {
    let keys = table.list
    for position in keys.summaries.indices
    where !table.isMatched(position) && part.contains(keys.summaries[position].key) {
      let key = keys.summaries[position]
      let category = SideScan.category(of: key)
      affected.append(
        AffectedKey(
          database: keys.database(at: position), name: [], category: category,
          change: .resurrected, type: key.type, expiry: key.expiry, backupExpiry: key.expiry,
          backupOffset: key.offset, currentOffset: nil))
      if let category { claims[category]?.add(expiry: key.expiry, seenAt: sides.backupSeenAt) }
    }
  }

  /// What a restore does to a key of the current state; nil if nothing.
  private static func change(from restored: KeySummary?, to key: KeySummary) -> KeyChange? {
    guard let restored else { return .lost }
    if restored.value != key.value || restored.type != key.type { return .regressed }
    return restored.expiry == key.expiry ? nil : .regressedExpiry
  }
}
