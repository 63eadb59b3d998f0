/// The bytes with which everything that an anchored pattern matches begins.
///
/// Almost every pattern of a policy begins with a literal, and comparing bytes is a hundred times
/// cheaper than running an expression. Only a simple subset is understood: literals, escaped
/// punctuation, and groups of literals with `|`, perhaps optional. Whatever comes behind needs PCRE2.
struct LiteralPrefixes: Equatable {
  /// One of these is the beginning; an empty one says that nothing is known.
  private(set) var alternatives: [[UInt8]]
  /// Whether beginning so is all that the pattern asks.
  private(set) var isWhole = false

  /// More alternatives than this cost more than they save.
  private static let limit = 16

  init(of pattern: String) {
    alternatives = [[]]
    var parser = Parser(Array(pattern.utf8))
    guard !parser.hasTopLevelAlternatives else { return }
    while let piece = parser.next() {
      let combined = alternatives.flatMap { prefix in piece.map { prefix + $0 } }
      guard combined.count <= Self.limit else { return }
      alternatives = combined
    }
    isWhole = parser.isAtEnd
  }

  /// Reads pieces of a pattern, each a choice of literals.
  private struct Parser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// A `|` outside of groups makes the whole pattern a choice. Where classes, quoting or special groups
    /// could hide one, any `|` counts.
    var hasTopLevelAlternatives: Bool {
      guard bytes.contains(UInt8(ascii: "|")) else { return false }
      var depth = 0
      var isEscaped = false
      for (index, byte) in bytes.enumerated() {
        if isEscaped {
          if byte == UInt8(ascii: "Q") || byte == UInt8(ascii: "c") { return true }
          isEscaped = false
          continue
        }
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "["): return true
        case UInt8(ascii: "("):
          depth += 1
          let next = index + 1 < bytes.count ? bytes[index + 1] : 0
          if next == UInt8(ascii: "?") || next == UInt8(ascii: "*") { return true }
        case UInt8(ascii: ")"): depth -= 1
        case UInt8(ascii: "|") where depth <= 0: return true
        default: break
        }
      }
      return false
    }

    mutating func next() -> [[UInt8]]? {
      guard position < bytes.count else { return nil }
      let start = position
      let piece: [[UInt8]]? =
        bytes[position] == UInt8(ascii: "(") ? group() : literal().map { [[$0]] }
      guard var piece else {
        position = start
        return nil
      }
      if position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "?"):
          position += 1
          // A `?`, `+` or `*` behind it changes what it means.
          if position < bytes.count, [UInt8]("?+*{".utf8).contains(bytes[position]) {
            position = start
            return nil
          }
          piece.append([])
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "{"):
          position = start
          return nil
        default: break
        }
      }
      return piece
    }

    /// One byte that stands for itself.
    private mutating func literal() -> UInt8? {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        // Behind a backslash, punctuation stands for itself; letters and digits mean something else.
        guard position + 1 < bytes.count, bytes[position + 1] < 0x80,
          !Unicode.Scalar(bytes[position + 1]).properties.isAlphabetic,
          !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position + 1])
        else { return nil }
        position += 2
        return bytes[position - 1]
      }
      guard !Array(".^$*+?()[]{}|".utf8).contains(byte) else { return nil }
      position += 1
      return byte
    }

    /// A group of nothing but literals: `(price|data)`.
    private mutating func group() -> [[UInt8]]? {
      position += 1
      var alternatives: [[UInt8]] = [[]]
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: ")"):
          position += 1
          return alternatives
        case UInt8(ascii: "|"):
          position += 1
          alternatives.append([])
        default:
          guard let byte = literal() else { return nil }
          if position < bytes.count, Array("*+?{".utf8).contains(bytes[position]) { return nil }
          alternatives[alternatives.count - 1].append(byte)
        }
      }
      return nil
    }
  }
}
