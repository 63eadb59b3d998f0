import BinaryInput
import Foundation
import Impact
import Keyspace
import RDB
import TestSupport

/// The report on the bundled story, as of its truth's moment, from paths of the length that people have.
func storyReport() throws -> ImpactReport {
  let folder = try TemporaryFolder()
  return try analysis().impact(
    of: storyBackup(in: folder), on: story("incident.rdb", in: folder))
}

/// The report on the story's backup without a current state.
func storyExposure() throws -> ImpactReport {
  try analysis().exposure(of: storyBackup(in: TemporaryFolder()))
}

/// The report on a restore of `backup` over `current`, a day after 2026-03-10T01:00:00Z.
func report(of backup: RDBBuilder, on current: RDBBuilder) throws -> ImpactReport {
  let folder = try TemporaryFolder()
  func open(_ builder: RDBBuilder, _ name: String) throws -> Snapshot {
    try Snapshot(InputFile(path: folder.file(builder.file(), named: name)))
  }
  return try analysis().impact(of: open(backup, "backup.rdb"), on: open(current, "current.rdb"))
}

/// What is in a file.
func inventory(of path: String) throws -> Inventory {
  try Inventory(
    of: Snapshot(InputFile(path: path)), at: 1_773_190_800_000, leavesOutExpired: false,
    policy: Policy.builtIn())
}

/// A file of `Fixtures/rdb`, under a path of the length that people have.
func fixture(_ name: String, in folder: TemporaryFolder) throws -> String {
  let file = Repository.fixtures.appending(path: "rdb/\(name).rdb")
  return try folder.file(Array(Data(contentsOf: file)), named: "\(name).rdb")
}

/// What `write` writes.
func rendered(_ write: (inout String) -> Void) -> String {
  var text = ""
  write(&text)
  return text
}

private func analysis() throws -> ImpactAnalysis {
  try ImpactAnalysis(policy: Policy.builtIn(), restoreAt: 1_773_190_800_000)
}

private func storyBackup(in folder: TemporaryFolder) throws -> Snapshot {
  try story("backup.rdb", in: folder)
}

private func story(_ name: String, in folder: TemporaryFolder) throws -> Snapshot {
  let file = Repository.fixtures.appending(path: "bitrun/\(name)")
  let path = try folder.file(Array(Data(contentsOf: file)), named: name)
  return try Snapshot(InputFile(path: path))
}
