internal import Keyspace

/// Backups in the order in which one would rather restore them.
public struct Ranking: Sendable {
  /// What restoring one of the backups would do, as far as the order and its reasons need it.
  public struct Entry: Sendable {
    /// The backup.
    public fileprivate(set) var backup: BackupDescription
    /// The worst severity of any event.
    public let severity: Severity
    /// All keys together.
    public let totals: ChangeCounts
    /// How many keys are lost by the severity of their loss, from high to none.
    public let lost: [(severity: Severity, keys: Int)]
    /// The categories of which keys are affected, in the policy's order.
    public let categories: [CategoryImpact]
    /// What the keys of no category come to.
    public let unknown: ChangeCounts
  }

  /// A backup that can't be restored.
  public struct Failure: Sendable {
    /// The path as it was given.
    public let path: String
    /// Why.
    public let reason: String
    /// The exit status that this gives.
    public let status: Int32
  }

  /// The path of the current state.
  public private(set) var current: BackupDescription?
  /// The moment of the restore, in Unix milliseconds.
  public let restoreAt: Int64
  /// The policy.
  public let policy: Policy
  /// The backups, best first; equals in the order in which they were given.
  public private(set) var entries: [Entry] = []
  /// Those that can't be restored, in the order in which they were given.
  public private(set) var failures: [Failure] = []

  /// Starts a ranking for restores into a current state.
  public init(of current: BackupDescription?, restoreAt: Int64, policy: Policy) {
    self.current = current
    self.restoreAt = restoreAt
    self.policy = policy
  }

  /// Takes in a backup; of its report only the numbers are kept.
  public mutating func add(_ report: ImpactReport) {
    let entry = Entry(report)
    let place = entries.firstIndex { entry.precedes($0) } ?? entries.endIndex
    entries.insert(entry, at: place)
  }

  /// Takes in a backup that can't be restored.
  public mutating func add(failureOf path: String, reason: String, status: Int32) {
    failures.append(Failure(path: path, reason: reason, status: status))
  }
}

extension Ranking {
  /// The same without paths that name somebody, and with pseudonyms for what reasons quote.
  public func redacted(by redactor: Redactor) -> Ranking {
    var copy = self
    copy.current = current?.redacted(by: redactor)
    copy.entries = entries.map { entry in
      var copy = entry
      copy.backup = entry.backup.redacted(by: redactor)
      return copy
    }
    copy.failures = failures.map {
      Failure(
        path: redactor.path($0.path), reason: redactor.sentence($0.reason), status: $0.status)
    }
    return copy
  }
}

extension Ranking.Entry {
  fileprivate init(_ report: ImpactReport) {
    backup = report.backup
    severity = report.severity
    totals = report.totals
    categories = report.categories.filter { $0.counts.affected > 0 }
    unknown = report.unknown.reduce(into: ChangeCounts()) { sum, group in
      for change in KeyChange.allCases { sum[change] += group.counts[change] }
    }
    var lost: [Severity: Int] = [:]
    for key in report.keys where key.change == .lost {
      lost[report.severity(of: key), default: 0] += 1
    }
    self.lost = [Severity.high, .medium, .low, .none].map { ($0, lost[$0] ?? 0) }
  }

  /// Severity decides; then how many keys are lost, the worst losses first; then how many come back.
  fileprivate func precedes(_ other: Self) -> Bool {
    guard severity == other.severity else { return severity < other.severity }
    let (mine, others) = (lost.map(\.keys), other.lost.map(\.keys))
    guard mine == others else { return mine.lexicographicallyPrecedes(others) }
    return totals.affected < other.totals.affected
  }
}
