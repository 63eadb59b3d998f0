internal import BinaryInput
internal import Hashing
internal import RDB

extension Snapshot {
  /// Visits the keys of a log's state: those of the base that nothing has touched, in the order of its file,
  /// then those in memory.
  func walk(
    _ log: ReplayedLog, _ stated: SnapshotDescription, at time: Int64,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) -> SnapshotDescription {
    var description = stated
    description.keys = 0
    description.expired = 0
    if let base = log.base { try walk(base.file, of: log, at: time, &description, visit) }
    for (number, database) in log.databases.sorted(by: { $0.key < $1.key }) {
      var place = database.first
      while let current = place {
        let expiry = database.entry(at: current).expiry
        if isThere(expiry) {
          description.keys += 1
          let isAlive = Self.isAlive(expiry: expiry, at: time)
          if !isAlive { description.expired += 1 }
          try database.visit(at: current, number, isAlive: isAlive, log.strings, visit)
        }
        place = database.names.place(after: current)
      }
    }
    return description
  }

  private func walk(
    _ file: InputFile, of log: ReplayedLog, at time: Int64,
    _ description: inout SnapshotDescription,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) {
    var reader = try RDBReader(file)
    var scratch = ScratchBuffer()
    while let record = try reader.next() {
      guard record == .key else { continue }
      let attributes = reader.attributes
      guard isThere(attributes.expiry) else { continue }
      let name = try reader.key()
      let bytes = try name.bytes(in: &scratch)
      let hash = LiveData.hasher.hash(bytes).low
      guard
        let database = log.database(
          ofBase: reader.database, hash, at: reader.recordOffset)
      else { continue }
      description.keys += 1
      let isAlive = Self.isAlive(expiry: attributes.expiry, at: time)
      if !isAlive { description.expired += 1 }
      do throws(FormatError) {
        try visit(
          SnapshotKey(
            database: database, name: bytes, attributes: attributes, isAlive: isAlive,
            value: SnapshotValue(reader.value), offset: reader.recordOffset,
            size: reader.recordSize))
      } catch {
        throw error.inside(key: bytes)
      }
    }
  }

  /// Whether a key counts: as of the moment that was asked for, it had not expired.
  private func isThere(_ expiry: Int64?) -> Bool {
    guard let cutoff else { return true }
    return Self.isAlive(expiry: expiry, at: cutoff)
  }
}

extension LiveDatabase {
  /// Calls `visit` with the key at a place of the table of names.
  func visit<Result>(
    at place: Int, _ number: UInt64, isAlive: Bool, _ strings: LoggedStrings,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    let entry = entry(at: place)
    var attributes = RDBKeyAttributes()
    attributes.expiry = entry.expiry
    let name = names.key(at: place)
    do throws(FormatError) {
      return try visit(
        SnapshotKey(
          database: number, name: name, attributes: attributes, isAlive: isAlive,
          value: SnapshotValue(entry.value, strings, heldBy: self), offset: ~place,
          size: name.count + entry.value.size))
    } catch {
      throw error.inside(key: name)
    }
  }
}
