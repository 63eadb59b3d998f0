/// Something about a data directory that makes a start another one than whoever restores expects, with its evidence.
public struct Pitfall: Equatable, Sendable {
  /// How much it matters.
  public enum Severity: String, Sendable {
    /// As it is, and as it should be known.
    case note
    /// The server has another state than the directory suggests, or soon will have.
    case warning
    /// The server does not start, starts empty, or destroys data.
    case error
  }

  /// What it is: the stable name for machine output.
  public enum Code: String, CaseIterable, Sendable {
    case appendonlyNotTold = "appendonly-not-told"
    case backupDiffers = "backup-differs"
    case baseAsDump = "base-as-dump"
    case baseMissing = "base-missing"
    case checksumIgnored = "checksum-ignored"
    case checksumOff = "checksum-off"
    case configurationNotRead = "configuration-not-read"
    case copiedDuringRewrite = "copied-during-rewrite"
    case damaged = "damaged"
    case dumpIgnored = "dump-ignored"
    case expiredDropped = "expired-dropped"
    case expiredKept = "expired-kept"
    case fewKeys = "few-keys"
    case incrementAsLog = "increment-as-log"
    case incrementMissing = "increment-missing"
    case logElsewhere = "log-elsewhere"
    case logFolderNotKnown = "log-folder-not-known"
    case logIgnored = "log-ignored"
    case manifestDamaged = "manifest-damaged"
    case manifestMissing = "manifest-missing"
    case mixedParts = "mixed-parts"
    case noKeys = "no-keys"
    case notReadable = "not-readable"
    case notWritable = "not-writable"
    case nothingToLoad = "nothing-to-load"
    case oldLogIgnored = "old-log-ignored"
    case oldLogMoved = "old-log-moved"
    case olderThanFile = "older-than-file"
    case overMemory = "over-maxmemory"
    case ownersDiffer = "owners-differ"
    case partUnlisted = "part-unlisted"
    case refused = "refused"
    case replica = "replica"
    case staleIncrement = "stale-increment"
    case tornTail = "torn-tail"
    case unsupported = "unsupported"
    case versionTooNew = "version-too-new"
  }

  /// A number that is evidence.
  public enum Quantity: String, CaseIterable, Sendable {
    case bytes
    case commands
    case createdAt = "created_at"
    case cutAt = "cut_at"
    case evicted
    case expired
    case files
    case group
    case keys
    case limit
    case modifiedAt = "modified_at"
    case otherCreatedAt = "other_created_at"
    case otherKeys = "other_keys"
    case owner
    case permissions
    case user

    /// Whether the number is a moment in Unix milliseconds.
    public var isTime: Bool { self == .createdAt || self == .modifiedAt || self == .otherCreatedAt }
  }

  /// What it is.
  public let code: Code
  /// How much it matters.
  public let severity: Severity
  /// The file that it is about, in the data directory; nil if it is about no file.
  public internal(set) var path: String?
  /// The numbers that are evidence.
  public let numbers: [Quantity: Int64]
  /// What can't be said in numbers; empty if there is nothing.
  public internal(set) var detail: String

  init(
    _ code: Code, _ severity: Severity, _ path: String? = nil, _ numbers: [Quantity: Int?] = [:],
    detail: String = ""
  ) {
    self.code = code
    self.severity = severity
    self.path = path
    self.numbers = numbers.compactMapValues { $0.map { Int64($0) } }
    self.detail = detail
  }

  /// A number, if it is known.
  public subscript(_ quantity: Quantity) -> Int64? { numbers[quantity] }
}
