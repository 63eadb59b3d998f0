/// Makes a listpack by hand, entry by entry, in the forms that the server would choose.
public struct ListpackBuilder: Sendable {
  /// The entries with their backlengths.
  public private(set) var entries: [UInt8] = []
  /// How many there are.
  public private(set) var count = 0

  /// No entries.
  public init() {}

  /// Entries of text; those that are decimal numbers become integers.
  public init(_ texts: [String]) {
    for text in texts {
      if let number = Int64(text), String(number) == text { add(number) } else { add(text) }
    }
  }

  /// Adds an integer.
  public mutating func add(_ value: Int64) {
    switch value {
    case 0...127: addEncoded([UInt8(value)])
    case -4096...4095:
      addEncoded([0xC0 | UInt8(value >> 8 & 0x1F), UInt8(truncatingIfNeeded: value)])
    case Int64(Int16.min)...Int64(Int16.max): addEncoded([0xF1] + littleEndian(value, 2))
    case -8_388_608...8_388_607: addEncoded([0xF2] + littleEndian(value, 3))
    case Int64(Int32.min)...Int64(Int32.max): addEncoded([0xF3] + littleEndian(value, 4))
    default: addEncoded([0xF4] + littleEndian(value, 8))
    }
  }

  /// Adds a string.
  public mutating func add(_ text: String) { add(Array(text.utf8)) }

  /// Adds a string of bytes.
  public mutating func add(_ bytes: [UInt8]) {
    switch bytes.count {
    case ..<64: addEncoded([0x80 | UInt8(bytes.count)] + bytes)
    case ..<4096: addEncoded([0xE0 | UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes)
    default: addEncoded([0xF0] + littleEndian(Int64(bytes.count), 4) + bytes)
    }
  }

  /// Adds an entry in any form; without `backlength`, with that of its size.
  public mutating func addEncoded(_ entry: [UInt8], backlength: [UInt8]? = nil) {
    entries += entry + (backlength ?? Self.backlength(entry.count))
    count += 1
  }

  /// The listpack; without `count`, with the number of entries that it has.
  public func bytes(count stated: Int? = nil) -> [UInt8] {
    littleEndian(Int64(entries.count + 7), 4) + littleEndian(Int64(stated ?? count), 2)
      + entries + [0xFF]
  }

  /// The listpack as a string of a file.
  public func string() -> [UInt8] { RDBBuilder.string(bytes()) }

  /// The size of an entry, to be read from the back: `lpEncodeBacklen` of the server.
  public static func backlength(_ size: Int) -> [UInt8] {
    var groups = 1
    // The server compares with "less than 2ⁿ − 1" from the second limit on.
    if size > 127 { groups = size < 16_383 ? 2 : size < 2_097_151 ? 3 : size < 268_435_455 ? 4 : 5 }
    return (0..<groups).map { group in
      let bits = UInt8(size >> (7 * (groups - 1 - group)) & 0x7F)
      return group == 0 ? bits : bits | 0x80
    }
  }
}
