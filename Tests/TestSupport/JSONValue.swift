public import Foundation

/// A JSON document of any shape, as the answers of commands appear in the truth.
///
/// `Decodable` would take ten times as long in a debug build.
public enum JSONValue: Equatable, Sendable {
  case null
  case integer(Int64)
  case text(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Takes over what `JSONSerialization` has read.
  init(_ value: Any) throws {
    switch value {
    case is NSNull: self = .null
    case let text as String: self = .text(text)
    case let number as NSNumber: self = .integer(number.int64Value)
    case let elements as [Any]: self = .array(try elements.map(JSONValue.init))
    case let members as [String: Any]: self = .object(try members.mapValues(JSONValue.init))
    default: throw CocoaError(.fileReadCorruptFile)
    }
  }

  /// Reads a file.
  public init(contentsOf file: URL) throws {
    try self.init(JSONSerialization.jsonObject(with: Data(contentsOf: file)))
  }

  /// The elements of an array.
  public var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members of an object.
  public var members: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// A string.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// A number.
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }

  /// A string of the server, which has one character for each byte.
  public var bytes: [UInt8]? {
    guard case .text(let text) = self else { return nil }
    return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  /// The value behind `name` in an answer that lists names and values in turn.
  public subscript(name: String) -> JSONValue? {
    guard let elements, let index = elements.firstIndex(of: .text(name)),
      index + 1 < elements.count
    else { return nil }
    return elements[index + 1]
  }
}
