public import BinaryInput
internal import RDB

/// What looks at the keys of a backup: at all of them, or, where several share the work, at some runs of keys, each in
/// the order of the backup.
public protocol SnapshotVisitor: ~Copyable, SendableMetatype {
  /// What a visitor has found.
  associatedtype Outcome: Sendable

  /// Looks at a key.
  ///
  /// - Throws: `FormatError` if the answer can't be had.
  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError)

  /// What was found in the keys that this visitor has seen.
  consuming func finish() -> Outcome
}

extension Snapshot {
  /// Reads the backup as `walk(at:_:)` does, for visitors that `visitor` makes: an RDB file goes to up to `threads` of
  /// them, which work side by side, each with runs of keys of its own. Returns what the backup says about itself and
  /// what the visitors have found.
  ///
  /// - Throws: the `FormatError` that comes first in the file; nothing that was visited counts then.
  public func walk<Visitor: SnapshotVisitor & ~Copyable>(
    at time: Int64, threads: Int, visitor: @Sendable () -> Visitor
  ) throws(FormatError) -> (description: SnapshotDescription, outcomes: [Visitor.Outcome]) {
    switch source {
    case .rdb(let file, let version):
      let walk = try RecordWalk(file)
      var records = DescriptionReading(description: SnapshotDescription(version: version))
      let (keys, end) = walk.run(threads: threads, &records) {
        AliveKeys(visitor: visitor(), time: time)
      }
      if let error = end.error { throw error }
      var description = records.description
      description.finish(
        keys: keys.reduce(0) { $0 + $1.keys }, expired: keys.reduce(0) { $0 + $1.expired },
        checksum: end.checksum)
      return (description, keys.map(\.outcome))
    case .log:
      var visitor = visitor()
      let description = try walk(at: time) { (key) throws(FormatError) in try visitor.visit(key) }
      return (description, [visitor.finish()])
    }
  }
}

/// Takes in what a file says about itself.
private struct DescriptionReading: RecordObserver {
  var description: SnapshotDescription

  mutating func observe(
    _ record: RDBRecord, after keys: KeyCounts, _ reader: borrowing RDBReader
  ) throws(FormatError) {
    try description.add(record, reader)
  }
}

/// Shows a visitor the keys that a server keeps: not empty containers.
private struct AliveKeys<Visitor: SnapshotVisitor & ~Copyable>: KeyVisitor, ~Copyable {
  struct Outcome: Sendable {
    let keys: Int
    let expired: Int
    let outcome: Visitor.Outcome
  }

  var visitor: Visitor
  let time: Int64
  var keys = 0
  var expired = 0
  var name = ScratchBuffer()
  var scratch = ValueScratch()

  init(visitor: consuming Visitor, time: Int64) {
    self.visitor = visitor
    self.time = time
  }

  @inline(__always)
  mutating func visit(_ key: borrowing RDBKey) throws(FormatError) {
    if key.type != .string, key.value.isEmptyContainer(scratch: &scratch) { return }
    keys &+= 1
    let isAlive = Snapshot.isAlive(expiry: key.attributes.expiry, at: time)
    if !isAlive { expired &+= 1 }
    if let name = key.plainName {
      try Self.show(key, name, isAlive, to: &visitor)
    } else {
      try Self.show(key, isAlive, to: &visitor, &name)
    }
  }

  /// A name that has to be made is made in `scratch`.
  private static func show(
    _ key: borrowing RDBKey, _ isAlive: Bool, to visitor: inout Visitor,
    _ scratch: inout ScratchBuffer
  ) throws(FormatError) {
    try show(key, try key.name().bytes(in: &scratch), isAlive, to: &visitor)
  }

  @inline(__always)
  private static func show(
    _ key: borrowing RDBKey, _ name: Span<UInt8>, _ isAlive: Bool, to visitor: inout Visitor
  ) throws(FormatError) {
    do throws(FormatError) {
      try visitor.visit(
        SnapshotKey(
          database: key.database, name: name, attributes: key.attributes, isAlive: isAlive,
          value: SnapshotValue(key.value), offset: key.recordOffset, size: key.recordSize))
    } catch {
      throw error.inside(key: name)
    }
  }

  consuming func finish() -> Outcome {
    let (keys, expired) = (keys, expired)
    return Outcome(keys: keys, expired: expired, outcome: visitor.finish())
  }
}
