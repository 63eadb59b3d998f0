internal import BinaryInput
internal import Diff
internal import FoundationEssentials
internal import Impact
internal import RDB

/// The words and signs that reports use for differences.
extension DiffChange {
  /// What stands before a key in a list.
  var mark: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .changed: "~"
    case .expiry: "t"
    }
  }
}

extension Difference {
  /// `string`, or `string -> list` where that is what changed.
  var typeText: String {
    guard let old, let new, old.type != new.type else { return type.name }
    return "\(old.type.name) -> \(new.type.name)"
  }

  /// `expires 2026-03-11T01:00:00Z -> never`; nil where no expiry changed.
  func expiryText(_ words: Words) -> String? {
    guard let old, let new, old.expiry != new.expiry else { return nil }
    return words.expires(old.expiry, new.expiry)
  }
}

extension Part {
  /// A stable name of the kind of part, for machine output.
  var kind: String {
    switch self {
    case .whole, .bytes: "value"
    case .json: "json"
    case .element: "element"
    case .member: "member"
    case .field: "field"
    case .fieldExpiry: "field_expires_at"
    case .index: "index"
    case .property: "property"
    case .entry: "entry"
    case .group: "group"
    case .pending: "pending"
    case .consumer: "consumer"
    case .message: "message"
    }
  }

  /// The part as a person reads it; safe to show.
  func label(_ words: Words) -> String {
    func quoted(_ bytes: [UInt8]) -> String { "\"\(EscapedBytes(bytes, limit: 120))\"" }
    return switch self {
    case .whole: words.wholeValue
    case .bytes(let start): words.value(fromByte: start)
    case .json(let path): EscapedBytes(sentence: path).description
    case .element(let old, let new): "[\((new ?? old).map { "\($0)" } ?? "")]"
    case .member(let name): "\(words.member) \(quoted(name))"
    case .field(let name): "\(words.field) \(quoted(name))"
    case .fieldExpiry(let name): words.expiry(ofField: quoted(name))
    case .index(let index): "[\(index)]"
    case .property(let name): name
    case .entry(let id): "\(words.entry) \(id)"
    case .group(let name): "\(words.group) \(quoted(name))"
    case .pending(let group, let id): words.pending(quoted(group), "\(id)")
    case .consumer(let group, let name): words.consumer(quoted(group), quoted(name))
    case .message(let producer, let message): words.message(quoted(producer), quoted(message))
    }
  }
}

extension Excerpt {
  /// More bytes than this are cut on a screen.
  private static let shownText = 100
  private static let shownHex = 24

  /// The excerpt as a person reads it; safe to show. Bytes that are no text appear in hexadecimal.
  func label(_ words: Words) -> String {
    switch self {
    case .present: return words.present
    case .text(let text): return EscapedBytes(sentence: text).description
    case .time(let time): return Timestamp(milliseconds: time).description
    case .json(let bytes, let size):
      guard let (text, isCut) = Self.shown(bytes, size) else {
        return "(\(words.plainBytes(size)))"
      }
      let safe = EscapedBytes(sentence: text).description
      return isCut ? "\(safe)… (\(words.plainBytes(size)))" : safe
    case .bytes(let bytes, let start, let size):
      guard let (text, isCut) = Self.shown(bytes, size - start) else {
        return Self.hex(bytes, size, words)
      }
      if Int64(text) != nil { return text }
      let safe = "\"\(EscapedBytes(Array(text.utf8)))\(isCut ? "…" : "")\""
      return isCut || start > 0 ? "\(safe) (\(words.plainBytes(size)))" : safe
    }
  }

  private static func hex(_ bytes: [UInt8], _ size: Int, _ words: Words) -> String {
    let digits = bytes.prefix(shownHex).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    let more = bytes.count > shownHex ? " …" : ""
    return "hex \(digits.joined(separator: " "))\(more) (\(words.plainBytes(size)))"
  }

  /// What is shown of text, and whether that is not all; nil if the bytes are none.
  private static func shown(_ bytes: [UInt8], _ size: Int) -> (text: String, isCut: Bool)? {
    guard let whole = text(bytes, isCut: size > bytes.count) else { return nil }
    guard size > bytes.count || bytes.count > shownText else { return (whole, false) }
    return text(Array(bytes.prefix(shownText)), isCut: true).map { ($0, true) }
  }

  /// The number that it is, if it is one.
  var wholeNumber: Int64? {
    switch self {
    case .bytes(let bytes, _, _), .json(let bytes, _):
      bytes.count > 20 ? nil : Int64(String(decoding: bytes, as: UTF8.self))
    case .text, .time, .present: nil
    }
  }

  /// Bytes as text, without a character that was cut in two; nil if they are none.
  private static func text(_ bytes: [UInt8], isCut: Bool) -> String? {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    guard isCut else { return nil }
    for count in 1..<4 {
      if let text = String(validating: bytes.dropLast(count), as: UTF8.self) { return text }
    }
    return nil
  }
}

extension PartChange {
  /// `+ member "x"`, `field "a": 1 -> 2 (+1)`.
  func text(_ words: Words) -> String {
    let label = part.label(words)
    func suffix(_ excerpt: Excerpt) -> String {
      excerpt == .present ? "" : words.colon + excerpt.label(words)
    }
    return switch (before, after) {
    case (nil, let after?): "+ \(label)\(suffix(after))"
    case (let before?, nil): "- \(label)\(suffix(before))"
    case (let before?, let after?):
      "~ \(label)\(words.colon)\(before.label(words)) -> \(after.label(words))\(change)"
    case (nil, nil): label
    }
  }

  /// By how much a whole number changed.
  private var change: String {
    guard let one = before?.wholeNumber, let other = after?.wholeNumber else { return "" }
    let (difference, overflow) = other.subtractingReportingOverflow(one)
    return overflow ? "" : " (\(difference < 0 ? "" : "+")\(difference))"
  }
}

extension ValueDifference {
  /// More changes of a value than this are what machine output is for.
  private static let shown = 20

  /// The changes, a line each.
  func lines(_ words: Words) -> [String] {
    var lines = changes.prefix(Self.shown).map { $0.text(words) }
    let more = changes.count - lines.count + omitted
    if more > 0 { lines.append(words.more(more)) }
    if let note { lines.append("(\(note))") }
    return lines
  }
}
