public import Impact
public import RDB

/// How many keys differ, and how.
public struct DiffCounts: Equatable, Sendable, Summable {
  private var counts = [Int](repeating: 0, count: DiffChange.allCases.count)
  /// Keys that are the same on both sides.
  public internal(set) var unchanged = 0

  /// No keys.
  public init() {}

  /// How many keys differ in a way.
  public internal(set) subscript(change: DiffChange) -> Int {
    get { counts[Self.index(change)] }
    set { counts[Self.index(change)] = newValue }
  }

  package static func += (sum: inout DiffCounts, other: DiffCounts) {
    sum.counts.indices.forEach { sum.counts[$0] += other.counts[$0] }
    sum.unchanged += other.unchanged
  }

  /// How many keys differ.
  public var differing: Int { counts.reduce(0, +) }

  private static func index(_ change: DiffChange) -> Int {
    switch change {
    case .added: 0
    case .removed: 1
    case .changed: 2
    case .expiry: 3
    }
  }
}

/// What differs between two sides, in numbers and examples.
public struct DiffReport: Sendable {
  /// The files of the old side.
  public internal(set) var old: [BackupDescription]
  /// The files of the new side.
  public internal(set) var new: [BackupDescription]
  /// Only what is alive then was compared, in Unix milliseconds; nil if everything was.
  public let time: Int64?
  /// What keys mean.
  public let policy: Policy
  /// All keys.
  public internal(set) var totals = DiffCounts()
  /// The categories of the policy, all of them, in its order.
  public internal(set) var categories: [CategoryDiff]
  /// Keys of no category.
  public internal(set) var unknown = CategoryDiff()
  /// Keys of no category that differ, by how their names begin; nil for the rest.
  public internal(set) var prefixes: [PrefixDiff] = []
  /// By type; of the new side where both have the key.
  public internal(set) var types: [(type: RedisType, counts: DiffCounts)] = []
}

/// How the keys of a category differ.
public struct CategoryDiff: Sendable {
  /// How many.
  public internal(set) var counts = DiffCounts()
  /// The first of each kind, by database and name.
  public internal(set) var examples: [Difference] = []
}

/// How keys of no category that begin alike differ.
public struct PrefixDiff: Sendable {
  /// The beginning; empty for names without a separator, nil for the rest when there are too many groups.
  public internal(set) var prefix: [UInt8]?
  /// How many.
  public let counts: DiffCounts
}

/// Counts differences.
struct DiffTally {
  private var report: DiffReport
  private var selected: DiffScan.SelectedKeys
  private var types = [DiffCounts](repeating: DiffCounts(), count: RedisType.allCases.count)
  private var prefixes = PrefixGroups(zero: DiffCounts())

  /// So many examples of each change.
  private static let examples = 5

  init(_ report: DiffReport, _ selected: DiffScan.SelectedKeys) {
    self.report = report
    self.selected = selected
  }

  mutating func add(_ difference: Difference) {
    report.totals[difference.change] += 1
    types[Int(difference.type.rawValue)][difference.change] += 1
    if let category = difference.category {
      Self.add(difference, to: &report.categories[category])
    } else {
      Self.add(difference, to: &report.unknown)
      prefixes.update(difference.name.span) { $0[difference.change] += 1 }
    }
    // What was counted on the new side and differs is not unchanged.
    guard difference.isNewSelected else { return }
    selected.all -= 1
    selected.types[Int(difference.type.rawValue)] -= 1
    selected.categories[difference.category ?? selected.categories.count - 1] -= 1
  }

  private static func add(_ difference: Difference, to category: inout CategoryDiff) {
    category.counts[difference.change] += 1
    if category.counts[difference.change] <= examples { category.examples.append(difference) }
  }

  consuming func finished() -> DiffReport {
    report.totals.unchanged = selected.all
    for index in report.categories.indices {
      report.categories[index].counts.unchanged = selected.categories[index]
    }
    report.unknown.counts.unchanged = selected.categories.last ?? 0
    report.prefixes = prefixes.sorted.map { PrefixDiff(prefix: $0.prefix, counts: $0.count) }
    for type in RedisType.allCases {
      var counts = types[Int(type.rawValue)]
      counts.unchanged = selected.types[Int(type.rawValue)]
      if counts != DiffCounts() { report.types.append((type, counts)) }
    }
    return report
  }
}
