import TestSupport
import Testing

@testable import Patterns

struct PatternListTests {
  private func firstMatch(_ list: PatternList, _ key: String) -> Int? {
    let key = Array(key.utf8)
    return list.firstMatch(key.span)
  }

  /// What PCRE2 says, pattern by pattern.
  private func oracle(_ patterns: [BytePattern], _ key: [UInt8]) -> Int? {
    for (index, pattern) in patterns.enumerated() where pattern.matches(key.span) { return index }
    return nil
  }

  @Test func `the first pattern that matches counts`() throws {
    let list = try PatternList(["session:admin", "session:", "a|b", "x?y", ""])
    #expect(firstMatch(list, "session:admin:1") == 0)
    #expect(firstMatch(list, "session:1") == 1)
    #expect(firstMatch(list, "b") == 2)
    #expect(firstMatch(list, "y") == 3)
    #expect(firstMatch(list, "xy") == 3)
    #expect(firstMatch(list, "z") == 4)
    #expect(firstMatch(list, "") == 4)
  }

  @Test func `a key that nothing matches has no index`() throws {
    let list = try PatternList(["session:", "user:\\d+$"])
    #expect(firstMatch(list, "xsession:") == nil)
    #expect(firstMatch(list, "user:12x") == nil)
    #expect(firstMatch(list, "") == nil)
    #expect(firstMatch(try PatternList([]), "a") == nil)
  }

  @Test func `a pattern matches from the start of a key only`() throws {
    let list = try PatternList(["b", "(c|d)e"])
    #expect(firstMatch(list, "ab") == nil)
    #expect(firstMatch(list, "ace") == nil)
    #expect(firstMatch(list, "de") == 1)
  }

  @Test func `the end is that of the key, not of a line`() throws {
    let list = try PatternList(["ab$"])
    #expect(firstMatch(list, "ab") == 0)
    #expect(firstMatch(list, "ab\n") == nil)
    #expect(firstMatch(list, "abc") == nil)
    #expect(firstMatch(try PatternList(["ab."]), "ab\n") == 0)
  }

  @Test func `a key need not be text`() throws {
    let list = try PatternList(["a\\xFF", "\\x00", "[\\x80-\\xFF]{2}", "é."])
    for (key, index) in [("61 FF", 0), ("00 01", 1), ("80 C3", 2), ("C3 A9", 2)] as [(String, Int)]
    {
      let bytes = hex(key)
      #expect(list.firstMatch(bytes.span) == index)
    }
    let key = hex("C3 A9 FF")
    #expect(try PatternList(["é."]).firstMatch(key.span) == 0)
    #expect(try PatternList(["é?."]).firstMatch(hex("C3 FF").span) == 0)
  }

  @Test(arguments: [
    ("(", 1), ("a)", 1), ("[a", 2), ("ab**+", 3), ("\\", 1), ("a{2,1}", 5), ("(?<n>a)(?<n>b)", 12),
  ])
  func `a pattern that can't be compiled says where`(pattern: String, position: Int) throws {
    let error = try #require(
      #expect(throws: PatternError.self) { try PatternList(["a", pattern, "("]) })
    #expect(error.position == position)
    #expect(!error.message.isEmpty)
    #expect(error.description == "\(error.message) (at character \(position + 1) of the pattern)")
  }

  // Found by thinking, where chance would need long.
  @Test(arguments: [
    ("x\\c(a|b", "b"), ("x\\c\\|b", "b"), ("x\\c[a|b]", "b]"), ("a\\Q(\\E|b", "b"),
    ("x[(]|b", "b"),
    ("x(?#()|b", "b"), ("(?x)a # (\n|b", "b"), ("ab?", "a"), ("(ab|c)?d", "d"), ("(a|)b", "b"),
    ("a{0}b", "b"), ("(a){0}b", "b"), ("a{,2}b", "a{,2}b"), ("é?b", "\u{C3}b"), ("a|", "q"),
    ("|a", "q"),
  ])
  func `a shortcut does not change what a pattern matches`(pattern: String, key: String) throws {
    let plain = try BytePattern(pattern, anchored: true)
    let list = try PatternList([pattern])
    let keys = [Array(key.utf8), key.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }]
    for key in keys {
      #expect((list.firstMatch(key.span) != nil) == plain.matches(key.span))
    }
  }

  @Test func `shortcuts never change which pattern matches`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var grammar = PatternGrammar(seed: seed)
    var compiled = 0
    var matched = 0
    for _ in 0..<1500 {
      var sources: [String] = []
      var patterns: [BytePattern] = []
      for _ in 0..<4 {
        let source = grammar.pattern()
        guard let pattern = try? BytePattern(source, anchored: true) else { continue }
        sources.append(source)
        patterns.append(pattern)
      }
      compiled += patterns.count
      guard let list = try? PatternList(sources) else {
        Issue.record("seed \(seed): \(sources) can be compiled one by one, and not together")
        continue
      }
      for _ in 0..<12 {
        let key = grammar.key()
        let expected = oracle(patterns, key)
        if expected != nil { matched += 1 }
        let found = list.firstMatch(key.span)
        if found != expected {
          Issue.record(
            "seed \(seed): \(sources), key \(hexText(key)): \(found as Int?), not \(expected as Int?)"
          )
        }
      }
    }
    // Or the test would prove nothing.
    #expect(compiled > 3000, "seed \(seed)")
    #expect(matched > 1500, "seed \(seed)")
  }
}
