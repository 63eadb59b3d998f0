internal import BinaryInput

/// Makes an RDB file by hand, to the letter: nothing is checked, so anything can be wrong.
public struct RDBBuilder: Sendable {
  /// What stands behind the end of the data.
  public enum Checksum: Sendable {
    /// The checksum of the bytes.
    case computed
    /// A checksum that is not that of the bytes.
    case wrong
    /// Eight zero bytes: the server was told not to compute one.
    case disabled
    /// Nothing, as before version 5.
    case none
  }

  /// What has been written so far.
  public private(set) var bytes: [UInt8]

  /// Starts a file with a header of nine bytes.
  public init(_ header: String = "REDIS0010") { bytes = Array(header.utf8) }

  /// Where the next byte will stand.
  public var offset: Int { bytes.count }

  /// Adds bytes as they are.
  public mutating func append(_ more: [UInt8]) { bytes += more }

  /// Adds a key; `record` is its type and its value, as the format's reference shows examples.
  public mutating func key(_ name: String, _ record: [UInt8]) {
    bytes.append(record[0])
    bytes += Self.string(name)
    bytes += record.dropFirst()
  }

  /// Adds a key with a string.
  public mutating func string(_ name: String, _ value: String) {
    key(name, [0] + Self.string(value))
  }

  /// Adds an auxiliary field.
  public mutating func auxiliary(_ name: String, _ value: String) {
    bytes += [0xFA] + Self.string(name) + Self.string(value)
  }

  /// Says to which database the keys that follow belong.
  public mutating func selectDatabase(_ number: UInt64) {
    bytes += [0xFE] + Self.length(number)
  }

  /// Gives the next key an expiry in milliseconds.
  public mutating func expiry(_ milliseconds: Int64) {
    bytes += [0xFC] + littleEndian(milliseconds, 8)
  }

  /// The whole file.
  public func file(_ checksum: Checksum = .computed) -> [UInt8] {
    Self.closed(bytes + [0xFF], checksum)
  }

  /// Adds a checksum to bytes that end in the end's opcode.
  public static func closed(_ bytes: [UInt8], _ checksum: Checksum = .computed) -> [UInt8] {
    var sum = CRC64()
    sum.update(bytes.span)
    return switch checksum {
    case .computed: bytes + bigEndian(sum.value, 8).reversed()
    case .wrong: bytes + bigEndian(sum.value ^ 1, 8).reversed()
    case .disabled: bytes + [UInt8](repeating: 0, count: 8)
    case .none: bytes
    }
  }

  /// A file with nothing but the key `k`; `record` is its type and its value.
  public static func file(_ record: [UInt8], header: String = "REDIS0014") -> [UInt8] {
    var builder = RDBBuilder(header)
    builder.key("k", record)
    return builder.file()
  }

  /// A number in the shortest form.
  public static func length(_ number: UInt64) -> [UInt8] {
    switch number {
    case ..<64: [UInt8(number)]
    case ..<16_384: [0x40 | UInt8(number >> 8), UInt8(number & 0xFF)]
    case ...UInt64(UInt32.max): [0x80] + bigEndian(number, 4)
    default: [0x81] + bigEndian(number, 8)
    }
  }

  /// A string as it is, with its length before it.
  public static func string(_ bytes: [UInt8]) -> [UInt8] { length(UInt64(bytes.count)) + bytes }

  /// A text as it is, with its length before it.
  public static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  /// Bytes as an LZF string that saves nothing: runs of literals.
  public static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var data: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 32) {
      let run = bytes[start..<min(start + 32, bytes.count)]
      data += [UInt8(run.count - 1)] + run
    }
    return [0xC3] + length(UInt64(data.count)) + length(UInt64(bytes.count)) + data
  }
}
