import Foundation

/// A JSON value with its exact type.
enum JSON: Decodable, Equatable {
  case null
  case flag(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case array([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let elements = try? container.decode([JSON].self) {
      self = .array(elements)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// Reads a document.
  init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
  }

  /// Reads a document of one line.
  init(_ line: some StringProtocol) throws {
    try self.init(Array(line.utf8))
  }

  /// The values of lines.
  static func lines(_ bytes: [UInt8]) throws -> [JSON] {
    try bytes.split(separator: UInt8(ascii: "\n")).map { try JSON(Array($0)) }
  }

  /// The member of an object.
  subscript(name: String) -> JSON? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
  var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
}

/// What a part of a document must look like.
indirect enum Shape: Sendable {
  case null
  case flag
  case integer
  case number
  case text
  /// RFC 3339 in UTC.
  case time
  /// One of these texts.
  case oneOf([String])
  /// A value, or null.
  case nullable(Shape)
  case array(Shape)
  /// An object with these members, and perhaps more.
  case object([String: Shape])

  /// Where a value is another, and how.
  func mismatches(_ json: JSON?, at path: String = "$") -> [String] {
    guard let json else { return ["\(path) is missing"] }
    switch (self, json) {
    case (.null, .null), (.flag, .flag), (.integer, .integer), (.text, .text),
      (.number, .number), (.number, .integer), (.nullable, .null):
      return []
    case (.time, .text(let text)):
      return text.wholeMatch(of: /-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/) == nil
        ? ["\(path) is no time: \(text)"] : []
    case (.oneOf(let choices), .text(let text)):
      return choices.contains(text) ? [] : ["\(path) is \(text)"]
    case (.nullable(let shape), _): return shape.mismatches(json, at: path)
    case (.array(let shape), .array(let elements)):
      return elements.enumerated().flatMap { shape.mismatches($1, at: "\(path)[\($0)]") }
    case (.object(let shapes), .object(let members)):
      return shapes.sorted { $0.key < $1.key }.flatMap { name, shape in
        shape.mismatches(members[name], at: "\(path).\(name)")
      }
    default: return ["\(path) is \(json), not \(self)"]
    }
  }
}
