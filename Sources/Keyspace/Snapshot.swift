public import AOF
public import BinaryInput
public import Hashing
public import RDB

extension FormatRule {
  /// A key occurs twice in a database: a server that loads the file aborts.
  public static let duplicateKey = FormatRule("duplicate-key")
}

/// What kind of input a backup is.
public enum SnapshotKind: String, Sendable {
  case rdb, aof, directory, archive
}

/// A backup that can be walked, and looked at again where its walk said that a key is: an RDB file, or the
/// state that a log leaves behind.
public struct Snapshot: Sendable {
  /// The path as it was given.
  public let path: String
  /// The version that the header of the RDB states, of a log that of its base; nil if it has none.
  public let version: RDBVersion?
  /// When saving began, in Unix milliseconds, or, of a log, the time of its last `#TS` annotation; nil if the
  /// file does not say.
  ///
  /// The file has seconds, and this is their beginning.
  public let createdAt: Int64?
  /// When saving the base of a log began, in Unix milliseconds; nil if there is none or it does not say.
  public let baseCreatedAt: Int64?
  /// The server that wrote the file, of a log its base: `redis 7.0.15`; nil if it does not say.
  public let server: String?
  /// What replaying the log has come upon; nil for an RDB file.
  public let replay: ReplayReport?
  /// What kind of input it is.
  public let kind: SnapshotKind
  /// How many bytes its files have.
  public let bytes: Int

  let source: Source
  /// Keys that had expired by then are not there: the moment as of which a log's state was asked for.
  let cutoff: Int64?

  /// Where keys are.
  enum Source: Sendable {
    case rdb(InputFile, RDBVersion)
    case log(ReplayedLog, SnapshotDescription)
  }

  /// Reads what stands before the keys of `file`.
  ///
  /// - Throws: `FormatError` if that is damaged, or the version not supported.
  public init(_ file: InputFile, kind: SnapshotKind = .rdb) throws(FormatError) {
    path = file.path
    self.kind = kind
    bytes = file.size
    var reader = try RDBReader(file)
    var description = SnapshotDescription(version: reader.version)
    preamble: while let record = try reader.next() {
      switch record {
      case .auxiliary: try description.add(record, reader)
      case .function, .moduleAuxiliary: continue
      case .key, .selectDatabase, .resizeDatabase, .slotInfo, .slotImport, .end: break preamble
      }
    }
    version = reader.version
    source = .rdb(file, reader.version)
    createdAt = description.createdAt
    server = description.server
    baseCreatedAt = nil
    replay = nil
    cutoff = nil
  }

  /// Replays a log up to `cut`. For commands that count from now, `now` is what the clock shows, in Unix
  /// milliseconds, unless annotations of the log say so. `observer` is told what happens on the way.
  ///
  /// - Throws: `ReplayError` where a server would refuse to start, or this build can't go on.
  public init(
    replaying log: AppendOnlyLog, kind: SnapshotKind? = nil, cut: LogCut? = nil, now: Int64,
    observer: (any LogObserver)? = nil
  ) throws(ReplayError) {
    self.kind = kind ?? (log.manifestPath == nil ? .aof : .directory)
    path = log.path
    bytes = log.parts.reduce(0) { $0 + $1.file.size }
    let replay = try LogReplay(log, cut: cut, now: now, observer: observer)
    let base = replay.base
    let report = replay.report
    var description = base?.description ?? SnapshotDescription(version: nil)
    description.setFunctions(replay.data.functions.sources)
    let version = base?.description.version
    let strings = replay.data.strings
    let databases = replay.finish()
    self.version = version
    source = .log(
      ReplayedLog(
        databases, strings,
        base: base.flatMap { base in version.map { (file: base.file, version: $0) } }),
      description)
    createdAt = report.timestamp.flatMap { seconds in
      let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
      return overflow ? nil : milliseconds
    }
    baseCreatedAt = description.createdAt
    server = description.server
    self.replay = report
    cutoff =
      if case .until(let seconds) = cut {
        seconds.multipliedReportingOverflow(by: 1000).partialValue
      } else {
        nil
      }
  }

