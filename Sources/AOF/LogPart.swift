public import BinaryInput

/// A file of a log, as a server loads it.
public struct LogPart: Sendable {
  /// What the file is for.
  public enum Role: String, Sendable {
    /// The only one (Redis 6.2 and before).
    case whole
    /// The data set as it was when the log began.
    case base
    /// What was written since.
    case increment = "incr"
  }

  /// What it is for.
  public let role: Role
  /// The bytes.
  public let file: InputFile
  /// Whether it is the last: only there a server forgives a torn tail.
  public let isLast: Bool
  /// Whether it begins with an RDB, behind which commands may follow.
  public let beginsWithSnapshot: Bool

  init(_ role: Role, _ file: InputFile, isLast: Bool) throws(FormatError) {
    self.role = role
    self.file = file
    self.isLast = isLast
    // aof.c looks at five bytes; Valkey 9 knows its own signature too.
    let start = try file.bytes(6)
    beginsWithSnapshot = start.starts(with: "REDIS".utf8) || start.starts(with: "VALKEY".utf8)
  }
}
