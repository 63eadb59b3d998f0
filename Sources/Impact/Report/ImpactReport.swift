public import Keyspace
public import RDB

/// What restoring a backup would do: everything that any output says, and nothing that it would have to
/// look up.
public struct ImpactReport: Sendable {
  /// The backup.
  public internal(set) var backup: BackupDescription
  /// The current state; nil in an exposure report.
  public internal(set) var current: BackupDescription?
  /// The moment of the restore, in Unix milliseconds.
  public internal(set) var restoreAt: Int64
  /// The policy.
  public internal(set) var policy: Policy
  /// The worst severity of any event that happened; in an exposure report, of any that could.
  public internal(set) var severity = Severity.none
  /// All keys together, those of no category included.
  public internal(set) var totals = ChangeCounts()
  /// The policy's categories, in its order.
  public internal(set) var categories: [CategoryImpact] = []
  /// Keys of no category, by the beginning of their names.
  public internal(set) var unknown: [PrefixImpact] = []
  /// Every affected key, by database and name.
  public internal(set) var keys: [AffectedKey] = []

  /// The severity of an affected key's event.
  public func severity(of key: AffectedKey) -> Severity {
    guard let category = key.category else { return policy.unknown.severity }
    return policy.categories[category].cases(of: key.change)[key.caseIndex].severity
  }
}

/// What an input is and says about itself.
public struct BackupDescription: Sendable {
  /// The path as it was given.
  public internal(set) var path: String
  /// What the file says.
  public internal(set) var snapshot: SnapshotDescription
  /// What kind of input it is.
  public let kind: SnapshotKind
  /// When it was made, in Unix milliseconds; nil if it does not say.
  public let createdAt: Int64?
  /// When the base of a log was saved, in Unix milliseconds; nil if there is none or it does not say.
  public let baseCreatedAt: Int64?
  /// Whether a log has commands whose effect is not known, so that what is said of it lacks them.
  public let isIncomplete: Bool

  /// Describes an input of which a walk has told `description`.
  public init(of snapshot: Snapshot, _ description: SnapshotDescription) {
    path = snapshot.path
    self.snapshot = description
    kind = snapshot.kind
    createdAt = snapshot.createdAt
    baseCreatedAt = snapshot.baseCreatedAt
    isIncomplete = snapshot.replay?.isIncomplete ?? false
  }
}

/// How many keys a restore changes, and how.
public struct ChangeCounts: Equatable, Sendable {
  /// Keys that the backup lacks.
  public internal(set) var lost = 0
  /// Keys whose older value comes back.
  public internal(set) var regressed = 0
  /// Keys whose older expiry comes back.
  public internal(set) var regressedExpiry = 0
  /// Keys that come back.
  public internal(set) var resurrected = 0
  /// Keys that stay as they are.
  public internal(set) var unchanged = 0

  /// No keys.
  public init() {}

  /// How many keys change.
  public var affected: Int { lost + regressed + regressedExpiry + resurrected }

  /// How many keys change in a way.
  public subscript(change: KeyChange) -> Int {
    get {
      switch change {
      case .lost: lost
      case .regressed: regressed
      case .regressedExpiry: regressedExpiry
      case .resurrected: resurrected
      }
    }
    set {
      switch change {
      case .lost: lost = newValue
      case .regressed: regressed = newValue
      case .regressedExpiry: regressedExpiry = newValue
      case .resurrected: resurrected = newValue
      }
    }
  }
}

/// A key that a restore changes.
public struct AffectedKey: Sendable {
  /// The database of the key.
  public let database: UInt64
  /// The name.
  public internal(set) var name: [UInt8]
  /// The index of its category in the policy; nil if it has none.
  public let category: Int?
  /// What happens to it.
  public let change: KeyChange
  /// What its value is to a user; of the current state where both sides have the key.
  public let type: RedisType
  /// When it expires, in Unix milliseconds; of the current state where both sides have the key.
  public let expiry: Int64?
  /// When it expires in the backup, in Unix milliseconds.
  let backupExpiry: Int64?
  /// Where it stands in the backup.
  let backupOffset: Int?
  /// Where it stands in the current state.
  let currentOffset: Int?
  /// Which case of its event holds.
  public internal(set) var caseIndex = 0
  /// What its value says, where the policy knows how to read it.
  public internal(set) var evidence: Evidence?
}

/// What the values of an affected key say.
public enum Evidence: Equatable, Sendable {
  /// It counts.
  case counter(CounterEvidence)
  /// It holds an amount.
  case amount(AmountEvidence)
}

/// A counter before and after a restore; nil where a side has no number.
public struct CounterEvidence: Equatable, Sendable {
  /// The count that comes back.
  public internal(set) var backup: Int64?
  /// The count that it replaces.
  public internal(set) var current: Int64?
  /// The count at which it locks; nil if the policy knows none.
  public internal(set) var limit: Int64?

