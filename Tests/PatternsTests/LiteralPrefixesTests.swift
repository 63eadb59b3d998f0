import Testing

@testable import Patterns

struct LiteralPrefixesTests {
  private func check(
    _ pattern: String, _ prefixes: [String], isWhole: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let literals = LiteralPrefixes(of: pattern)
    #expect(
      literals.alternatives == prefixes.map { Array($0.utf8) }, "\(pattern)",
      sourceLocation: sourceLocation)
    #expect(literals.isWhole == isWhole, "\(pattern)", sourceLocation: sourceLocation)
  }

  @Test func `literals and escaped punctuation stand for themselves`() {
    check("session:", ["session:"], isWhole: true)
    check("a\\.b\\$", ["a.b$"], isWhole: true)
    check("é", ["é"], isWhole: true)
    check("", [""], isWhole: true)
  }

  @Test func `a group is a choice`() {
    check("(price|data):", ["price:", "data:"], isWhole: true)
    check("a(b|c)?d", ["abd", "acd", "ad"], isWhole: true)
    check("(a|)b", ["ab", "b"], isWhole: true)
    check("ab?", ["ab", "a"], isWhole: true)
  }

  @Test func `what comes behind the literals needs PCRE2`() {
    check("user:\\d+", ["user:"], isWhole: false)
    check("user:$", ["user:"], isWhole: false)
    check("a.b", ["a"], isWhole: false)
    check("a[bc]", ["a"], isWhole: false)
    check("ab*", ["a"], isWhole: false)
    check("ab{2}", ["a"], isWhole: false)
    check("ab??", ["a"], isWhole: false)
    check("a(b(c))", ["a"], isWhole: false)
    check("a(?:b|c)", [""], isWhole: false)
    check("a|b", [""], isWhole: false)
  }

  @Test func `no more than sixteen alternatives are made`() {
    let choice = "(a|b)"
    #expect(LiteralPrefixes(of: String(repeating: choice, count: 4)).alternatives.count == 16)
    #expect(LiteralPrefixes(of: String(repeating: choice, count: 4)).isWhole)
    let larger = LiteralPrefixes(of: String(repeating: choice, count: 5))
    #expect(larger.alternatives.count == 16)
    #expect(!larger.isWhole)
  }
}
