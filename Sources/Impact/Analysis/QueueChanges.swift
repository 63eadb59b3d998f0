/// What a restore does to a member of a queue.
public enum MemberChange: String, CaseIterable, Sendable {
  /// The current queue has it, the restored one does not.
  case lost
  /// The restored queue has it, the current one does not: a finished job that would run again.
  case resurrected
  /// Both have it, due at different times.
  case rescored
}

/// What a restore does to the members of a category's queues; names are sorted.
public struct QueueChanges: Equatable, Sendable {
  /// Members that the restored queue lacks.
  public internal(set) var lost: [[UInt8]] = []
  /// Members that come back.
  public internal(set) var resurrected: [[UInt8]] = []
  /// Members that are due at another time.
  public internal(set) var rescored: [[UInt8]] = []
  /// Members of the restored queue whose job key is not in the restored state.
  public internal(set) var withoutJobKey: [[UInt8]] = []
  /// Members of the restored queue that are due at the restore.
  public internal(set) var due: [[UInt8]] = []

  /// No changes.
  public init() {}
}

/// The members of one queue with their due times, on both sides.
struct QueueState {
  var database: UInt64
  var category: Int
  var name: [UInt8]
  var restored: [[UInt8]: Double] = [:]
  var live: [[UInt8]: Double] = [:]

  /// Compares the sides at the moment of the restore.
  func changes(
    restoreAt: Int64, hasJob: (_ member: [UInt8]) -> Bool
  ) -> QueueChanges {
    var changes = QueueChanges()
    for (member, score) in restored {
      if let liveScore = live[member] {
        if liveScore != score { changes.rescored.append(member) }
      } else {
        changes.resurrected.append(member)
      }
      if !hasJob(member) { changes.withoutJobKey.append(member) }
      if score <= Double(restoreAt) { changes.due.append(member) }
    }
    changes.lost = live.keys.filter { restored[$0] == nil }
    return changes
  }
}

extension QueueChanges {
  static func + (left: QueueChanges, right: QueueChanges) -> QueueChanges {
    var sum = QueueChanges()
    sum.lost = sorted(left.lost + right.lost)
    sum.resurrected = sorted(left.resurrected + right.resurrected)
    sum.rescored = sorted(left.rescored + right.rescored)
    sum.withoutJobKey = sorted(left.withoutJobKey + right.withoutJobKey)
    sum.due = sorted(left.due + right.due)
    return sum
  }

  private static func sorted(_ names: [[UInt8]]) -> [[UInt8]] {
    names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
