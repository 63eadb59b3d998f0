internal import BinaryInput

/// A string that stands in a log as a command has set it, and is left there until somebody wants its bytes.
struct LoggedString {
  /// Eight bits for the part of the log, 36 for the offset in it, 20 for the length.
  private let bits: UInt64

  private static let countBits: UInt64 = 20
  private static let offsetBits: UInt64 = 36
  /// Shorter strings take hardly less room here than in memory.
  private static let shortest = 32

  /// A string of `count` bytes at `offset` of a part; nil if memory is the better place for it.
  init?(part: Int, offset: Int, count: Int) {
    guard (Self.shortest..<1 << Int(Self.countBits)).contains(count),
      (0..<1 << Int(Self.offsetBits)).contains(offset), (0..<256).contains(part)
    else { return nil }
    bits =
      UInt64(part) << (Self.offsetBits + Self.countBits) | UInt64(offset) << Self.countBits
      | UInt64(count)
  }

  /// How many bytes it has.
  var count: Int { Int(bits & (1 << Self.countBits - 1)) }
  /// Where it begins in its part.
  var offset: Int { Int(bits >> Self.countBits & (1 << Self.offsetBits - 1)) }
  /// The number of the part, from 0.
  var part: Int { Int(bits >> (Self.offsetBits + Self.countBits)) }
}

/// Reads strings out of the parts of a log, which stay open as long as somebody may want them.
final class LoggedStrings: Sendable {
  private let parts: [InputFile]

  /// Takes the parts in their order.
  init(of parts: [InputFile]) { self.parts = parts }

  /// The string at a place of a part; nil if it should rather be kept in memory, as what comes out of a compressed
  /// file should, which can only be read forward.
  func string(part: Int, at offset: Int, _ count: Int) -> LoggedString? {
    guard parts.indices.contains(part), parts[part].isReadAnywhere else { return nil }
    return LoggedString(part: part, offset: offset, count: count)
  }

  /// The bytes of a string.
  ///
  /// - Throws: `FormatError` if the file has changed since it was read.
  func bytes(of string: LoggedString) throws(FormatError) -> [UInt8] {
    let bytes = try parts[string.part].bytes(at: string.offset, string.count)
    guard bytes.count == string.count else {
      throw .truncated(
        needed: UInt64(string.count), available: bytes.count, at: string.offset)
    }
    return bytes
  }
}
