import Crypto
import Foundation
import TestSupport
import Testing

/// `--format markdown` and `--format html`.
struct ReportTests {
  private static let verbs: [[String]] = [
    Story.impact(), ["impact", Story.backup, "--at", Story.moment],
    ["diff", Story.backup, Story.current, "--values"],
    ["inspect", Story.backup, "--at", Story.moment], ["verify", Story.backup, Story.current],
    ["memory", Story.backup],
    ["rank", Story.backup, Story.current, "--current", Story.current, "--at", Story.moment],
  ]

  @Test(arguments: verbs, ["markdown", "html"])
  func `the same input gives the same bytes`(verb: [String], format: String) throws {
    let first = try Lossmap.run(verb + ["--format", format])
    #expect(first.errors == "")
    #expect(!first.output.isEmpty)
    #expect(first.output == (try Lossmap.run(verb + ["--format", format]).output))
  }

  @Test func `neither the place nor the language of a machine changes a report`() throws {
    for format in ["markdown", "html"] {
      let line =
        "lossmap \(Story.impact("--format", format, "--lang", "en").joined(separator: " "))"
      let here = try Lossmap.shell(line)
      let there = try Lossmap.shell("export LC_ALL=tr_TR.UTF-8 TZ=Pacific/Auckland\n\(line)")
      #expect(here.output == there.output)
    }
  }

  @Test func `an incident report has its parts, in their order`() throws {
    let text = try Lossmap.run(Story.impact("--format", "markdown", "--lang", "en")).text
    let headings = text.matches(of: #/(?m)^## (.*)$/#).map { String($0.output.1) }
    #expect(
      headings == [
        "Summary", "Facts", "What changes, by category", "What it means, and for whom",
        "What heals by itself, and when", "What to do now",
        "Where the document and the data disagree", "Keys without a category",
        "Appendix: the keys",
      ])
    func section(_ name: String) -> Substring {
      text.split(separator: "\n## ").first { $0.hasPrefix(name) } ?? ""
    }
    let facts = section("Facts")
    let tool = try #require(Lossmap.run("--version").text.split(separator: "\n").first)
    for fact in [
      Story.backup, Story.current, "30,310 bytes", "SHA-256", "redis 7.0.15",
      "2026-03-10T02:00:00Z", "2026-03-11T00:59:30Z", Story.moment, "`bitrun`",
      String(tool),
    ] {
      #expect(facts.contains(fact), "\(fact)")
    }
    // Whose equity, on which day, and how much.
    #expect(
      section("What it means").contains(#/\| 2026-03-1[01] \|.*equity.*\| [0-9]+\.[0-9]+ \|/#))
    #expect(section("What to do now").contains("```sh"))
    #expect(section("Where the document").contains("at least 6 d 1 h"))
  }

  @Test func `files are named with size and hash`() throws {
    let text = try Lossmap.run(Story.impact("--format", "markdown")).text
    for path in [Story.backup, Story.current] {
      let data = try Data(contentsOf: Repository.root.appending(path: path))
      let hash = SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
      #expect(text.contains("`\(hash)`"))
    }
    #expect(text.contains("30,310 bytes"))
  }

  @Test func `a folder's files are all named`() throws {
    let folder = try TemporaryFolder()
    let log = folder.url.appending(path: "log")
    try FileManager.default.createDirectory(at: log, withIntermediateDirectories: true)
    try Data("file a.incr.aof seq 1 type i\n".utf8).write(to: log.appending(path: "a.manifest"))
    try Data("*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$1\r\n1\r\n".utf8)
      .write(to: log.appending(path: "a.incr.aof"))
    let text = try Lossmap.run("inspect", log.filePath, "--format", "markdown").text
    #expect(text.contains("a.incr.aof SHA-256"))
    #expect(text.contains("a.manifest SHA-256"))
  }

  @Test func `a page loads nothing, and lets nothing run but its own script`() throws {
    let page = try Lossmap.run(Story.impact("--format", "html")).text
    let policy = try #require(
      page.firstMatch(of: #/Content-Security-Policy" content="([^"]*)"/#)?.output.1)
    #expect(policy.hasPrefix("default-src &#39;none&#39;; style-src &#39;sha256-"))
    let script = try #require(page.firstMatch(of: #/<script>([\s\S]*?)<\/script>/#)?.output.1)
    let hash = Data(SHA256.hash(data: Data(script.utf8))).base64EncodedString()
    #expect(policy.contains("script-src &#39;sha256-\(hash)&#39;"))
    #expect(page.matches(of: #/(src|href)="/#).count == page.matches(of: #/href="#[a-z]/#).count)
    #expect(!page.contains("http://") && !page.contains("https://"))
    // What only the script can use is out of sight without it.
    #expect(page.contains("<form id=\"controls\" role=\"search\" hidden>"))
  }

  @Test func `what heals is counted by the keys' own expiries`() throws {
    let restore: Int64 = 1_773_190_800_000
    let page = try Lossmap.run(Story.impact("--format", "markdown", "--lang", "en")).text
    let lines = page.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("| Category | at T") })
    let table = lines[start...].prefix { $0.hasPrefix("|") }
    func cells(_ line: Substring) -> [String] {
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let marks: [String: Int64] = [
      "at T": 0, "+1 min": 60, "+10 min": 600, "+1 h": 3600, "+6 h": 21_600, "+1 d": 86_400,
      "+2 d": 172_800, "+7 d": 604_800,
    ]
    let header = cells(table[start])
    #expect(header.count { marks[$0] != nil } == marks.count)
    let keys = try JSON.lines(Lossmap.run(Story.impact("--format", "ndjson")).output)
    // Of these categories every harmed key heals when what the restore lost would have expired.
    for id in ["jwt-blacklist", "exec-lock-agent"] {
      let harmed = keys.filter {
        $0["category"] == .text(id) && $0["change"] == .text("lost")
          && $0["severity"] != .text("none")
      }.compactMap { $0["expires_at"]?.integer }
      #expect(!harmed.isEmpty)
      let row = try #require(table.first { $0.contains("`\(id)` |") })
      for (name, cell) in zip(header, cells(row)) {
        guard let mark = marks[name] else { continue }
        let left = harmed.count { $0 > restore + mark * 1000 }
        #expect(cell == "\(left)", "\(id) \(name)")
      }
    }
  }

  @Test func `a report on many keys is small and says what it leaves out`() throws {
    let folder = try TemporaryFolder()
    var current = RDBBuilder()
    for number in 0..<60_000 {
      current.string("jwt:blacklist:\(number)", "1")
      current.string("thing:\(number):\(String(repeating: "<", count: 100))", "1")
    }
    let (old, new) = (
      try folder.file(RDBBuilder().file(), named: "old.rdb"),
      try folder.file(current.file(), named: "new.rdb")
    )
    for verb in [["impact", old, "--current", new], ["diff", old, new]] {
      let page = try Lossmap.run(verb + ["--format", "html"])
      #expect(page.output.count < 3 << 20)
      #expect(page.text.contains("59,750 keys more"))
    }
  }
}
