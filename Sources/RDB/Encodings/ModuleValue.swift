public import BinaryInput

extension FormatRule {
  /// Module data contains a number that is no module opcode.
  public static let moduleOpcode = FormatRule("module-opcode")
}

/// The type of a module's values: nine characters and a version, packed into 64 bits (`moduleTypeEncodeId`).
public struct ModuleType: Hashable, Sendable {
  /// The name that the module registered: `ReJSON-RL`.
  public let name: String
  /// The version of the module's encoding, 0 to 1023.
  public let version: Int

  /// Unpacks an identifier.
  public init(id: UInt64) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var name = ""
    for place in 0..<9 {
      let index = Int(id >> (58 - 6 * UInt64(place)) & 0x3F)
      name.unicodeScalars.append(Unicode.Scalar(alphabet[index]))
    }
    self.name = name
    self.version = Int(id & 0x3FF)
  }
}

/// The self-describing data of modules: numbered opcodes with operands, up to opcode 0.
///
/// So a value can be stepped over without its module (`rdbLoadCheckModuleValue`). The server's own
/// skipper ignores numbers that it does not know; here they are errors.
enum ModuleData {
  /// Moves over module data up to and including its end.
  static func skip(_ reader: inout ByteReader) throws(FormatError) {
    while true {
      let offset = reader.offset
      switch try reader.length() {
      case 0: return
      case 1, 2: _ = try reader.length()
      case 3: try reader.skip(claimed: 4)
      case 4: try reader.skip(claimed: 8)
      case 5: try reader.skipString()
      case let opcode:
        throw .malformed(.moduleOpcode, "\(opcode) is no module opcode", at: offset)
      }
    }
  }
}
