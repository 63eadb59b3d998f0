public import BinaryInput
public import RDB

/// Whether the bytes of a file are what was written, and which servers would load it: two of the three
/// verdicts on a backup, kept apart.
public struct Verification: Sendable {
  /// The path as it was given.
  public private(set) var path: String
  /// The size of the file in bytes.
  public let bytes: Int
  /// Whether the file could be opened and begins as a backup does.
  public internal(set) var isBackup = true
  /// Whether the operating system let the file be read to its end.
  public internal(set) var isReadable = true
  /// Whether the file is whole; nil if this build can't tell because it does not support something in it.
  public internal(set) var isIntact: Bool? = true
  /// What the checksum said; nil if the end was not reached.
  public internal(set) var checksum: RDBChecksum?
  /// The version that the header states; nil if it could not be read.
  public internal(set) var version: RDBVersion?
  /// When saving began, in Unix milliseconds; nil if the file does not say.
  public internal(set) var createdAt: Int64?
  /// When the base of a log was saved, in Unix milliseconds; nil if there is none or it does not say.
  public internal(set) var baseCreatedAt: Int64?
  /// The files of a log.
  public internal(set) var parts: [Part] = []
  /// Where the RDB ends; nil if its end was not reached.
  var end: Int?
  /// How many function libraries there are, of which nobody knows without running them whether they load.
  public internal(set) var libraries = 0
  /// How many keys were read; of a log, how many it leaves behind, 0 if a server would not load it.
  public internal(set) var keys = 0
  /// How many keys are there again; nil if nobody looked.
  public internal(set) var duplicates: Int?
  /// The releases that were asked about, each with why it would not load the file; nil if it would.
  public internal(set) var targets: [(release: ServerRelease, refusal: String?)] = []
  /// Whether the backup falls short of what was expected of it (`hold(against:at:)`).
  public internal(set) var fallsShort = false
  /// What was found, as far as it is listed, in the order in which it was found.
  public internal(set) var problems: [Problem] = []
  /// How many further problems there are.
  public internal(set) var unlisted = 0

  /// Something wrong or suspicious in a file.
  public struct Problem: Equatable, Sendable {
    /// How much it matters.
    public enum Severity: String, Sendable {
      /// The file is damaged, or can't be judged.
      case error
      /// Suspicious, or not as a server with default settings writes it.
      case warning
    }

    /// How much it matters.
    public let severity: Severity
    /// The stable name of the rule that is broken.
    public let code: String
    /// Where, from the beginning of the file.
    public let offset: Int
    /// The key in whose value it is, if it is in one.
    public let key: [UInt8]?
    /// What is wrong, with its context.
    public let message: String
    /// In which file of a log it is; nil if there is but one file.
    public var path: String?

    /// Describes a problem.
    public init(
      severity: Severity, code: String, offset: Int, key: [UInt8]?, message: String,
      path: String? = nil
    ) {
      self.severity = severity
      self.code = code
      self.offset = offset
      self.key = key
      self.message = message
      self.path = path
    }
  }

  /// What is looked at.
  public struct Options: Sendable {
    /// The releases of which is asked whether they would load the file.
    public var targets: [ServerRelease] = []
    /// How many databases these servers are configured for.
    public var databases: UInt64 = 16
    /// Whether keys that are there twice are looked for, which takes memory in proportion to the keys.
    public var looksForDuplicates = true
    /// On how many threads a file is read.
    public var threads = 1
    /// When a server would load the file, in Unix milliseconds: it leaves out what has expired by then. Nil if it
    /// keeps that, as it does with the base of a log.
    public var loadedAt: Int64?

    /// Looks at everything, for no release in particular.
    public init() {}
  }

  /// Reads a file from beginning to end, values included.
  public init(of file: InputFile, _ options: Options = Options()) {
    self.init(path: file.path, bytes: file.size)
    var reading = VerificationReading(self, options)
    reading.read(file)
    self = reading.finished()
  }

  /// The verdict on something that can't be opened or unpacked, or is no backup at all: nothing of it was read.
  public init(_ error: InputError, _ options: Options = Options()) {
    self.init(path: error.path, bytes: 0)
    targets = options.targets.map { ($0, error.problem) }
    isIntact = false
    isBackup = false
    problems = [
      Problem(
        severity: .error, code: error.isDamage ? "container" : "no-backup", offset: 0, key: nil,
        message: error.problem)
    ]
  }

  init(path: String, bytes: Int) {
    self.path = path
    self.bytes = bytes
  }

  /// The same under other paths.
  public func renamed(_ rename: (String) -> String) -> Verification {
    var copy = self
    copy.path = rename(path)
    for index in copy.parts.indices { copy.parts[index].path = rename(parts[index].path) }
    return copy
  }

  /// Replaces each problem by what `rewrite` makes of it.
  public mutating func rewriteProblems(_ rewrite: (Problem) -> Problem) {
    problems = problems.map(rewrite)
  }

  /// Replaces each reason for which a release would refuse the backup by what `rewrite` makes of it.
  public mutating func rewriteRefusals(_ rewrite: (String) -> String) {
    targets = targets.map { ($0.release, $0.refusal.map(rewrite)) }
  }

  /// Whether something suspicious was found.
  public var hasWarnings: Bool { problems.contains { $0.severity == .warning } }
}
