internal import BinaryInput
internal import Crypto
internal import Foundation

/// Replaces what identifies somebody or something by pseudonyms, so that a report can leave the company.
///
/// A pseudonym is an HMAC-SHA256 under a secret key, cut to 48 bits: the same for the same thing, everywhere in a
/// report and in every report under the same key, and without the key worth nothing. Of a key's name stays what
/// the policy's pattern for its category has as a literal word, and dates. Of a key without a category nothing
/// but the separators stays: nobody has said what of it is harmless.
public struct Redactor: Sendable {
  private let secret: SymmetricKey
  /// The literal words of each category's patterns.
  private let words: [Set<[UInt8]>]

  /// Makes pseudonyms under `key`, or under one that is random and forgotten. Without a policy no word is harmless.
  public init(policy: Policy?, key: [UInt8]?) {
    secret = key.map { SymmetricKey(data: $0) } ?? SymmetricKey(size: .bits256)
    words = policy?.categories.map(Self.literalWords) ?? []
  }

  // MARK: What is replaced

  /// The name of a key, part by part.
  public func name(_ name: [UInt8], category: Int?) -> [UInt8] {
    let known = category.map { words[$0] } ?? []
    var redacted: [UInt8] = []
    var part: [UInt8] = []
    func end() {
      let isHarmless =
        part.isEmpty || known.contains(part) || (category != nil && Self.isDate(part))
      redacted += isHarmless ? part : Array(pseudonym(of: part).utf8)
      part = []
    }
    for byte in name {
      if Self.separators.contains(byte) {
        end()
        redacted.append(byte)
      } else {
        part.append(byte)
      }
    }
    end()
    return redacted
  }

  /// Something of which nothing is known.
  public func value(_ bytes: [UInt8]) -> String { pseudonym(of: bytes) }

  /// A path: the name of its last component, if that names nobody.
  public func path(_ path: String) -> String {
    guard path != "-" else { return path }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Self.namesSomebody(name) ? pseudonym(of: Array(name.utf8)) : name
  }

  /// A sentence of this program: what it quotes comes from outside. A quotation may have escaped quotes in it.
  public func sentence(_ sentence: String) -> String {
    var redacted = ""
    var quotation: String?
    var isEscaped = false
    for scalar in sentence.unicodeScalars {
      guard var open = quotation else {
        redacted.unicodeScalars.append(scalar)
        if scalar == "\"" { quotation = "" }
        continue
      }
      if scalar == "\"" && !isEscaped {
        redacted += pseudonym(of: Array(open.utf8)) + "\""
        quotation = nil
        continue
      }
      isEscaped = scalar == "\\" && !isEscaped
      open.unicodeScalars.append(scalar)
      quotation = open
    }
    // A quotation without an end is one that was cut.
    return redacted + (quotation.map { pseudonym(of: Array($0.utf8)) } ?? "")
  }

  /// `~` and twelve hexadecimal digits.
  private func pseudonym(of bytes: [UInt8]) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: bytes, using: secret)
    return "~"
      + code.prefix(6).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  // MARK: What may stay

  private static let separators = Set(":/|#{}".utf8)

  /// `YYYY-MM-DD`.
  private static func isDate(_ part: [UInt8]) -> Bool {
    part.count == 10
      && part.enumerated().allSatisfy { index, byte in
        index == 4 || index == 7
          ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  /// The words in the patterns of a category that stand for themselves.
  private static func literalWords(of category: Category) -> Set<[UInt8]> {
    var patterns = [category.pattern]
    switch category.value {
    case .counter(let limits): patterns += limits.compactMap(\.pattern)
    case .queue(let prefix), .job(_, let prefix): patterns.append(prefix)
    default: break
    }
    return Set(patterns.flatMap { words(in: Array($0.utf8)) })
  }

  /// Runs of letters, `_` and `-` outside of escapes and classes.
  private static func words(in pattern: [UInt8]) -> [[UInt8]] {
    var words: [[UInt8]] = [[]]
    var isEscaped = false
    var isInClass = false
    for byte in pattern {
      let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      let isWord = isLetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      if isWord && !isEscaped && !isInClass {
        words[words.count - 1].append(byte)
      } else if words[words.count - 1] != [] {
        words.append([])
      }
      if byte == UInt8(ascii: "[") && !isEscaped { isInClass = true }
      if byte == UInt8(ascii: "]") && !isEscaped { isInClass = false }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return words.filter { $0.count > 1 }
  }

  /// Whether the name of a file looks as if it had an address, an id or a number of some length in it.
  private static func namesSomebody(_ name: String) -> Bool {
    name.contains("@") || name.contains(#/\d+\.\d+\.\d+\.\d+/#)
      || name.contains(#/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}/#) || name.contains(#/[0-9a-fA-F]{16}/#)
  }
}
