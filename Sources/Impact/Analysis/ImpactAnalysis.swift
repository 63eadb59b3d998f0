public import BinaryInput
internal import Hashing
public import Keyspace
public import Patterns
internal import RDB

/// Damage in one of several inputs: says in which.
public struct BackupError: Error, Sendable, CustomStringConvertible {
  /// The path as it was given.
  public let path: String
  /// What is wrong with it.
  public let error: FormatError

  /// Names the input.
  public init(path: String, error: FormatError) {
    self.path = path
    self.error = error
  }

  /// One line: path, offset, context, message.
  public var description: String { "\(EscapedBytes(Array(path.utf8))): \(error)" }
}

/// A current state that has been read once, for several comparisons.
public struct CurrentState {
  let snapshot: Snapshot
  let scan: SideScan
  let hasher: FingerprintHasher

  /// What the input is and says about itself.
  public var description: BackupDescription {
    BackupDescription(of: snapshot, scan.description)
  }
}

/// Finds out what restoring a backup would do, by a policy, at a moment.
public struct ImpactAnalysis {
  let policy: Policy
  let classifier: Classifier
  let restoreAt: Int64
  let threads: Int

  /// Prepares an analysis of a restore at `restoreAt`, in Unix milliseconds, that reads on up to `threads` threads.
  ///
  /// - Throws: `PatternError` if a pattern of the policy can't be compiled, which reading it has excluded.
  public init(policy: Policy, restoreAt: Int64, threads: Int = 2) throws(PatternError) {
    self.policy = policy
    self.threads = threads
    classifier = try Classifier(policy)
    self.restoreAt = restoreAt
  }

  /// What restoring `backup` would do to `current`. Both are read at the same time.
  ///
  /// - Throws: `BackupError` if one of them is damaged; if both are, the one whose damage is worse.
  public func impact(
    of backup: Snapshot, on current: Snapshot
  ) throws(BackupError) -> ImpactReport {
    let hasher = FingerprintHasher()
    let (policy, restoreAt, threads) = (policy, restoreAt, max(1, threads / 2))
    let (backupScan, currentScan) = inParallel(
      threads: self.threads,
      { Self.scan(backup, policy, at: restoreAt, hasher, threads: threads) },
      { Self.scan(current, policy, at: restoreAt, hasher, threads: threads) })
    try Self.throwWorse(backupScan, currentScan)
    return try compare(
      (backup, try backupScan.get()), (current, try currentScan.get()), hasher)
  }

  /// Reads a current state that several backups are held against.
  ///
  /// - Throws: `BackupError` if it is damaged.
  public func read(_ current: Snapshot) throws(BackupError) -> CurrentState {
    let hasher = FingerprintHasher()
    let scan = try Self.scan(current, policy, at: restoreAt, hasher, threads: threads).get()
    return CurrentState(snapshot: current, scan: scan, hasher: hasher)
  }

  /// What restoring `backup` would do to a current state that has been read, as far as it takes to rank backups: the
  /// report has no values of keys.
  ///
  /// - Throws: `BackupError` if the backup is damaged.
  public func impact(
    of backup: Snapshot, on current: CurrentState
  ) throws(BackupError) -> ImpactReport {
    let scan = try Self.scan(backup, policy, at: restoreAt, current.hasher, threads: threads)
      .get()
    return try compare(
      (backup, scan), (current.snapshot, current.scan), current.hasher, readsValues: false)
  }

  /// Holds both sides against each other.
  func compare(
    _ backup: (snapshot: Snapshot, scan: SideScan), _ current: (snapshot: Snapshot, scan: SideScan),
    _ hasher: FingerprintHasher, readsValues: Bool = true
  ) throws(BackupError) -> ImpactReport {
    var comparison = Comparison(
      classifier: classifier, restoreAt: restoreAt, hasher: hasher, threads: threads,
      backup: backup, current: current)
    try naming(backup.snapshot) { () throws(FormatError) in
      try comparison.checkBackup()
    }
    try naming(current.snapshot) { () throws(FormatError) in
      try comparison.checkCurrent()
    }
    let (fromCurrent, fromBackup) = comparison.readAffected(values: readsValues)
    try naming(current.snapshot) { () throws(FormatError) in
      comparison.add(try fromCurrent.get(), from: .current)
    }
    try naming(backup.snapshot) { () throws(FormatError) in
      comparison.add(try fromBackup.get(), from: .backup)
    }
    try naming(current.snapshot) { () throws(FormatError) in try comparison.checkDuplicates() }
    return comparison.report()
  }

  /// What restoring `backup` could do, as far as the backup alone can tell.
  ///
  /// - Throws: `BackupError` if it is damaged.
  public func exposure(of backup: Snapshot) throws(BackupError) -> ImpactReport {
    var exposure = ExposureAnalysis(
      classifier: classifier, restoreAt: restoreAt, backup: backup)
    let description = try naming(backup) { () throws(FormatError) in try exposure.read() }
    return exposure.report(
      BackupDescription(of: backup, description))
  }

  /// Reads one side, on whatever thread.
  static func scan(
    _ snapshot: Snapshot, _ policy: Policy, at restoreAt: Int64, _ hasher: FingerprintHasher,
    threads: Int = 1
  ) -> Result<SideScan, BackupError> {
    do throws(FormatError) {
      return .success(
        try SideScan(of: snapshot, at: restoreAt, policy, hasher, threads: threads))
    } catch {
      return .failure(BackupError(path: snapshot.path, error: error))
    }
  }

  /// Damage counts more than what is not supported, and a file that can't be read more than that.
  static func throwWorse(
    _ first: Result<SideScan, BackupError>, _ second: Result<SideScan, BackupError>
  ) throws(BackupError) {
    guard case .failure(let left) = first else {
      _ = try second.get()
      return
    }
    guard case .failure(let right) = second, right.error.rank > left.error.rank else { throw left }
    throw right
  }

  /// Says in which input something is wrong.
  func naming<Success>(
    _ snapshot: Snapshot, _ body: () throws(FormatError) -> Success
  ) throws(BackupError) -> Success {
    do throws(FormatError) {
      return try body()
    } catch {
      throw BackupError(path: snapshot.path, error: error)
    }
  }
}

extension FormatError {
  /// How much the failure counts among those of several inputs.
  fileprivate var rank: Int {
    switch reason {
    case .unsupported: 0
    case .truncated, .malformed, .checksumMismatch: 1
    case .unreadable: 2
    }
  }
}
