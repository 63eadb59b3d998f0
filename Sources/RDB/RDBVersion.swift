public import BinaryInput

extension FormatRule {
  /// The first bytes are not those of an RDB file.
  public static let magic = FormatRule("magic")
  /// The header's version is not a number.
  public static let versionDigits = FormatRule("version-digits")
  /// The header's version is a number only for `atoi`.
  public static let versionForm = FormatRule("version-form")
}

/// Which project's numbering of versions, types and opcodes a file follows.
///
/// Redis since 7.4 and Valkey since 9.0 give the same bytes different meanings, so the magic decides
/// once, for the whole file.
public enum RDBFlavour: String, Sendable {
  /// Files that begin with `REDIS`: every Redis, and Valkey up to 8.1.
  case redis = "REDIS"
  /// Files that begin with `VALKEY`: Valkey 9.0 and later.
  case valkey = "VALKEY"
}

/// The version that the header of an RDB file states (`RDB_VERSION` of the server's `rdb.h`).
public struct RDBVersion: Hashable, Sendable {
  /// Whose numbering it is.
  public let flavour: RDBFlavour
  /// The number: 10 for Redis 7.0, 80 for Valkey 9.0.
  public let number: Int

  /// The length of the header: a magic and digits, nine bytes together.
  public static let headerLength = 9

  /// The latest version that this build knows.
  static func newest(_ flavour: RDBFlavour) -> RDBVersion {
    RDBVersion(flavour, flavour == .redis ? 14 : 80)
  }

  /// Names a version.
  public init(_ flavour: RDBFlavour, _ number: Int) {
    self.flavour = flavour
    self.number = number
  }

  /// Whether the file ends in a checksum: since version 5.
  public var hasChecksum: Bool { number >= 5 }

  /// Whether this build knows every type and opcode of the version.
  public var isSupported: Bool {
    switch flavour {
    case .redis: (1...Self.newest(.redis).number).contains(number)
    case .valkey: number == Self.newest(.valkey).number
    }
  }
}

extension RDBVersion {
  /// Reads the header of a file.
  ///
  /// The server of a `REDIS` file parses the digits with `atoi`, which skips blanks and stops at garbage: that is
  /// noted as a departure.
  ///
  /// - Throws: `magic` or `versionDigits` for other bytes, *unsupported* for a version beyond this build.
  public init(parsing reader: inout ByteReader) throws(FormatError) {
    let start = reader.offset
    let header = try reader.take(Self.headerLength)
    guard let flavour = RDBFlavour(header: header) else {
      if Self.isEnvelope(header) { throw .unsupported("a compressed Valkey RDB", at: start) }
      throw .malformed(.magic, "the file begins with neither REDIS nor VALKEY", at: start)
    }
    var number = 0
    for index in flavour.rawValue.utf8.count..<Self.headerLength {
      let byte = header[index]
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
        if flavour == .redis, let number = Self.leadingNumber(header), number > 0 {
          reader.note(.versionText, at: start + index)
          self.init(flavour, number)
          guard isSupported else {
            throw .unsupported("\(flavour.rawValue) RDB version \(number)", at: start)
          }
          return
        }
        throw .malformed(
          .versionDigits, "the version after \(flavour.rawValue) is not a number", at: start + index
        )
      }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
    }
    self.init(flavour, number)
    guard isSupported else {
      throw .unsupported("\(flavour.rawValue) RDB version \(number)", at: start)
    }
  }

  /// The number that `atoi` finds behind `REDIS`; nil for one below 0.
  private static func leadingNumber(_ header: Span<UInt8>) -> Int? {
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D]
    var index = RDBFlavour.redis.rawValue.utf8.count
    while index < headerLength, blanks.contains(header[index]) { index += 1 }
    if index < headerLength, header[index] == UInt8(ascii: "+") { index += 1 }
    var number: Int?
    while index < headerLength, case let digit = header[index] &- UInt8(ascii: "0"), digit < 10 {
      number = (number ?? 0) * 10 + Int(digit)
      index += 1
    }
    return number
  }

  /// Whether the header is that of the envelope around a compressed RDB (Valkey, towards 9.2).
  public static func isEnvelope(_ header: Span<UInt8>) -> Bool {
    let magic = Array("VKCS".utf8)
    return header.count >= magic.count && magic.indices.allSatisfy { header[$0] == magic[$0] }
  }
}

extension RDBFlavour {
  /// Recognizes the magic at the start of `header`.
  public init?(header: Span<UInt8>) {
    for flavour in [RDBFlavour.redis, .valkey] {
      let magic = Array(flavour.rawValue.utf8)
      guard header.count >= magic.count else { continue }
      if magic.indices.allSatisfy({ header[$0] == magic[$0] }) {
        self = flavour
        return
      }
    }
    return nil
  }
}

extension RDBVersion: CustomStringConvertible {
  /// `10`, or `VALKEY 80`.
  public var description: String {
    flavour == .redis ? "\(number)" : "\(flavour.rawValue) \(number)"
  }
}

extension RDBVersion {
  /// Whether a server that writes this version loads values of `type`.
  public func loads(_ type: RDBValueType) -> Bool {
    do throws(FormatError) {
      return try kind(of: type.number, at: 0) == .value(type)
    } catch {
      return false
    }
  }
}
