internal import BinaryInput

/// The id of a stream entry: milliseconds and a sequence number.
public struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Unix milliseconds, as a rule.
  public let milliseconds: UInt64
  /// The number of the entry within the millisecond.
  public let sequence: UInt64

  /// The smallest id, which no entry has.
  public static let zero = StreamID(milliseconds: 0, sequence: 0)

  /// Names an id.
  public init(milliseconds: UInt64, sequence: UInt64) {
    self.milliseconds = milliseconds
    self.sequence = sequence
  }

  /// Orders ids as the server does: by time, then by sequence number.
  public static func < (left: StreamID, right: StreamID) -> Bool {
    (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
  }

  /// `1000-0`, as commands write it.
  public var description: String { "\(milliseconds)-\(sequence)" }

  /// Reads two lengths (`rdb.c` writes last and first ids so).
  init(lengths reader: inout ByteReader) throws(FormatError) {
    self.init(milliseconds: try reader.length(), sequence: try reader.length())
  }

  /// Reads 16 bytes, both halves most significant byte first (`streamEncodeID`).
  init(raw reader: inout ByteReader) throws(FormatError) {
    self.init(milliseconds: try reader.bigEndian(8), sequence: try reader.bigEndian(8))
  }
}
