internal import BinaryInput

/// Where the reading of a log ends before its end.
public enum LogCut: Equatable, Sendable {
  /// Before the first annotation with a time, in Unix seconds, greater than this.
  case until(seconds: Int64)
  /// At this byte of the last part: what ends behind it does not count.
  case offset(Int)
}

/// Why a log can't be cut where it was asked.
public enum LogCutError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The log has no annotations with times.
  case noTimes
  /// The log begins after the moment, at these Unix seconds.
  case beginsLater(seconds: Int64)
  /// The last part has no such byte behind its RDB; these are its first and last.
  case outside(first: Int, last: Int)

  /// What is in the way.
  public var description: String {
    switch self {
    case .noTimes: "the log has no times: it was written without aof-timestamp-enabled"
    case .beginsLater: "the log begins after that moment"
    case .outside(let first, let last): "the commands of the last part stand at \(first) to \(last)"
    }
  }
}