  /// Whether a key with this expiry is alive at `time`: a server deletes when now > expiry.
  public static func isAlive(expiry: Int64?, at time: Int64) -> Bool {
    guard let expiry else { return true }
    return expiry >= time
  }

  /// Reads the backup from beginning to end, values included.
  ///
  /// - Throws: `FormatError` where it is damaged.
  public func check() throws(FormatError) {
    var fingerprinter = ValueFingerprinter(FingerprintHasher())
    _ = try walk(at: .min) { (key) throws(FormatError) in
      _ = try fingerprinter.fingerprint(key.value)
    }
  }

  /// How scores are written by the server that wrote the file, as far as that is known.
  public var scoreText: ScoreText { version?.scoreText ?? .seventeenDigits }

  /// Reads the backup from beginning to end and calls `visit` for each key that a server keeps: it leaves out
  /// empty containers. Returns what the backup says about itself. What is alive is judged at `time`, in Unix
  /// milliseconds.
  ///
  /// - Throws: `FormatError` where the file is damaged; nothing that was visited counts then.
  public func walk(
    at time: Int64, _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) -> SnapshotDescription {
    switch source {
    case .rdb(let file, let version):
      return try walk(file, version, at: time, visit)
    case .log(let log, let description):
      return try walk(log, description, at: time, visit)
    }
  }

  private func walk(
    _ file: InputFile, _ version: RDBVersion, at time: Int64,
    _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) -> SnapshotDescription {
    var reader = try RDBReader(file)
    var description = SnapshotDescription(version: version)
    var scratch = ScratchBuffer()
    var valueScratch = ValueScratch()
    while let record = try reader.next() {
      guard record == .key else {
        try description.add(record, reader)
        continue
      }
      guard !reader.value.isEmptyContainer(scratch: &valueScratch) else { continue }
      let attributes = reader.attributes
      description.keys += 1
      let isAlive = Self.isAlive(expiry: attributes.expiry, at: time)
      if !isAlive { description.expired += 1 }
      let name = try reader.key()
      let bytes = try name.bytes(in: &scratch)
      do throws(FormatError) {
        try visit(
          SnapshotKey(
            database: reader.database, name: bytes, attributes: attributes, isAlive: isAlive,
            value: SnapshotValue(reader.value), offset: reader.recordOffset,
            size: reader.recordSize))
      } catch {
        throw error.inside(key: bytes)
      }
    }
    description.checksum = reader.checksum ?? .absent
    return description
  }
}

extension FormatError {
  /// The error with the key that it belongs to.
  func inside(key name: Span<UInt8>) -> FormatError {
    var error = self
    error.key = error.key ?? [UInt8](copying: name)
    return error
  }
}

/// A key that a walk visits, borrowed.
public struct SnapshotKey: ~Escapable {
  /// The database that the key belongs to.
  public let database: UInt64
  /// The name.
  public let name: Span<UInt8>
  /// Expiry, idle time, frequency.
  public let attributes: RDBKeyAttributes
  /// Whether the key is alive at the time of the walk.
  public let isAlive: Bool
  /// The value, not decoded yet.
  public let value: SnapshotValue
  /// Where the record begins in the file; below 0 for a key in memory. It finds the key again.
  public let offset: Int
  /// How many bytes type, name and value take in the file; of a key in memory, as they are there.
  public let size: Int

  @_lifetime(copy name, copy value)
  init(
    database: UInt64, name: Span<UInt8>, attributes: RDBKeyAttributes, isAlive: Bool,
    value: SnapshotValue, offset: Int, size: Int
  ) {
    self.database = database
    self.name = name
    self.attributes = attributes
    self.isAlive = isAlive
    self.value = value
    self.offset = offset
    self.size = size
  }

  /// The fingerprint of database and name.
  public func fingerprint(_ hasher: FingerprintHasher) -> Fingerprint {
    hasher.hash(name, in: database)
  }
}
