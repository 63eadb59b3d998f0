import TestSupport

/// Patterns and keys made by chance, small enough for many of them to match.
struct PatternGrammar {
  var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// A pattern that PCRE2 may or may not accept.
  mutating func pattern() -> String {
    var pattern = alternatives(depth: 2)
    // Ends of a key, whole or wrong places.
    if oneIn(6) { pattern += "$" }
    if oneIn(20) { pattern = "^" + pattern }
    if oneIn(20) { pattern = "(?i)" + pattern }
    return pattern
  }

  /// Bytes of the alphabet of the patterns, sometimes with a line end or something that is no text.
  mutating func key() -> [UInt8] {
    let letters = Array("ab:1.".utf8) + [UInt8(ascii: "\n"), 0, 0xFF, UInt8(ascii: "A")]
    return (0..<Int.random(in: 0...7, using: &random)).map { _ in
      oneIn(8)
        ? letters.randomElement(using: &random) ?? 0
        : letters[Int.random(in: 0..<4, using: &random)]
    }
  }

  private mutating func alternatives(depth: Int) -> String {
    let count = oneIn(4) ? Int.random(in: 2...3, using: &random) : 1
    return (0..<count).map { _ in sequence(depth: depth) }.joined(separator: "|")
  }

  private mutating func sequence(depth: Int) -> String {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in piece(depth: depth) }.joined()
  }

  private mutating func piece(depth: Int) -> String {
    atom(depth: depth) + quantifier()
  }

  private mutating func atom(depth: Int) -> String {
    switch Int.random(in: 0..<16, using: &random) {
    case 0 where depth > 0: "(" + alternatives(depth: depth - 1) + ")"
    case 1 where depth > 0: "(?:" + alternatives(depth: depth - 1) + ")"
    case 2: pick(["[ab]", "[^a]", "[a|b]", "[:1]", "[]a]", "[(]"])
    case 3: pick([".", "\\d", "\\w", "\\W", "\\S"])
    case 4: pick(["\\.", "\\$", "\\|", "\\(", "\\)", "\\\\", "\\:", "\\-", "\\_"])
    case 5: pick(["\\x61", "\\n", "\\b", "\\Qa|b\\E", "\\c(", "\\c|", "\\N", "\\K"])
    case 6: pick(["(?=a)", "(?!b)", "(?<=a)", "(?#a|b)", "(?>a|ab)", "()", "(a|)", "(|b)"])
    default: pick(["a", "b", ":", "1"])
    }
  }

  private mutating func quantifier() -> String {
    oneIn(4) ? pick(["?", "*", "+", "??", "*?", "?+", "{2}", "{0,1}", "{1,}", "{", "{,2}"]) : ""
  }

  private mutating func pick(_ choices: [String]) -> String {
    choices[Int.random(in: 0..<choices.count, using: &random)]
  }

  private mutating func oneIn(_ count: Int) -> Bool {
    Int.random(in: 0..<count, using: &random) == 0
  }
}
