/// A JSON document (RFC 8259), with numbers and texts as they are written.
indirect enum JSONTree: Equatable {
  /// A number, a text with its quotes, `true`, `false`, `null`.
  case leaf([UInt8])
  case array([JSONTree])
  case object([Member])

  struct Member: Equatable {
    /// The name as it is written, without its quotes.
    let name: [UInt8]
    let value: JSONTree
  }

  /// Reads a document that is an object or an array; nil if it is neither, or deeper than `deepest`.
  init?(_ bytes: [UInt8]) {
    guard let first = bytes.first(where: { !Self.isBlank($0) }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
      String(validating: bytes, as: UTF8.self) != nil
    else { return nil }
    var parser = Parser(bytes: bytes)
    guard let tree = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = tree
  }

  /// Deeper documents are compared as texts.
  static let deepest = 64

  fileprivate static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// The document as it would be written without blanks.
  var text: [UInt8] {
    switch self {
    case .leaf(let bytes): return bytes
    case .array(let elements):
      return [UInt8(ascii: "[")]
        + Array(elements.map(\.text).joined(separator: [UInt8(ascii: ",")]))
        + [UInt8(ascii: "]")]
    case .object(let members):
      let quote = [UInt8(ascii: "\"")]
      return [UInt8(ascii: "{")]
        + Array(
          members.map { quote + $0.name + quote + [UInt8(ascii: ":")] + $0.value.text }
            .joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "}")]
    }
  }
}

private struct Parser {
  let bytes: [UInt8]
  var position = 0

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return position == bytes.count
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, JSONTree.isBlank(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) -> JSONTree? {
    guard depth <= JSONTree.deepest else { return nil }
    if take(UInt8(ascii: "{")) { return object(depth) }
    if take(UInt8(ascii: "[")) { return array(depth) }
    skipBlanks()
    let start = position
    guard position < bytes.count else { return nil }
    if bytes[position] == UInt8(ascii: "\"") {
      return string().map { _ in .leaf(Array(bytes[start..<position])) }
    }
    for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return .leaf(Array(word.utf8))
    }
    return number() ? .leaf(Array(bytes[start..<position])) : nil
  }

  private mutating func object(_ depth: Int) -> JSONTree? {
    var members: [JSONTree.Member] = []
    if take(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipBlanks()
      guard let name = string(), take(UInt8(ascii: ":")), let value = value(depth: depth + 1) else {
        return nil
      }
      members.append(JSONTree.Member(name: name, value: value))
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}")) ? .object(members) : nil
  }

  private mutating func array(_ depth: Int) -> JSONTree? {
    var elements: [JSONTree] = []
    if take(UInt8(ascii: "]")) { return .array([]) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "]")) ? .array(elements) : nil
  }

  /// What stands between quotes, as it is written.
  private mutating func string() -> [UInt8]? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
    let start = position + 1
    position = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return Array(bytes[start..<(position - 1)])
      case UInt8(ascii: "\\"): position += 2
      case ..<0x20: return nil
      default: position += 1
      }
    }
    return nil
  }

  private mutating func number() -> Bool {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    guard whole > 0 else { return false }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { return false }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count,
        bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      guard digits() > 0 else { return false }
    }
    return position > start
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    {
      position += 1
    }
    return position - start
  }
}
