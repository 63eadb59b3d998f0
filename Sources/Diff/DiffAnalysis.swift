internal import BinaryInput
internal import Hashing
public import Impact
internal import Keyspace
public import Patterns

/// Finds out what differs between two sides, of any size.
///
/// Both are read at the same time; of each key 27 bytes or so stay. What joining leaves over is read again,
/// by place, and brought into order by database and name: names decide what belongs together. Whatever
/// exceeds the memory goes through files, with the same result.
public struct DiffAnalysis {
  private let plan: DiffPlan

  /// Prepares a comparison of what is alive at `time`, or of everything.
  ///
  /// - Throws: `PatternError` if an expression of the filter can't be compiled.
  public init(
    policy: Policy, filter: KeyFilter = KeyFilter(), at time: Int64? = nil,
    groupedByCategory: Bool = false, memory budget: MemoryBudget, storage: any SpillStorage,
    threads: Int = 2
  ) throws(PatternError) {
    _ = try KeySelector(filter, KeyClassifier(policy))
    plan = DiffPlan(
      policy: policy, filter: filter, time: time, hasher: FingerprintHasher(), budget: budget,
      storage: storage, isGrouped: groupedByCategory, threads: threads)
  }

  /// Compares two sides.
  ///
  /// - Throws: `BackupError` if a file is damaged, or has a key twice; if both sides are, the one whose damage
  ///   is worse. `SpillError` if files for what has no room can't be used.
  public func differences(from old: DiffSide, to new: DiffSide) throws -> Differences {
    let plan = plan
    let (oldScan, newScan) = inParallel(
      threads: plan.threads,
      { Result { try DiffScan(of: old, plan, counts: false) } },
      { Result { try DiffScan(of: new, plan, counts: true) } })
    try Self.throwWorse(oldScan, newScan)
    var join = SideJoin(plan, old: (old, try oldScan.get()), new: (new, try newScan.get()))
    let runs = try join.run()
    return try Differences(
      runs, plan, old: (old, join.oldScan), new: (new, join.newScan))
  }

  private static func throwWorse(
    _ first: Result<DiffScan, any Error>, _ second: Result<DiffScan, any Error>
  ) throws {
    guard case .failure(let left) = first else {
      _ = try second.get()
      return
    }
    guard case .failure(let right) = second, let one = left as? BackupError,
      let other = right as? BackupError, other.error.rank > one.error.rank
    else { throw left }
    throw right
  }
}

/// Joins what two sides have been found to hold.
struct SideJoin {
  private let plan: DiffPlan
  private let old: DiffSide
  private let new: DiffSide
  private(set) var oldScan: DiffScan
  private(set) var newScan: DiffScan
  private var runs: [RecordRun] = []
  private var leftovers = PartJoin.Leftovers()
  private let file: SharedSpillFile

  /// So many parts are joined before memory is looked at.
  private static let stride = 32

  init(_ plan: DiffPlan, old: (DiffSide, DiffScan), new: (DiffSide, DiffScan)) {
    self.plan = plan
    (self.old, oldScan) = old
    (self.new, newScan) = new
    file = SharedSpillFile(plan.storage)
  }

  /// The records of all keys that are not the same, as sorted runs.
  mutating func run() throws -> [RecordRun] {
    let most = plan.budget.limit / 8 / MemoryLayout<Place>.stride
    for start in Swift.stride(from: 0, to: EntryWriter.parts, by: Self.stride) {
      try join(start..<(start + Self.stride))
      if leftovers.old.count + leftovers.new.count > most { try drain(isLast: false) }
    }
    try drain(isLast: true)
    return runs
  }

  private mutating func join(_ parts: Range<Int>) throws {
    let (plan, old, new) = (plan, oldScan.parts, newScan.parts)
    let middle = (parts.lowerBound + parts.upperBound) / 2
    let (first, second) = inParallel(
      threads: plan.threads,
      { Result { try Self.join(parts.lowerBound..<middle, old, new, plan.budget) } },
      { Result { try Self.join(middle..<parts.upperBound, old, new, plan.budget) } })
    for found in [try first.get(), try second.get()] {
      leftovers.old += found.old
      leftovers.new += found.new
    }
    for part in parts {
      oldScan.drop(part, plan.budget)
      newScan.drop(part, plan.budget)
    }
  }

  private static func join(
    _ parts: Range<Int>, _ old: EntryParts, _ new: EntryParts, _ budget: MemoryBudget
  ) throws(SpillError) -> PartJoin.Leftovers {
    var join = PartJoin()
    // Two threads join; a table takes up to as much again as the entries.
    for part in parts { try join.join(part, old, new, limit: budget.limit / 16) }
    return join.leftovers
  }

  /// Reads the names of what is left over so far.
  private mutating func drain(isLast: Bool) throws {
    let (plan, old, new, file, found) = (plan, old, new, file, leftovers)
    let (oldSources, newSources) = (oldScan.sources, newScan.sources)
    let inMemory = isLast && runs.isEmpty
    leftovers = PartJoin.Leftovers()
    let (first, second) = inParallel(
      threads: plan.threads,
      {
        Result {
          try plan.read(found.old, of: old, .old, oldSources, into: file, inMemory: inMemory)
        }
      },
      {
        Result {
          try plan.read(found.new, of: new, .new, newSources, into: file, inMemory: inMemory)
        }
      })
    runs += try first.get() + second.get()
  }
}

extension FormatError {
  /// How much the failure counts among those of several inputs.
  var rank: Int {
    switch reason {
    case .unsupported: 0
    case .truncated, .malformed, .checksumMismatch: 1
    case .unreadable: 2
    }
  }
}
