import BinaryInput
import TestSupport
import Testing

struct DoubleTextTests {
  private func parse(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    return parseDouble(bytes.span)
  }

  @Test(arguments: [
    ("0", 0), ("1.5", 1.5), ("-1.5", -1.5), ("+3", 3), ("1e3", 1000), ("1E-3", 0.001), (".5", 0.5),
    ("5.", 5), ("0.10000000000000001", 0.1),
    ("1.7976931348623157e+308", Double.greatestFiniteMagnitude),
    ("4.9406564584124654e-324", Double.leastNonzeroMagnitude), ("1e-400", 0),
    ("1e400", Double.infinity),
    ("inf", Double.infinity), ("-inf", -Double.infinity), ("+inf", Double.infinity),
    ("INF", Double.infinity),
    ("9007199254740993", 9_007_199_254_740_992),
  ])
  func `decimal text is a number`(text: String, value: Double) {
    #expect(parse(text) == value)
  }

  @Test func `a negative zero keeps its sign`() {
    #expect(parse("-0")?.sign == .minus)
    #expect(parse("-0") == 0)
  }

  @Test(arguments: [
    "", " ", "x", "1x", "x1", "1 ", " 1", "\t1", "1\n", "1e", "1e+", "e5", ".", "+", "-", "--1",
    "1.2.3", "nan",
    "NaN", "-nan", "nan(1)", "infinity", "Infinity", "in", "i", "f", "fin", "0x10", "0X1p3", "1,5",
    "1_000", "1\0",
    "\01", "1\02", "٣",
  ])
  func `other text is no number`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `a number has at most 252 digits`() {
    #expect(parse(String(repeating: "0", count: 251) + "7") == 7)
    #expect(parse(String(repeating: "0", count: 252) + "7") == nil)
  }

  @Test func `any number is read from its own text`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<2000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(parse("\(value)") == value, "seed \(seed)")
    }
  }
}
