internal import BinaryInput
internal import Foundation
internal import RDB

/// Keeps the parts of a value that a policy asks about.
struct ValueCapture: ValueVisitor, ~Copyable {
  /// The bytes of a string; nil for other types, and for strings too long to be a number or an amount.
  private(set) var text: [UInt8]?
  /// The members of a sorted set.
  private(set) var members: [[UInt8]: Double] = [:]

  private static let longestText = 1 << 20

  mutating func string(_ value: Span<UInt8>) {
    if value.count <= Self.longestText { text = [UInt8](copying: value) }
  }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    members[[UInt8](copying: member)] = score
  }

  /// The string as a whole number.
  var number: Int64? {
    text.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }

  /// The number at `field` of the JSON object that the string is.
  func amount(at field: String) -> Double? {
    guard let text else { return nil }
    let decoder = JSONDecoder()
    decoder.userInfo[.field] = field
    return (try? decoder.decode(NumberField.self, from: Data(text)))?.number
  }
}

/// A field of a JSON object, of which only a number matters; no other field is decoded.
private struct NumberField: Decodable {
  let number: Double?

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let name = Name(stringValue: decoder.userInfo[.field] as? String ?? "")
    number = try? decoder.container(keyedBy: Name.self).decode(Double.self, forKey: name)
  }
}

extension CodingUserInfoKey {
  /// The name of the field.
  fileprivate static let field: CodingUserInfoKey = {
    // Foundation takes any text for a key; the initializer can fail because the protocol's may.
    guard let key = CodingUserInfoKey(rawValue: "field") else {
      preconditionFailure("every text is a key")
    }
    return key
  }()
}
