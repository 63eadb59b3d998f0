import BinaryInput
import Keyspace
import TestSupport

@testable import Impact

/// 2026-03-11T01:00:00Z: when the restores of these tests are.
let restoreMoment: Int64 = 1_773_190_800_000
let second: Int64 = 1000
let minute = 60 * second
let hour = 60 * minute
let day = 24 * hour

/// The built-in policy, read once.
private let builtIn = Result { try Policy.builtIn() }

/// The built-in policy.
func bitrun() throws -> Policy { try builtIn.get() }

/// Bytes as a backup.
func snapshot(_ bytes: [UInt8], named name: String = "dump.rdb") throws -> Snapshot {
  // The file stays readable when its name has gone.
  let folder = try TemporaryFolder()
  return try Snapshot(try InputFile(path: folder.file(bytes, named: name)))
}

/// What restoring keys over others does. The backup is 23 hours old, the current state 30 seconds.
func impact(
  of backup: [Entry], on current: [Entry], at moment: Int64 = restoreMoment, policy: Policy? = nil,
  backupCreatedAt: Int64? = restoreMoment - 23 * hour,
  currentCreatedAt: Int64? = restoreMoment - 30 * second
) throws -> ImpactReport {
  let analysis = try ImpactAnalysis(policy: policy ?? bitrun(), restoreAt: moment)
  return try analysis.impact(
    of: snapshot(dump(backup, createdAt: backupCreatedAt)),
    on: snapshot(dump(current, createdAt: currentCreatedAt), named: "current.rdb"))
}

/// What restoring keys could do.
func exposure(
  of backup: [Entry], at moment: Int64 = restoreMoment, policy: Policy? = nil,
  createdAt: Int64? = restoreMoment - 23 * hour
) throws -> ImpactReport {
  let analysis = try ImpactAnalysis(policy: policy ?? bitrun(), restoreAt: moment)
  return try analysis.exposure(of: snapshot(dump(backup, createdAt: createdAt)))
}

extension ImpactReport {
  /// What happens to each affected key, by its name and, other than 0, its database: `3/name`.
  var changes: [String: KeyChange] {
    var changes: [String: KeyChange] = [:]
    for key in keys { changes[key.label] = key.change }
    return changes
  }

  /// What happens to the category with this id.
  func category(_ id: String) throws -> CategoryImpact {
    guard let impact = categories.first(where: { $0.category.id == id }) else {
      throw NoCategory(id)
    }
    return impact
  }

  /// The severity of what happens to the key with this name; nil if nothing does.
  func severity(ofKey name: String) -> Severity? {
    keys.first { $0.label == name }.map { severity(of: $0) }
  }

  struct NoCategory: Error {
    let id: String
    init(_ id: String) { self.id = id }
  }
}

extension AffectedKey {
  /// The name, behind the number of the database if that is not 0.
  var label: String { (database == 0 ? "" : "\(database)/") + "\(EscapedBytes(name))" }
}

extension ChangeCounts {
  /// These counts, the others 0.
  static func counts(
    lost: Int = 0, regressed: Int = 0, regressedExpiry: Int = 0, resurrected: Int = 0,
    unchanged: Int = 0
  ) -> ChangeCounts {
    var counts = ChangeCounts()
    (counts.lost, counts.regressed, counts.regressedExpiry) = (lost, regressed, regressedExpiry)
    (counts.resurrected, counts.unchanged) = (resurrected, unchanged)
    return counts
  }
}
