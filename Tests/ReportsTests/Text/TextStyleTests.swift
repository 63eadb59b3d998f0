import Impact
import Testing

@testable import Reports

struct TextStyleTests {
  @Test(arguments: [
    ("a b c", 7, "- a b c"), ("a b c", 6, "- a b\n  c"), ("a b c", 3, "- a\n  b\n  c"),
    ("abcdef", 5, "- abc\n  def"), ("abc def", 4, "- ab\n  c\n  de\n  f"), ("漢字", 4, "- 漢\n  字"),
    ("", 10, "- "),
    ("a  b", 10, "- a b"),
  ])
  func `a text is broken at blanks, and a word that is too long anywhere`(
    text: String, width: Int, wrapped: String
  ) {
    #expect(TextStyle(hasColor: false, width: width).wrap(text, first: "- ", rest: "  ") == wrapped)
  }

  @Test func `columns are as wide as their widest cell, and no line ends in blanks`() {
    var table = TextTable([("name", .left), ("n", .right), ("note", .left)])
    table.add(["a", "1", ""])
    table.add(["longer", "1000", "x"])
    #expect(table.lines() == ["  name       n  note", "  a          1", "  longer  1000  x"])
  }

  @Test func `a painter paints whole rows, and not the header`() {
    var table = TextTable([("n", .right)])
    table.add(["1"])
    table.add(["22"])
    #expect(table.lines { line, row in "\(row)<\(line)>" } == ["   n", "0<   1>", "1<  22>"])
  }

  @Test func `without colour nothing is painted`() {
    for severity in Severity.allCases {
      #expect(TextStyle.plain.paint("x", severity) == "x")
      let painted = TextStyle(hasColor: true).paint("x", severity)
      #expect(painted.hasPrefix("\u{1B}[") && painted.hasSuffix("x\u{1B}[0m"))
    }
  }

  @Test(
    arguments: [
      (0, "0 s", "0 秒"), (999, "0 s", "0 秒"), (1000, "1 s", "1 秒"), (59_000, "59 s", "59 秒"),
      (60_000, "1 min", "1 分钟"), (61_000, "1 min 1 s", "1 分钟 1 秒"), (3_600_000, "1 h", "1 小时"),
      (3_601_000, "1 h", "1 小时"), (3_660_000, "1 h 1 min", "1 小时 1 分钟"), (86_400_000, "1 d", "1 天"),
      (86_460_000, "1 d", "1 天"), (90_000_000, "1 d 1 h", "1 天 1 小时"),
      (604_799_999, "6 d 23 h", "6 天 23 小时"), (.max, "106751991167 d 7 h", "106751991167 天 7 小时"),
    ] as [(Int64, String, String)])
  func `a duration has its two largest units`(
    milliseconds: Int64, english: String, chinese: String
  ) {
    #expect(DurationText.text(milliseconds, .english) == english)
    #expect(DurationText.text(milliseconds, .chinese) == chinese)
  }
}
