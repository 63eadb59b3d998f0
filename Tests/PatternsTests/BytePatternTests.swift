import Patterns
import TestSupport
import Testing

struct BytePatternTests {
  private func matches(_ pattern: String, anchored: Bool = true, _ key: String) throws -> Bool {
    let key = Array(key.utf8)
    return try BytePattern(pattern, anchored: anchored).matches(key.span)
  }

  private func capture(_ pattern: String, _ key: String) throws -> Range<Int>? {
    let key = Array(key.utf8)
    return try BytePattern(pattern, anchored: false).firstCapture(in: key.span)
  }

  @Test func `an anchored pattern begins at the first byte`() throws {
    #expect(try matches("b", "bc"))
    #expect(try !matches("b", "ab"))
    #expect(try matches("b", anchored: false, "ab"))
  }

  @Test func `an empty key can match`() throws {
    #expect(try matches("", ""))
    #expect(try matches("a*$", ""))
    #expect(try !matches("a", ""))
  }

  @Test func `a pattern keeps its source and counts its groups`() throws {
    let pattern = try BytePattern("(a)(?:b)(c)?", anchored: true)
    #expect(pattern.source == "(a)(?:b)(c)?")
    #expect(pattern.groups == 2)
    #expect(try BytePattern("abc", anchored: true).groups == 0)
  }

  @Test func `the first group is captured`() throws {
    #expect(try capture("user:(\\d+):", "x:user:42:y") == 7..<9)
    #expect(try capture("a()b", "ab") == 1..<1)
    #expect(try capture("(a)b", "cd") == nil)
    #expect(try capture("ab", "ab") == nil)
  }

  @Test
  func `a group that took no part captures nothing`() throws {
    #expect(try capture("(a)?b", "b") == nil)
    #expect(try capture("(a)?(b)", "b") == nil)
    #expect(try capture("(a)|(b)", "b") == nil)
  }

  // The stack of PCRE2's compiled code is small.
  @Test(arguments: [10, 1000, 100_000])
  func `a long key matches as a short one does`(count: Int) throws {
    let pattern = try BytePattern("(a|bb)+$", anchored: true)
    let key = [UInt8](repeating: UInt8(ascii: "a"), count: count)
    let other = key + [UInt8(ascii: "b")]
    #expect(pattern.matches(key.span) == true)
    #expect(pattern.matches(other.span) == false)
  }

  @Test func `UTF-8 can't be switched on by a pattern`() throws {
    #expect(throws: PatternError.self) { try BytePattern("(*UTF)a", anchored: true) }
    let key = hex("C3 A9")
    #expect(try BytePattern("..$", anchored: true).matches(key.span) == true)
  }

  @Test func `a pattern can be used again and again`() throws {
    let pattern = try BytePattern("(a+)$", anchored: true)
    for count in 1...50 {
      let key = [UInt8](repeating: UInt8(ascii: "a"), count: count)
      #expect(pattern.firstCapture(in: key.span) == 0..<count)
      let other = key + [0x62]
      #expect(pattern.firstCapture(in: other.span) == nil)
    }
  }
}
