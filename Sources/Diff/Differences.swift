internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB

/// What differs between two sides: numbers, and every key that differs, in order.
public struct Differences {
  /// Numbers and examples.
  public private(set) var report: DiffReport
  private let runs: [RecordRun]
  private let plan: DiffPlan
  let old: DiffSide
  let new: DiffSide
  let oldSources: [DiffSource]
  let newSources: [DiffSource]

  init(
    _ runs: [RecordRun], _ plan: DiffPlan, old: (DiffSide, DiffScan), new: (DiffSide, DiffScan)
  ) throws {
    self.runs = runs
    self.plan = plan
    (self.old, oldSources) = (old.0, old.1.sources)
    (self.new, newSources) = (new.0, new.1.sources)
    report = DiffReport(
      old: Self.describe(old), new: Self.describe(new), time: plan.time, policy: plan.policy,
      categories: Array(repeating: CategoryDiff(), count: plan.policy.categories.count))
    var tally = DiffTally(report, new.1.selected)
    try forEach { tally.add($0) }
    report = tally.finished()
  }

  private static func describe(_ side: (DiffSide, DiffScan)) -> [BackupDescription] {
    zip(side.0.files, side.1.descriptions).map { file, description in
      BackupDescription(of: file, description)
    }
  }

  /// Calls `visit` with every key that differs, by database and name; with the category before them if the
  /// analysis was told to group.
  ///
  /// - Throws: `BackupError` if a side has a key twice, `SpillError`, or what `visit` throws.
  public func forEach(_ visit: (Difference) throws -> Void) throws {
    var merge = try RecordMerge(runs, limit: plan.budget.limit / 8)
    while let first = try merge.next() {
      var (old, new) = first.side == .old ? (first, nil) : (nil, first as KeyRecord?)
      while let next = merge.first, next.hasName(of: first) {
        guard let record = try merge.next() else { break }
        if let known = record.side == .old ? old : new { throw duplicate(known, record) }
        if record.side == .old { old = record } else { new = record }
      }
      if let difference = Difference(old: old, new: new) { try visit(difference) }
    }
  }

  /// The error of a key that a side has twice.
  private func duplicate(_ first: KeyRecord, _ second: KeyRecord) -> BackupError {
    let side = first.side == .old ? old : new
    let sources = first.side == .old ? oldSources : newSources
    let (one, other) = (
      sources[Int(first.place.source)].file, sources[Int(second.place.source)].file
    )
    let offset = second.place.offset
    var error =
      one == other
      ? FormatError.malformed(
        .duplicateKey, "the key is there twice: a server that loads the file aborts", at: offset)
      : FormatError.malformed(
        .duplicateKey,
        "the key is also in \(EscapedBytes(Array(side.files[one].path.utf8)))", at: offset)
    error.key = second.name
    return BackupError(path: side.files[other].path, error: error)
  }
}
