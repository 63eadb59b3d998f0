/// What a stream remembers beside its entries (`XINFO STREAM`).
public struct StreamState: Equatable, Sendable {
  /// How many entries are live.
  public var length: UInt64
  /// The id of the entry added last, live or not.
  public var lastID: StreamID
  /// The id of the first live entry; 0-0 if there is none.
  public var firstID: StreamID
  /// The greatest id that was deleted.
  public var maxDeletedID: StreamID
  /// How many entries were ever added.
  public var entriesAdded: UInt64

  /// Puts the parts together.
  public init(
    length: UInt64, lastID: StreamID, firstID: StreamID, maxDeletedID: StreamID,
    entriesAdded: UInt64
  ) {
    self.length = length
    self.lastID = lastID
    self.firstID = firstID
    self.maxDeletedID = maxDeletedID
    self.entriesAdded = entriesAdded
  }
}

/// What a consumer group remembers (`XINFO GROUPS`).
public struct StreamGroupState: Equatable, Sendable {
  /// The id delivered last.
  public var lastDeliveredID: StreamID
  /// How many entries the group has read; nil if the server does not know.
  public var entriesRead: UInt64?
  /// How many entries are pending.
  public var pending: Int

  /// Puts the parts together.
  public init(lastDeliveredID: StreamID, entriesRead: UInt64?, pending: Int) {
    self.lastDeliveredID = lastDeliveredID
    self.entriesRead = entriesRead
    self.pending = pending
  }
}

/// A delivery that was not acknowledged (`streamNACK`).
public struct StreamPendingEntry: Equatable, Sendable {
  /// The id of the entry, which may have been deleted since.
  public var id: StreamID
  /// When it was delivered last, in Unix milliseconds.
  public var deliveryTime: Int64
  /// How often it was delivered.
  public var deliveryCount: UInt64

  /// Puts the parts together.
  public init(id: StreamID, deliveryTime: Int64, deliveryCount: UInt64) {
    self.id = id
    self.deliveryTime = deliveryTime
    self.deliveryCount = deliveryCount
  }
}

/// What a group remembers of a consumer (`XINFO CONSUMERS`).
public struct StreamConsumerState: Equatable, Sendable {
  /// When it last tried to do something, in Unix milliseconds.
  public var seenTime: Int64
  /// When it last succeeded, in Unix milliseconds; nil if never.
  public var activeTime: Int64?
  /// How many pending entries it owns.
  public var pending: Int

  /// Puts the parts together.
  public init(seenTime: Int64, activeTime: Int64?, pending: Int) {
    self.seenTime = seenTime
    self.activeTime = activeTime
    self.pending = pending
  }
}

/// How a stream recognizes repeated messages (Redis 8.6).
public struct StreamIdempotence: Equatable, Sendable {
  /// How long messages are remembered, in seconds.
  public var duration: UInt64
  /// How many messages are remembered for a producer.
  public var maxEntries: UInt64
  /// How many message ids were added.
  public var added: UInt64
  /// How many repeated messages were recognized.
  public var duplicates: UInt64

  /// Puts the parts together.
  public init(duration: UInt64, maxEntries: UInt64, added: UInt64, duplicates: UInt64) {
    self.duration = duration
    self.maxEntries = maxEntries
    self.added = added
    self.duplicates = duplicates
  }
}
