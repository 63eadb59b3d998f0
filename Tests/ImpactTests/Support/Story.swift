import AOF
import BinaryInput
import Foundation
import Impact
import Keyspace
import TestSupport

/// A backup and an incident state of a BITRUN server, with what is true of a restore.
struct Story: CustomStringConvertible, Sendable {
  private let folder: URL
  private let truthFile: String
  private let backupFile: String
  private let currentFile: String

  var description: String { "\(folder.lastPathComponent)/\(truthFile), \(currentFile)" }

  /// Those of the project.
  static let fixtures = ["truth.json", "truth-late.json"].map {
    Story(
      folder: Repository.fixtures.appending(path: "bitrun"), truthFile: $0,
      backupFile: "backup.rdb", currentFile: "incident.rdb")
  }

  /// Larger ones; absent where the corpus is.
  static let corpus = [
    ("daygap", "truth-impact.json"), ("daygap", "truth-impact-late.json"),
    ("shortgap", "truth-impact.json"),
  ].map { set, truth in
    Story(
      folder: Repository.corpus.appending(path: "bitrun/\(set)"), truthFile: truth,
      backupFile: "a.rdb", currentFile: "b.rdb")
  }

  /// The larger ones with the append-only log of the incident state for its RDB.
  static let logs = corpus.map {
    Story(
      folder: $0.folder, truthFile: $0.truthFile, backupFile: $0.backupFile,
      currentFile: "b-appendonlydir")
  }

  /// What lossmap finds.
  func report() throws -> ImpactReport {
    try analysis().impact(of: open(backupFile), on: open(currentFile))
  }

  /// What lossmap finds from the backup alone.
  func exposure() throws -> ImpactReport {
    try analysis().exposure(of: open(backupFile))
  }

  private func analysis() throws -> ImpactAnalysis {
    try ImpactAnalysis(policy: bitrun(), restoreAt: truth().restoreAt)
  }

  private func open(_ name: String) throws -> Snapshot {
    let path = folder.appending(path: name).filePath
    guard name.hasSuffix("appendonlydir") else { return try Snapshot(InputFile(path: path)) }
    return try Snapshot(replaying: AppendOnlyLog(folder: path), now: truth().restoreAt)
  }

  /// What is true.
  func truth() throws -> StoryTruth {
    try StoryTruth(JSONValue(contentsOf: folder.appending(path: truthFile)))
  }
}

/// What a restore does, as computed from what the live servers said.
struct StoryTruth {
  /// The moment of the restore.
  let restoreAt: Int64
  private let categories: [String: JSONValue]
  private let totals: [String: JSONValue]
  private let members: [String: JSONValue]

  init(_ value: JSONValue) throws {
    guard let root = value.members, let moment = root["T_ms"]?.integer,
      let categories = root["categories"]?.members, let totals = root["totals"]?.members,
      let members = root["arq_queue_members"]?.members
    else { throw CocoaError(.fileReadCorruptFile) }
    (restoreAt, self.categories, self.totals, self.members) = (moment, categories, totals, members)
  }

  /// The categories that it speaks of.
  var ids: Set<String> { Set(categories.keys) }

  /// The affected keys of a category, by name.
  func changes(of id: String) -> [String: KeyChange] {
    var changes: [String: KeyChange] = [:]
    for (name, change) in Self.groups {
      for key in categories[id]?.members?[name]?.elements ?? [] {
        changes[key.text ?? ""] = change
      }
    }
    return changes
  }

  /// The counts of a category; none for one that no file has keys of.
  func counts(of id: String) -> ChangeCounts {
    Self.counts(categories[id]?.members?["counts"]?.members ?? [:])
  }

  /// The counts of all keys.
  var total: ChangeCounts { Self.counts(totals) }

  /// How many keys of the backup have expired by the restore, of those that were alive when it was written.
  var expiredInBackup: Int { Int(totals["expired_in_a_by_T"]?.integer ?? -1) }

  /// The members of the queue of which something is true, sorted.
  func members(_ name: String) -> [String] {
    (members[name]?.elements ?? [.null]).map { $0.text ?? "?" }.sorted()
  }

  private static let groups: [(name: String, change: KeyChange)] = [
    ("lost", .lost), ("regressed_value", .regressed), ("regressed_expiry_only", .regressedExpiry),
    ("resurrected", .resurrected),
  ]

  private static func counts(_ members: [String: JSONValue]) -> ChangeCounts {
    func count(_ name: String) -> Int { Int(members[name]?.integer ?? 0) }
    return .counts(
      lost: count("lost"), regressed: count("regressed_value"),
      regressedExpiry: count("regressed_expiry_only"), resurrected: count("resurrected"),
      unchanged: count("unchanged"))
  }
}
