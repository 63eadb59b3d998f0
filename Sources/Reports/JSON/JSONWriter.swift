internal import BinaryInput
internal import FoundationEssentials
internal import Impact

/// Writes one JSON value, piece by piece and in the order in which it is told.
///
/// Machine output is the same for the same input, field by field, and nulls are written out, which is
/// more than an encoder of `Codable` values promises. Text is escaped so that no control character, and
/// nothing that changes how its neighbours are shown, reaches a terminal raw.
struct JSONWriter {
  /// What has been written.
  private(set) var text = ""
  private let isIndented: Bool
  private var depth = 0
  /// Whether something stands before the next item of the object or array at hand.
  private var needsComma = false

  /// Starts a value; one with indentation takes a line for each field.
  init(indented: Bool) {
    isIndented = indented
  }

  // MARK: Values

  mutating func value(_ value: String?) {
    guard let value else { return raw("null") }
    text += "\""
    for scalar in value.unicodeScalars { escape(scalar) }
    text += "\""
  }

  mutating func value(_ value: Bool?) { raw(value.map { $0 ? "true" : "false" } ?? "null") }

  mutating func value(_ value: (some BinaryInteger)?) {
    raw(value.map { String($0) } ?? "null")
  }

  /// Infinities are no JSON numbers; they appear as text.
  mutating func value(_ value: Double?) {
    guard let value else { return raw("null") }
    if value.isFinite { raw("\(value)") } else { self.value("\(value)" as String?) }
  }

  mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }

  mutating func array<Items: Sequence>(
    of items: Items, _ body: (inout JSONWriter, Items.Element) -> Void
  ) {
    nest("[", "]") { json in
      for item in items {
        json.separate()
        body(&json, item)
        json.needsComma = true
      }
    }
  }

  // MARK: Fields

  mutating func field(_ name: String, _ value: String?) { member(name) { $0.value(value) } }
  mutating func field(_ name: String, _ value: Bool?) { member(name) { $0.value(value) } }
  mutating func field(_ name: String, _ value: Double?) { member(name) { $0.value(value) } }

  mutating func field(_ name: String, _ value: (some BinaryInteger)?) {
    member(name) { $0.value(value) }
  }

  /// A moment in Unix milliseconds, written as RFC 3339.
  mutating func field(_ name: String, time: Int64?) {
    field(name, time.map { Timestamp(milliseconds: $0).description })
  }

  mutating func null(_ name: String) { member(name) { $0.raw("null") } }

  mutating func field(_ name: String, _ body: (inout JSONWriter) -> Void) {
    member(name) { $0.object(body) }
  }

  mutating func field<Items: Sequence>(
    _ name: String, arrayOf items: Items, _ body: (inout JSONWriter, Items.Element) -> Void
  ) {
    member(name) { $0.array(of: items, body) }
  }

  /// Bytes as text; where they are no valid UTF-8, also in base 64 under `name` with `_b64` behind it.
  mutating func field(_ name: String, bytes: [UInt8]) {
    field(name, String(decoding: bytes, as: UTF8.self))
    if String(validating: bytes, as: UTF8.self) == nil {
      field("\(name)_b64", Data(bytes).base64EncodedString())
    }
  }

  /// A list of bytes as text; where some are no valid UTF-8, all of them also in base 64.
  mutating func field(_ name: String, bytesOf list: [[UInt8]]) {
    field(name, arrayOf: list) { $0.value(String(decoding: $1, as: UTF8.self) as String?) }
    if list.contains(where: { String(validating: $0, as: UTF8.self) == nil }) {
      field("\(name)_b64", arrayOf: list) { $0.value(Data($1).base64EncodedString() as String?) }
    }
  }

  // MARK: Layout

  private mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
    separate()
    value(name as String?)
    text += isIndented ? ": " : ":"
    body(&self)
    needsComma = true
  }

  private mutating func nest(
    _ open: String, _ close: String, _ body: (inout JSONWriter) -> Void
  ) {
    text += open
    depth += 1
    needsComma = false
    body(&self)
    depth -= 1
    if needsComma { newLine() }
    text += close
    needsComma = false
  }

  private mutating func separate() {
    if needsComma { text += "," }
    newLine()
    needsComma = false
  }

  private mutating func newLine() {
    guard isIndented else { return }
    text += "\n"
    for _ in 0..<depth { text += "  " }
  }

  private mutating func raw(_ literal: String) { text += literal }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case " "..."~": text.unicodeScalars.append(scalar)
    default:
      if EscapedBytes.isPrintable(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 { text += Self.hexEscape(unit) }
      }
    }
  }

  private static func hexEscape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
