internal import BinaryInput
internal import Patterns
internal import Yams

/// A value in a policy file that knows its place, so that a mistake can name line and field.
struct PolicyNode {
  private let node: Node
  private let path: String

  init(_ node: Node, path: String) {
    self.node = node
    self.path = path
  }

  var isList: Bool { node.sequence != nil }
  var isMapping: Bool { node.mapping != nil }

  /// Describes a mistake at this place.
  func mistake(_ message: String) -> PolicyError {
    PolicyError(line: node.mark?.line, field: path, message: message)
  }

  /// Refuses fields other than these.
  func allow(_ names: String...) throws(PolicyError) {
    for (key, _) in try mapping() {
      let name = key.string ?? ""
      guard names.contains(name) else {
        throw PolicyNode(key, path: member(name)).mistake(
          "unknown field; known are \(names.joined(separator: ", "))")
      }
    }
  }

  /// The field `name`, which must be there.
  func required(_ name: String) throws(PolicyError) -> PolicyNode {
    guard let field = try optional(name) else { throw mistake("`\(name)` is missing") }
    return field
  }

  /// The field `name`, if it is there.
  func optional(_ name: String) throws(PolicyError) -> PolicyNode? {
    for (key, value) in try mapping() where key.string == name {
      return PolicyNode(value, path: member(name))
    }
    return nil
  }

  /// The field `name` of what may have fields.
  func member(_ name: String) throws(PolicyError) -> PolicyNode? {
    isMapping ? try optional(name) : nil
  }

  /// The items of a list.
  func items() throws(PolicyError) -> [PolicyNode] {
    guard let sequence = node.sequence else { throw mistake("a list is expected") }
    return sequence.enumerated().map { PolicyNode($1, path: "\(path)[\($0)]") }
  }

  /// A text that is not empty.
  func text() throws(PolicyError) -> String {
    guard let text = node.scalar?.string, !text.isEmpty else {
      throw mistake("a text is expected")
    }
    guard EscapedBytes(sentence: text).description == text else {
      throw mistake("the text has characters that can't be shown safely")
    }
    return text
  }

  /// A short name: letters, digits, hyphens, underscores.
  func identifier() throws(PolicyError) -> String {
    let text = try text()
    let isPlain = text.utf8.allSatisfy {
      ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_")
    }
    guard isPlain else { throw mistake("an id has letters, digits, - and _ only") }
    return text
  }

  /// A text in every language.
  func localized() throws(PolicyError) -> LocalizedText {
    try allow("en", "zh")
    return LocalizedText(
      english: try required("en").text(), chinese: try required("zh").text())
  }

  func flag() throws(PolicyError) -> Bool {
    switch try text() {
    case "true": return true
    case "false": return false
    default: throw mistake("true or false is expected")
    }
  }

  func number() throws(PolicyError) -> Int64 {
    guard let number = Int64(try text()) else { throw mistake("a whole number is expected") }
    return number
  }

  /// A duration in milliseconds: `10s`, `15m`, `48h`, `7d`, `500ms`.
  func duration() throws(PolicyError) -> Int64 {
    guard let milliseconds = parseDuration(try text()) else {
      throw mistake("a duration such as 10s, 15m, 48h or 7d is expected")
    }
    return milliseconds
  }

  /// A pattern that compiles.
  func pattern(anchored: Bool, needsGroup: Bool = false) throws(PolicyError) -> String {
    let source = try text()
    let pattern: BytePattern
    do throws(PatternError) {
      pattern = try BytePattern(source, anchored: anchored)
    } catch {
      throw mistake("\(error)")
    }
    guard !needsGroup || pattern.groups > 0 else {
      throw mistake("the pattern needs a group that captures")
    }
    return source
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type
  ) throws(PolicyError) -> Choice where Choice.RawValue == String {
    let text = try text()
    guard let choice = Choice(rawValue: text) else {
      let known = type.allCases.map(\.rawValue).joined(separator: ", ")
      throw mistake("\"\(text)\" is none of \(known)")
    }
    return choice
  }

  private func mapping() throws(PolicyError) -> Node.Mapping {
    guard let mapping = node.mapping else { throw mistake("fields are expected") }
    return mapping
  }

  private func member(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

/// Reads a duration in milliseconds: a whole number and `ms`, `s`, `m`, `h` or `d`; nil for anything else.
public func parseDuration(_ text: String) -> Int64? {
  let digits = text.prefix { $0.isASCII && $0.isNumber }
  guard let number = Int64(digits) else { return nil }
  let unit: Int64
  switch text.dropFirst(digits.count) {
  case "ms": unit = 1
  case "s": unit = 1000
  case "m": unit = 60 * 1000
  case "h": unit = 3600 * 1000
  case "d": unit = 86_400 * 1000
  default: return nil
  }
  let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit)
  return overflow ? nil : milliseconds
}
