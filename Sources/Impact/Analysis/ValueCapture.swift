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
    return (try? JSONDecoder().decode([String: NumberOrOther].self, from: Data(text)))?[field]?
      .number
  }
}

/// A JSON value of which only a number matters.
private struct NumberOrOther: Decodable {
  let number: Double?

  init(from decoder: any Decoder) throws {
    number = try? decoder.singleValueContainer().decode(Double.self)
  }
}
