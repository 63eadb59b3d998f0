public import BinaryInput
internal import RDB

extension FormatRule {
  /// The entries of a stream are not in ascending order.
  public static let streamEntryOrder = FormatRule("stream-entry-order")
  /// A stream's last, first or greatest deleted id does not fit its entries.
  public static let streamIDs = FormatRule("stream-ids")
  /// A stream has two groups, or a group two consumers, with the same name.
  public static let streamDuplicateName = FormatRule("stream-duplicate-name")
  /// A pending entry is there twice, or belongs to two consumers.
  public static let streamDuplicatePending = FormatRule("stream-duplicate-pending")
  /// A consumer owns an entry that its group does not know as pending.
  public static let streamUnknownPending = FormatRule("stream-unknown-pending")
  /// A pending entry of a group belongs to no consumer.
  public static let streamOrphanPending = FormatRule("stream-orphan-pending")
}

/// Collects what a stream says about itself and holds it together (reference §5.9.4).
struct StreamCheck {
  private var found: [Irregularity] = []
  private var entries: UInt64 = 0
  private var firstEntry: StreamID?
  private var lastEntry: StreamID?
  private var groups: Set<[UInt8]> = []
  private var consumers: Set<[UInt8]> = []
  private var pending: Set<StreamID> = []
  private var owned: Set<StreamID> = []

  mutating func entry(_ id: StreamID) {
    entries += 1
    if let lastEntry, id <= lastEntry {
      note(.streamEntryOrder, "entry \(id) follows \(lastEntry)")
    }
    firstEntry = firstEntry ?? id
    lastEntry = id
  }

  mutating func state(_ state: StreamState) {
    if state.length != entries {
      note(.streamLength, "the stream says it has \(state.length) entries and has \(entries)")
    }
    if let lastEntry, state.lastID < lastEntry {
      note(.streamIDs, "the last id \(state.lastID) is before entry \(lastEntry)")
    }
    // Without entries the first id means nothing, and a server that has loaded an older file writes
    // 18446744073709551615-18446744073709551615.
    if let firstEntry, state.firstID != firstEntry {
      note(.streamIDs, "the first id is said to be \(state.firstID), it is \(firstEntry)")
    }
  }

  mutating func group(_ name: [UInt8]) {
    endGroup()
    if !groups.insert(name).inserted {
      note(.streamDuplicateName, "group \"\(EscapedBytes(name, limit: 60))\" is there twice")
    }
  }

  mutating func pending(_ id: StreamID) {
    if !pending.insert(id).inserted {
      note(.streamDuplicatePending, "pending entry \(id) is there twice")
    }
  }

  mutating func consumer(_ name: [UInt8]) {
    if !consumers.insert(name).inserted {
      note(.streamDuplicateName, "consumer \"\(EscapedBytes(name, limit: 60))\" is there twice")
    }
  }

  mutating func owned(_ id: StreamID) {
    if !pending.contains(id) {
      note(.streamUnknownPending, "a consumer owns \(id), which its group does not have pending")
    }
    if !owned.insert(id).inserted {
      note(.streamDuplicatePending, "pending entry \(id) belongs to two consumers")
    }
  }

  mutating func givenBack(_ id: StreamID) {
    if !pending.contains(id) || owned.contains(id) {
      note(.streamUnknownPending, "\(id) was given back and is not pending without a consumer")
    }
    owned.insert(id)
  }

  /// What was found, once the stream has been read.
  mutating func finished() -> [Irregularity] {
    endGroup()
    return found
  }

  private mutating func endGroup() {
    if let orphan = pending.subtracting(owned).min() {
      note(.streamOrphanPending, "pending entry \(orphan) belongs to no consumer")
    }
    consumers = []
    pending = []
    owned = []
  }

  private mutating func note(_ rule: FormatRule, _ message: String) {
    guard !found.contains(where: { $0.rule == rule }) else { return }
    found.append(Irregularity(rule: rule, message: message))
  }
}
