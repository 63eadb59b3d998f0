internal import BinaryInput
internal import Hashing
internal import Impact
internal import Keyspace
internal import RDB

extension DiffPlan {
  /// Reads again the keys that joining has left over, and brings them into order.
  ///
  /// - Throws: `BackupError` if a file has changed since it was read, `SpillError`.
  func read(
    _ places: [Place], of side: DiffSide, _ which: KeyRecord.Side, _ sources: [DiffSource],
    into file: SharedSpillFile, inMemory: Bool
  ) throws -> [RecordRun] {
    let (classifier, selector) = patterns()
    var sorter = RecordSorter(limit: budget.limit / 8, file)
    var fingerprinter = ValueFingerprinter(hasher)
    let places = places.sorted()
    var next = 0
    while next < places.count {
      let number = sources[Int(places[next].source)].file
      let snapshot = side.files[number]
      do {
        var lookup = SnapshotLookup(snapshot)
        while next < places.count, sources[Int(places[next].source)].file == number {
          let place = places[next]
          let record = try lookup.key(
            at: place.offset, in: sources[Int(place.source)].database
          ) { (key) throws(FormatError) -> KeyRecord in
            let category = classifier.category(of: key.name)
            let expiry = key.attributes.expiry
            let type = key.value.type
            return KeyRecord(
              group: isGrouped ? UInt32(category ?? policy.categories.count) : 0,
              database: key.database, side: which, type: type,
              isSelected: selector.selects(type, expiry: expiry, size: key.value.size),
              expiry: expiry, category: category,
              value: try fingerprinter.fingerprint(key.value), place: place,
              name: [UInt8](copying: key.name))
          }
          try sorter.append(record)
          next += 1
        }
      } catch let error as FormatError {
        throw BackupError(path: snapshot.path, error: error)
      }
    }
    return try sorter.finish(inMemory: inMemory)
  }
}
