internal import BinaryInput
public import Keyspace

/// What has to be brought forward from the current state over a restored backup, and what has to go from it.
public struct CarryPlan: Sendable {
  /// A key of the current state that takes its place in the restored one.
  public struct CarriedKey: Sendable {
    /// The database of the key.
    public let database: UInt64
    /// The name.
    public let name: [UInt8]
    /// Its category.
    public let category: Int
    /// What a restore alone would do to it: lost, regressed, or only its expiry.
    public let change: KeyChange
    /// Where it stands in the current state.
    public let offset: Int
  }

  /// A key of the backup that goes.
  public struct DroppedKey: Sendable {
    /// The database of the key.
    public let database: UInt64
    /// The name.
    public let name: [UInt8]
    /// The category that decides so: its own, or that of the queue that its job was in.
    public let category: Int
  }

  /// Members that go from a queue of the backup.
  public struct DroppedMembers: Sendable {
    /// The database of the queue.
    public let database: UInt64
    /// The name of the queue.
    public let name: [UInt8]
    /// The queue's category.
    public let category: Int
    /// The members, in order.
    public let members: [[UInt8]]
  }

  /// How much of it belongs to a category.
  public struct Counts: Equatable, Sendable {
    /// Keys that the restore would lose.
    public internal(set) var lost = 0
    /// Keys whose older values would come back.
    public internal(set) var regressed = 0
    /// Keys whose older expiries would come back.
    public internal(set) var regressedExpiry = 0
    /// Keys to be carried that both sides have alike.
    public internal(set) var unchanged = 0
    /// Keys of the backup that go.
    public internal(set) var dropped = 0
    /// Members of queues of the backup that go.
    public internal(set) var droppedMembers = 0

    /// Keys that are brought forward.
    public var carried: Int { lost + regressed + regressedExpiry }
    /// Whether there is nothing to do.
    public var isEmpty: Bool { carried == 0 && dropped == 0 && droppedMembers == 0 }
  }

  /// The moment of the restore, in Unix milliseconds.
  public let restoreAt: Int64
  /// The policy.
  public let policy: Policy
  /// The backup.
  public internal(set) var backup: BackupDescription
  /// The current state.
  public internal(set) var current: BackupDescription
  /// What is brought forward, in the order in which it is best read.
  public internal(set) var carried: [CarriedKey] = []
  /// What goes, by database and name.
  public internal(set) var dropped: [DroppedKey] = []
  /// What goes from queues, by database and name.
  public internal(set) var droppedMembers: [DroppedMembers] = []
  /// What of it belongs to each category of the policy, in its order.
  public internal(set) var counts: [Counts]

  /// All categories together.
  public var totals: Counts {
    counts.reduce(into: Counts()) { sum, next in
      sum.lost += next.lost
      sum.regressed += next.regressed
      sum.regressedExpiry += next.regressedExpiry
      sum.unchanged += next.unchanged
      sum.dropped += next.dropped
      sum.droppedMembers += next.droppedMembers
    }
  }

  init(of report: ImpactReport, current: BackupDescription) {
    restoreAt = report.restoreAt
    policy = report.policy
    backup = report.backup
    self.current = current
    counts = Array(repeating: Counts(), count: report.policy.categories.count)
  }
}

extension CarryPlan {
  /// Writes the plan as commands: what goes, then what is brought forward from `current`. Returns the keys
  /// that the target of the commands can't hold, and why.
  ///
  /// - Throws: `BackupError` if `current` has changed since the plan was made.
  public func write(
    to writer: inout KeyWriter, from current: Snapshot
  ) throws(BackupError) -> [(name: [UInt8], reason: String)] {
    for queue in droppedMembers {
      for member in queue.members {
        writer.remove(member, from: queue.name, in: queue.database)
      }
    }
    for key in dropped { writer.delete(key.name, in: key.database) }
    var refused: [(name: [UInt8], reason: String)] = []
    var lookup = SnapshotLookup(current)
    do throws(FormatError) {
      for key in carried {
        let reason = try lookup.key(at: key.offset, in: key.database) {
          (found) throws(FormatError) -> String? in
          try writer.write(found)
        }
        if let reason { refused.append((key.name, reason)) }
      }
    } catch {
      throw BackupError(path: current.path, error: error)
    }
    return refused
  }
}
