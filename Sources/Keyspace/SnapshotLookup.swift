public import BinaryInput
internal import RDB

/// Looks at keys whose place is known, best in the order of the file.
public struct SnapshotLookup: ~Copyable {
  private var records: RecordLookup?
  private let log: ReplayedLog?

  /// Opens `snapshot` for looking things up.
  public init(_ snapshot: Snapshot) {
    switch snapshot.source {
    case .rdb(let file, let version):
      records = RecordLookup(RDBReader(file, version: version))
      log = nil
    case .log(let log, _):
      records = log.base.map { RecordLookup(RDBReader($0.file, version: $0.version)) }
      self.log = log
    }
  }

  /// The name of the key at `offset`, which its walk has told.
  ///
  /// - Throws: `FormatError` if the file has changed since the walk.
  public mutating func name(
    at offset: Int, in database: UInt64
  ) throws(FormatError) -> [UInt8] {
    try key(at: offset, in: database) { (key) in [UInt8](copying: key.name) }
  }

  /// Calls `visit` with the key at `offset`, which its walk has told.
  ///
  /// - Throws: `FormatError` if the file has changed since the walk.
  public mutating func key<Result>(
    at offset: Int, in database: UInt64,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    if offset < 0, let log, let keys = log.databases[database] {
      return try keys.visit(at: ~offset, database, isAlive: true, log.strings, visit)
    }
    guard let result = try records?.key(at: offset, in: database, visit) else {
      throw .truncated(needed: 1, available: 0, at: offset)
    }
    return result
  }
}

/// Looks at the keys of a file.
private struct RecordLookup: ~Copyable {
  private var reader: RDBReader

  init(_ reader: consuming RDBReader) { self.reader = reader }

  mutating func key<Result>(
    at offset: Int, in database: UInt64,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    var scratch = ScratchBuffer()
    reader.seek(to: offset, in: database)
    while let record = try reader.next() {
      guard record == .key else { continue }
      let name = try reader.key()
      let bytes = try name.bytes(in: &scratch)
      return try visit(
        SnapshotKey(
          database: database, name: bytes, attributes: reader.attributes, isAlive: true,
          value: SnapshotValue(reader.value), offset: offset, size: reader.recordSize))
    }
    throw .truncated(needed: 1, available: 0, at: offset)
  }
}
