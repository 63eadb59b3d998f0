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

  /// A log of three writes.
  private func log(in folder: TemporaryFolder) throws -> String {
    let command = "*3\r\n$3\r\nSET\r\n$15\r\njwt:blacklist:a\r\n$1\r\n1\r\n"
    let text = "#TS:600\r\n\(command)#TS:661\r\n\(command)#TS:1261\r\n\(command)"
    return try folder.file(Array(text.utf8), named: "a.aof")
  }

  private static let looks = [
    Browser.Look(), Browser.Look(scheme: "dark"), Browser.Look(media: "print"),
    Browser.Look(width: 390), Browser.Look(scheme: "dark", width: 390),
  ]

  private static let verbs = [
    Story.impact(), ["impact", Story.backup, "--at", Story.moment],
    ["diff", Story.backup, Story.current, "--values"],
    ["inspect", Story.backup, "--at", Story.moment],
    ["verify", Story.backup, Story.current, "--target", "redis-7.0"], ["memory", Story.backup],
    ["rank", Story.backup, Story.current, "--current", Story.current, "--at", Story.moment],
  ]

  // A browser takes longer to start than to show all pages.
  @Test(arguments: ["en", "zh"])
  func `every look can be read by everybody, without a complaint`(language: String) throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", Story.backup, "--into", data).status == 0)
    let browser = try Browser()
    for verb in Self.verbs + [
      ["preflight", data, "--at", Story.moment], ["timeline", try log(in: folder)],
    ] {
      try browser.open(try page(verb + ["--lang", language], in: folder))
      for look in Self.looks {
        try browser.show(look)
        let (contrast, width) = (
          try findings(PageChecks.contrast, browser), try findings(PageChecks.width, browser)
        )
        #expect(contrast == [], "\(verb) \(look.testDescription)")
        #expect(width == [], "\(verb) \(look.testDescription)")
      }
      let structure = try findings(PageChecks.structure, browser)
      #expect(structure == [], "\(verb)")
      #expect(
        try browser.evaluate("document.documentElement.lang")
          == .text(language == "en" ? "en" : "zh-CN"))
    }
    #expect(browser.complaints == [])
  }

  /// What a check finds wrong, to be shown if it is anything.
  private func findings(_ check: String, _ browser: Browser) throws -> [String] {
    let answer = try browser.evaluate(check)
    return try #require(answer.elements, "\(answer)").map { $0.text ?? "\($0)" }
  }

  @Test func `the checks find what is wrong`() throws {
    let folder = try TemporaryFolder()
    let browser = try Browser()
    try browser.open(try page(Story.impact(), in: folder))
    func damage(_ script: String, _ check: String, _ expected: String) throws {
      #expect(try findings(check, browser) == [])
      // Elements are put back by hand: the page keeps its state.
      _ = try browser.evaluate("(() => { window.undo = (() => { \(script) })(); return 0; })()")
      let found = try findings(check, browser)
      #expect(found.contains { $0.contains(expected) }, "\(script): \(found)")
      _ = try browser.evaluate("(() => { window.undo(); return 0; })()")
    }
    func styled(_ selector: String, _ property: String, _ value: String) -> String {
      """
      const element = document.querySelector("\(selector)");
      element.style.\(property) = "\(value)";
      return () => element.removeAttribute("style");
      """
    }
    // Grey on white; black that can be seen through; on a background that can be; a picture; a swatch.
    try damage(styled(".verdict", "color", "#888"), PageChecks.contrast, "p.verdict 3.5")
    try damage(styled(".verdict", "color", "rgba(0, 0, 0, .4)"), PageChecks.contrast, "p.verdict")
    try damage(styled("header", "opacity", ".4"), PageChecks.contrast, "p.verdict")
    try damage(
      styled(".verdict", "background", "rgba(0, 0, 0, .6)"), PageChecks.contrast, "p.verdict")
    try damage(styled("svg rect", "fill", "#ddd"), PageChecks.contrast, "rect.")
    try damage(styled("svg text", "fill", "#aaa"), PageChecks.contrast, "text.")
    try damage(styled(".swatch", "background", "#eee"), PageChecks.contrast, "span.swatch")
    try damage(styled(".verdict", "width", "3000px"), PageChecks.width, "p.verdict")
    func removed(_ selector: String) -> String {
      """
      const element = document.querySelector("\(selector)"), mark = document.createComment("");
      element.replaceWith(mark);
      return () => mark.replaceWith(element);
      """
    }
    let skipping = """
      const heading = document.createElement("h4");
      document.querySelector("main").append(heading);
      return () => heading.remove();
      """
    try damage(skipping, PageChecks.structure, "h4 after h2")
    try damage(removed("caption"), PageChecks.structure, "without a caption")
    try damage(removed("svg title"), PageChecks.structure, "picture without a text")
    try damage(removed("figure table"), PageChecks.structure, "without its numbers")
    try damage(removed("h1"), PageChecks.structure, "one h1")
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
    // Rows that are about no category have no level, and stay.
    let levels = try browser.evaluate(
      """
      [...new Set([...document.querySelectorAll('tr[data-level]')].filter(row => !row.hidden)
        .map(row => row.dataset.level))]
      """)
    #expect(levels == .array([.text("low")]), "\(levels)")
    #expect(
      try browser.evaluate("document.querySelectorAll('[data-level=\"\"]').length") == .integer(0))
    let low = try JSON(Lossmap.run(Story.impact("--format", "json")).output)["categories"]?
      .elements?.filter { $0["severity"] == .text("low") }.count
    #expect(low ?? 0 > 0)
    #expect(
      try browser.evaluate(
        "[...document.querySelectorAll('details')].filter(group => !group.hidden && group.dataset.level === 'low').length"
      ) == .integer(Int64(low ?? 0)))
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

  @Test func `a group opens by keyboard, and on paper all are open`() throws {
    let folder = try TemporaryFolder()
    let browser = try Browser()
    try browser.open(try page(Story.impact(), in: folder))
    let shown =
      "[...document.querySelectorAll('#keys tbody tr')].filter(row => row.checkVisibility({ contentVisibilityAuto: true })).length"
    let all = try browser.evaluate("document.querySelectorAll('#keys tbody tr').length")
    #expect(try browser.evaluate(shown) == .integer(0))
    _ = try browser.evaluate("document.querySelector('#keys summary').focus()")
    try browser.press("Enter")
    #expect(
      try browser.evaluate("[...document.querySelectorAll('details')].map(group => group.open)")
        .elements?.firstIndex(of: .flag(true)) == 0)
    #expect(try browser.evaluate(shown).integer ?? 0 > 0)
    try browser.press("Enter")
    #expect(try browser.evaluate(shown) == .integer(0))
    try browser.show(Browser.Look(media: "print"))
    // What a closed group shows is known when the page has been drawn.
    _ = try browser.screenshot()
    let printed = try browser.evaluate(shown)
    #expect(printed == all, "\(printed)")
    // What only a screen can be used for is not printed.
    #expect(
      try browser.evaluate(
        "['nav', '#controls'].map(name => getComputedStyle(document.querySelector(name)).display)")
        == .array([.text("none"), .text("none")]))
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
    let browser = try Browser()
    try browser.open(
      try page(["timeline", try log(in: folder), "--at", "1970-01-01T00:15:00Z"], in: folder))
    #expect(
      try browser.evaluate("document.querySelectorAll('#chart line.mark').length") == .integer(1))
    #expect(try browser.evaluate("document.querySelectorAll('#chart rect').length") == .integer(3))
    #expect(try browser.evaluate(PageChecks.structure) == .array([]))
    #expect(browser.complaints == [])
  }
}
