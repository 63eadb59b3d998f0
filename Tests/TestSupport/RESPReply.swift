/// What a server answers to a command (RESP, version 2).
public enum RESPReply: Equatable, Sendable {
  /// A short line: `OK`.
  case status(String)
  /// A refusal.
  case error(String)
  case integer(Int64)
  case bytes([UInt8])
  case array([RESPReply])
  case null

  /// A status or a string, as text.
  public var text: String? {
    switch self {
    case .status(let text): text
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .error, .integer, .array, .null: nil
    }
  }

  /// The elements of an array.
  public var elements: [RESPReply]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// A number.
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
}

extension RESPReply {
  /// Reads one reply from the beginning of `bytes`, and says how many bytes it has; nil while it is not
  /// there as a whole.
  static func parse(_ bytes: ArraySlice<UInt8>) throws -> (reply: RESPReply, size: Int)? {
    guard let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let line = String(decoding: bytes[bytes.startIndex..<(lineEnd - 1)], as: UTF8.self)
    let size = lineEnd + 1 - bytes.startIndex
    let rest = bytes[(lineEnd + 1)...]
    let value = String(line.dropFirst())
    switch line.first {
    case "+": return (.status(value), size)
    case "-": return (.error(value), size)
    case ":": return (.integer(try number(value)), size)
    case "$":
      let length = Int(try number(value))
      guard length >= 0 else { return (.null, size) }
      guard rest.count >= length + 2 else { return nil }
      return (.bytes(Array(rest.prefix(length))), size + length + 2)
    case "*":
      return try array(of: Int(try number(value)), rest).map { ($0.reply, size + $0.size) }
    default: throw RESPError("no reply begins so: \(line)")
    }
  }

  private static func array(
    of count: Int, _ bytes: ArraySlice<UInt8>
  ) throws -> (reply: RESPReply, size: Int)? {
    guard count >= 0 else { return (.null, 0) }
    var elements: [RESPReply] = []
    var size = 0
    for _ in 0..<count {
      guard let element = try parse(bytes.dropFirst(size)) else { return nil }
      elements.append(element.reply)
      size += element.size
    }
    return (.array(elements), size)
  }

  private static func number(_ text: String) throws -> Int64 {
    guard let number = Int64(text) else { throw RESPError("no number: \(text)") }
    return number
  }
}

/// Why a server could not be started or asked.
public struct RESPError: Error, CustomStringConvertible, Sendable {
  /// What went wrong.
  public let description: String

  /// Says what went wrong.
  public init(_ description: String) { self.description = description }
}