  /// Puts the numbers together.
  public init(backup: Int64? = nil, current: Int64? = nil, limit: Int64? = nil) {
    self.backup = backup
    self.current = current
    self.limit = limit
  }

  /// How much is left after the restore; 0 if it is locked, nil if that is not known.
  public var remaining: Int64? {
    guard let limit, let backup else { return nil }
    // Both come from files.
    let (difference, overflow) = limit.subtractingReportingOverflow(backup)
    return overflow ? (backup < 0 ? .max : 0) : max(0, difference)
  }
}

/// An amount before and after a restore; nil where a side has no number.
public struct AmountEvidence: Equatable, Sendable {
  /// The amount that comes back.
  public internal(set) var backup: Double?
  /// The amount that it replaces.
  public internal(set) var current: Double?
  /// Whose it is; nil if the policy does not say how to tell.
  public internal(set) var subject: String?
  /// The day that it is about, as `YYYY-MM-DD`; nil if the policy does not say how to tell.
  public internal(set) var date: String?

  /// Puts the numbers together.
  public init(
    backup: Double? = nil, current: Double? = nil, subject: String? = nil, date: String? = nil
  ) {
    self.backup = backup
    self.current = current
    self.subject = subject
    self.date = date
  }
}

/// What a restore does to a category.
public struct CategoryImpact: Sendable {
  /// The index of the category in the policy.
  public let index: Int
  /// The category.
  public let category: Category
  /// How many keys change, and how.
  public internal(set) var counts = ChangeCounts()
  /// The worst severity of what happened to its keys and members.
  public internal(set) var severity = Severity.none
  /// When the consequences end; nil if nothing harmful happened or it is not known.
  public internal(set) var heals: HealingTime?
  /// What happened, worst first.
  public internal(set) var events: [EventImpact] = []
  /// What happened to the members of its queues; nil for other kinds.
  public internal(set) var members: QueueChanges?
  /// What the files show against what the document says.
  public internal(set) var contradictions: [Contradiction] = []
  /// What could happen; nil if a current state was given.
  public internal(set) var exposure: Exposure?

  init(index: Int, category: Category) {
    self.index = index
    self.category = category
  }
}

/// One thing that happened to keys or members of a category, under one condition.
public struct EventImpact: Sendable {
  /// What happened.
  public enum Subject: Equatable, Sendable {
    /// To keys.
    case keys(KeyChange)
    /// To members of a queue.
    case members(MemberChange)
  }

  /// What happened.
  public let subject: Subject
  /// Which case of the event it was.
  let caseIndex: Int
  /// To how many.
  public internal(set) var count: Int
  /// What it means.
  public let meaning: EventCase
  /// When that ends; nil if it is not known.
  public internal(set) var heals: HealingTime?

  /// Whether what happened to `key`, a key of the category and of this change, is under this condition.
  public func isCase(of key: AffectedKey) -> Bool { key.caseIndex == caseIndex }
}

/// When consequences end by themselves.
public enum HealingTime: Equatable, Sendable {
  /// At a moment, in Unix milliseconds.
  case at(Int64)
  /// Never.
  case never
}

/// What the files show against what a document says.
public struct Contradiction: Equatable, Sendable {
  /// A stable name: `lives-longer`, `never-expires`.
  public let code: String
  /// How many keys show it.
  public let keys: Int
  /// The longest that a key is seen to live, in milliseconds; nil where that is not the point.
  public let longest: Int64?
  /// What the document allows, in milliseconds; nil where that is not the point.
  public let allowed: Int64?
}

/// What could happen to a category, as far as a backup alone can tell.
public struct Exposure: Equatable, Sendable {
  /// Keys of the backup that are alive at the restore and come back.
  public internal(set) var alive = 0
  /// Keys of the backup that have expired by then.
  public internal(set) var expired = 0
  /// Whether every key that is live now was written after the backup, and would be lost; nil if the
  /// lifetime or the backup's creation time is not known.
  public internal(set) var mustHaveBeenRewritten: Bool?
}

extension ChangeCounts: Summable {
  package static func += (sum: inout ChangeCounts, other: ChangeCounts) {
    for change in KeyChange.allCases { sum[change] += other[change] }
    sum.unchanged += other.unchanged
  }
}

/// What a restore does to keys of no category that begin alike.
public struct PrefixImpact: Sendable {
  /// The beginning; empty for names without a separator, nil for the rest when there are too many groups.
  public internal(set) var prefix: [UInt8]?
  /// How many keys change, and how.
  public internal(set) var counts = ChangeCounts()
  /// What could happen; nil if a current state was given.
  public internal(set) var exposure: Exposure?
}
