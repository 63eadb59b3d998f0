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

/// Finds out what restoring a backup would do, by a policy, at a moment.
public struct ImpactAnalysis {
  private let classifier: Classifier
  private let restoreAt: Int64

  /// Prepares an analysis of a restore at `restoreAt`, in Unix milliseconds.
  ///
  /// - Throws: `PatternError` if a pattern of the policy can't be compiled, which reading it has excluded.
  public init(policy: Policy, restoreAt: Int64) throws(PatternError) {
    classifier = try Classifier(policy)
    self.restoreAt = restoreAt
  }

  /// What restoring `backup` would do to `current`.
  ///
  /// - Throws: `BackupError` if one of them is damaged.
  public func impact(
    of backup: Snapshot, on current: Snapshot
  ) throws(BackupError) -> ImpactReport {
    var comparison = Comparison(
      classifier: classifier, restoreAt: restoreAt, backup: backup, current: current)
    let backupDescription = try naming(backup) { () throws(FormatError) in
      try comparison.readBackup()
    }
    let currentDescription = try naming(current) { () throws(FormatError) in
      try comparison.readCurrent()
    }
    try naming(backup) { () throws(FormatError) in
      try comparison.findResurrected()
      try comparison.readValues(of: .backup)
    }
    try naming(current) { () throws(FormatError) in
      try comparison.readValues(of: .current)
      try comparison.checkDuplicates()
    }
    return comparison.report(
      backup: BackupDescription(path: backup.file.path, snapshot: backupDescription),
      current: BackupDescription(path: current.file.path, snapshot: currentDescription))
  }

  private func naming<Result>(
    _ snapshot: Snapshot, _ body: () throws(FormatError) -> Result
  ) throws(BackupError) -> Result {
    do throws(FormatError) {
      return try body()
    } catch {
      throw BackupError(path: snapshot.file.path, error: error)
    }
  }
}

extension ImpactAnalysis {
  /// What restoring `backup` could do, as far as the backup alone can tell.
  ///
  /// - Throws: `BackupError` if it is damaged.
  public func exposure(of backup: Snapshot) throws(BackupError) -> ImpactReport {
    var exposure = ExposureAnalysis(
      classifier: classifier, restoreAt: restoreAt, backup: backup)
    let description = try naming(backup) { () throws(FormatError) in try exposure.read() }
    return exposure.report(
      BackupDescription(path: backup.file.path, snapshot: description))
  }
}
