import Foundation
import TestSupport
import Testing

/// Reports as a browser shows them.
@Suite(
  .serialized,
  .enabled(if: Browser.program != nil, "chromium is not installed: no page is looked at"))
struct PageTests {
  private func page(_ arguments: [String], in folder: TemporaryFolder) throws -> String {
    let path = try folder.file([], named: "report.html")
    let run = try Lossmap.run(arguments + ["--format", "html", "-o", path])
    #expect(run.errors == "")
    return path
  }

  private static let looks = [
    Browser.Look(), Browser.Look(scheme: "dark"), Browser.Look(media: "print"),
    Browser.Look(width: 390), Browser.Look(scheme: "dark", width: 390),
  ]

  private static let verbs = [
    Story.impact(), ["impact", Story.backup, "--at", Story.moment],
    ["diff", Story.backup, Story.current, "--values"],
    ["inspect", Story.backup, "--at", Story.moment],
    ["verify", Story.backup, Story.current, "--target", "redis-7.0"],
    ["rank", Story.backup, Story.current, "--current", Story.current, "--at", Story.moment],
  ]

  @Test(arguments: verbs, ["en", "zh"])
  func `every look can be read by everybody, without a complaint`(
    verb: [String], language: String
  ) throws {
    let folder = try TemporaryFolder()
    let path = try page(verb + ["--lang", language], in: folder)
    let browser = try Browser()
    for look in Self.looks {
      try browser.open(path, look)
      #expect(try browser.evaluate(PageChecks.contrast) == .array([]), "\(look)")
      #expect(try browser.evaluate(PageChecks.width) == .array([]), "\(look)")
    }
    #expect(try browser.evaluate(PageChecks.structure) == .array([]))
    #expect(
      try browser.evaluate("document.documentElement.lang")
        == .text(language == "en" ? "en" : "zh-CN"))
    #expect(browser.complaints == [])
  }

  @Test func `the numbers on the page are those of the JSON`() throws {
    let folder = try TemporaryFolder()
    let browser = try Browser()
    try browser.open(try page(Story.impact(), in: folder))
    let json = try JSON(Lossmap.run(Story.impact("--format", "json")).output)
    let names = ["lost", "regressed", "regressed_expiry", "resurrected", "unchanged"]
    let tiles = try browser.evaluate(
      "[...document.querySelectorAll('.tile dd')].map(cell => Number(cell.dataset.value))")
    #expect(tiles == .array(names.compactMap { json["totals"]?[$0] }))
    let rows = try #require(
      try browser.evaluate(
        """
        [...document.querySelectorAll("#shares tbody tr")].map(row => [row.querySelector("code").textContent,
          ...[...row.querySelectorAll("td.number")].map(cell => Number(cell.dataset.order))])
        """
      ).elements)
    let categories = try #require(json["categories"]?.elements)
    #expect(rows.count > 20)
    for row in rows {
      guard let id = row.elements?.first, id != .text("unknown") else { continue }
      let category = try #require(categories.first { $0["id"] == id })
      #expect(row.elements.map { Array($0.dropFirst()) } == names.compactMap { category[$0] })
    }
    let affected = names.dropLast().compactMap { json["totals"]?[$0]?.integer }.reduce(0, +)
    #expect(
      try browser.evaluate("document.querySelectorAll('#keys tbody tr').length")
        == .integer(affected))
  }

  @Test func `rows can be searched, filtered, sorted, and groups opened`() throws {
    let folder = try TemporaryFolder()
    let browser = try Browser()
    try browser.open(try page(Story.impact(), in: folder))
    let shown = "[...document.querySelectorAll('#keys tbody tr')].filter(row => !row.hidden).length"
    #expect(
      try browser.evaluate("document.querySelectorAll('details[open]').length") == .integer(0))
    // By keyboard alone.
    for _ in 0..<40 {
      try browser.press("Tab")
      if try browser.evaluate("document.activeElement.id") == .text("search") { break }
    }
    #expect(try browser.evaluate("document.activeElement.id") == .text("search"))
    try browser.type("jwt:blacklist")
    #expect(try browser.evaluate(shown) == .integer(30))
    #expect(
      try browser.evaluate("document.querySelectorAll('details[open]').length") == .integer(1))
    #expect(
      try browser.evaluate("document.getElementById('shown').value.startsWith('30 of ')")
        == .flag(true))
    try browser.press("Tab")
    #expect(try browser.evaluate("document.activeElement.id") == .text("level"))
    _ = try browser.evaluate(
      "search.value = '', level.value = 'low', level.dispatchEvent(new Event('change'))")
    #expect(
      try browser.evaluate(
        """
        [...document.querySelectorAll('tr[data-level]')].filter(row => !row.hidden)
          .every(row => row.dataset.level === 'low')
        """) == .flag(true))
    _ = try browser.evaluate("level.value = '', level.dispatchEvent(new Event('change'))")
    try browser.press("Tab")
    try browser.press("Enter")
    #expect(
      try browser.evaluate("[...document.querySelectorAll('details')].every(group => group.open)")
        == .flag(true))
    let column =
      "[...document.querySelectorAll('#shares tbody tr')].map(row => Number(row.cells[2].dataset.order))"
    let before = try browser.evaluate(column)
    _ = try browser.evaluate("document.querySelectorAll('#shares thead button')[2].focus()")
    try browser.press("Enter")
    let ascending = try #require(try browser.evaluate(column).elements?.compactMap(\.integer))
    #expect(ascending == before.elements?.compactMap(\.integer).sorted())
    try browser.press("Enter")
    #expect(try browser.evaluate(column) == .array(ascending.reversed().map { .integer($0) }))
    #expect(
      try browser.evaluate("document.querySelectorAll('#shares thead th')[2].ariaSort")
        == .text("descending"))
    #expect(browser.complaints == [])
  }

  @Test(arguments: ["impact", "diff", "inspect"])
  func `hostile names stay text`(verb: String) throws {
    let folder = try TemporaryFolder()
    let files = try HostileKeys.files(in: folder)
    let arguments =
      switch verb {
      case "impact": ["impact", files.empty, "--current", files.hostile]
      case "diff": ["diff", files.empty, files.hostile, "--values"]
      default: ["inspect", files.hostile]
      }
    let browser = try Browser()
    try browser.open(try page(arguments, in: folder))
    let found = try browser.evaluate(PageChecks.active)
    #expect(
      found
        == .object([
          "scripts": .integer(1), "styles": .integer(1), "others": .integer(0),
          "handlers": .integer(0), "done": .null,
        ]))
    #expect(
      try browser.evaluate("document.body.textContent.includes('<script>window.done=1</script>')")
        == .flag(true))
    #expect(browser.complaints == [])
  }

  @Test func `a log's page shows writes by minute with the incident marked`() throws {
    let folder = try TemporaryFolder()
    let command = "*3\r\n$3\r\nSET\r\n$15\r\njwt:blacklist:a\r\n$1\r\n1\r\n"
    let text = "#TS:600\r\n\(command)#TS:661\r\n\(command)#TS:1261\r\n\(command)"
    let log = try folder.file(Array(text.utf8), named: "a.aof")
    let browser = try Browser()
    try browser.open(
      try page(["timeline", log, "--at", "1970-01-01T00:15:00Z"], in: folder))
    #expect(
      try browser.evaluate("document.querySelectorAll('#chart line.mark').length") == .integer(1))
    #expect(try browser.evaluate("document.querySelectorAll('#chart rect').length") == .integer(3))
    #expect(try browser.evaluate(PageChecks.structure) == .array([]))
    #expect(browser.complaints == [])
  }
}
