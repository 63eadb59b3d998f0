public import BinaryInput
public import RDB

/// Whether the bytes of a file are what was written: the first of the three verdicts on a backup.
public struct Verification: Sendable {
  /// The path as it was given.
  public let path: String
  /// The size of the file in bytes.
  public let bytes: Int
  /// Whether the file is whole; nil if this build can't tell because it does not support something in it.
  public private(set) var isIntact: Bool? = true
  /// What the checksum said; nil if the end was not reached.
  public private(set) var checksum: RDBChecksum?
  /// The version that the header states; nil if it could not be read.
  public private(set) var version: RDBVersion?
  /// When saving began, in Unix milliseconds; nil if the file does not say.
  public private(set) var createdAt: Int64?
  /// How many keys were read.
  public private(set) var keys = 0
  /// What was found, in the order of the file.
  public private(set) var problems: [Problem] = []

  /// Something wrong or suspicious in a file.
  public struct Problem: Equatable, Sendable {
    /// How much it matters.
    public enum Severity: String, Sendable {
      /// The file is damaged, or can't be judged.
      case error
      /// A server loads the file all the same.
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
  }

  /// Reads a file from beginning to end, values included.
  public init(of file: InputFile) {
    path = file.path
    bytes = file.size
    do throws(FormatError) {
      try read(file)
    } catch {
      add(error)
    }
  }

  /// The verdict on something that can't be opened, or is no backup at all.
  public init(_ error: InputError) {
    path = error.path
    bytes = 0
    isIntact = false
    problems = [
      Problem(severity: .error, code: "no-backup", offset: 0, key: nil, message: error.problem)
    ]
  }

  private mutating func read(_ file: InputFile) throws(FormatError) {
    var reader = try RDBReader(file)
    version = reader.version
    var description = SnapshotDescription(version: reader.version)
    var visitor = ReadingVisitor()
    var scratch = ValueScratch()
    while let record = try reader.next() {
      switch record {
      case .key:
        do throws(FormatError) {
          try reader.value.decode(into: &visitor, scratch: &scratch)
        } catch {
          throw try error.named(reader.key())
        }
        keys += 1
      case .end: checksum = reader.checksum
      default:
        try description.add(record, reader)
        createdAt = description.createdAt
      }
    }
    if checksum == .disabled {
      warn("checksum-disabled", at: reader.offset - 8, "no checksum was stored: unverified")
    }
    if reader.offset < file.size {
      warn(
        "trailing-bytes", at: reader.offset,
        "\(file.size - reader.offset) bytes follow the end (a server ignores them)")
    }
  }

  private mutating func add(_ error: FormatError) {
    if case .checksumMismatch = error.reason { checksum = .mismatch }
    if case .unsupported = error.reason { isIntact = nil } else { isIntact = false }
    let place = error.path.isEmpty ? "" : "\(error.path.joined(separator: ", ")): "
    problems.append(
      Problem(
        severity: .error, code: error.code, offset: error.offset, key: error.key,
        message: place + error.message))
  }

  private mutating func warn(_ code: String, at offset: Int, _ message: String) {
    problems.append(
      Problem(severity: .warning, code: code, offset: offset, key: nil, message: message))
  }
}

/// Decodes values for nothing but their integrity.
private struct ReadingVisitor: ValueVisitor {}

extension FormatError {
  /// Returns the error with the name of the key in whose value it is.
  fileprivate func named(_ name: borrowing EncodedString) throws(FormatError) -> FormatError {
    var scratch = ScratchBuffer()
    var error = self
    error.key = [UInt8](copying: try name.bytes(in: &scratch))
    return error
  }
}
