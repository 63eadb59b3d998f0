import Crypto
import Foundation
import TestSupport
import Testing

/// `--format markdown` and `--format html`, and the languages.
struct ReportTests {
  private static let verbs: [[String]] = [
    Story.impact(), ["impact", Story.backup, "--at", Story.moment],
    ["diff", Story.backup, Story.current, "--values"],
    ["inspect", Story.backup, "--at", Story.moment], ["verify", Story.backup, Story.current],
    ["rank", Story.backup, Story.current, "--current", Story.current, "--at", Story.moment],
  ]

  @Test(arguments: verbs, ["markdown", "html"])
  func `the same input gives the same bytes`(verb: [String], format: String) throws {
    let first = try Lossmap.run(verb + ["--format", format])
    #expect(first.errors == "")
    #expect(!first.output.isEmpty)
    #expect(first.output == (try Lossmap.run(verb + ["--format", format]).output))
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

  // MARK: Languages

  @Test(arguments: verbs, ["text", "markdown", "html"])
  func `everything that a person reads is in Chinese`(verb: [String], format: String) throws {
    let run = try Lossmap.run(verb + ["--format", format, "--lang", "zh"])
    #expect(run.text.contains(#/\p{Han}/#))
    var text = run.text.replacing("&quot;", with: "\"")
    if format == "html" {
      text.replace(#/<(script|style)>[\s\S]*?<\/(script|style)>/#, with: " ")
      text.replace(#/<code>[^<]*<\/code>/#, with: " ")
      text.replace(#/<[^>]*>/#, with: " ")
      text.replace(#/"[^"\n]*"/#, with: " ")
      text.replace(#/&[#a-z0-9]+;/#, with: " ")
    } else {
      text.replace(#/`[^`]*`/#, with: " ")
      text.replace(#/```[\s\S]*?```/#, with: " ")
      text.replace(#/"[^"\n]*"/#, with: " ")
    }
    // Paths, names of categories, words of Redis and of the policy's own Chinese texts are not translated.
    text.replace(#/[A-Za-z_]*[-\/.:_0-9\\][-A-Za-z_\/.:0-9*\\<>]*/#, with: " ")
    let known: Set<String> = try {
      let chinese = Repository.root.appending(path: "Sources/Impact/Resources/bitrun.yaml")
      let policy = try String(contentsOf: chinese, encoding: .utf8)
      let lines = policy.split(separator: "\n").filter { $0.contains(#/\p{Han}/#) }
      let words = lines.flatMap { $0.matches(of: #/[A-Za-z]{3,}/#).map { String($0.output) } }
      return Set(words)
    }()
    let others: Set<String> = [
      "RDB", "redis", "lossmap", "Valkey", "SHA", "bitrun", "BITRUN", "string", "set", "zset",
      "hash", "list",
      "stream", "embstr", "raw", "int", "listpack", "intset", "hashtable", "quicklist", "versions",
      "impact",
      "format", "ndjson", "json", "category", "details", "value", "db", "bytes", "appendonly",
      "yes", "worker",
      "Redis", "dump", "group", "entry", "member", "field", "length", "from", "byte", "hex", "last",
      "entries",
      "unknown", "BACKUP", "CURRENT", "amp", "times", "delivered", "read", "null", "added", "max",
      "deleted", "first", "pending", "consumer", "and", "more", "other", "values",
      "only", "diff",
    ]
    let words = text.matches(of: #/[A-Za-z]{3,}/#).map { String($0.output) }
    #expect(Set(words).subtracting(known).subtracting(others) == [])
  }

  @Test func `machine formats are never translated`() throws {
    for format in ["json", "ndjson"] {
      let english = try Lossmap.run(Story.impact("--format", format)).output
      #expect(try Lossmap.run(Story.impact("--format", format, "--lang", "zh")).output == english)
    }
  }

  @Test(arguments: [
    ("LC_ALL=zh_CN.UTF-8 LANG=en_US.UTF-8", true), ("LC_ALL= LC_MESSAGES=zh_TW LANG=C", true),
    ("LC_ALL= LC_MESSAGES= LANG=zh_CN.UTF-8", true), ("LC_ALL=C LANG=zh_CN.UTF-8", false),
    ("LC_ALL= LC_MESSAGES= LANG=de_DE.UTF-8", false),
  ])
  func `the environment says which language is spoken`(
    environment: String, isChinese: Bool
  ) throws {
    let run = try Lossmap.shell(
      "export \(environment)\nlossmap \(Story.impact().joined(separator: " "))")
    #expect(run.text.contains("严重程度") == isChinese)
    let asked = try Lossmap.shell(
      "export \(environment)\nlossmap \(Story.impact("--lang", "en").joined(separator: " "))")
    #expect(!asked.text.contains("严重程度"))
  }

  // MARK: Hostile names

  @Test(arguments: ["text", "markdown", "html", "json", "ndjson"], ["impact", "diff", "inspect"])
  func `hostile names break out of nothing`(format: String, verb: String) throws {
    if verb == "inspect" && format == "ndjson" { return }
    let folder = try TemporaryFolder()
    let files = try HostileKeys.files(in: folder)
    let arguments =
      switch verb {
      case "impact": ["impact", files.empty, "--current", files.hostile, "--at", Story.moment]
      case "diff": ["diff", files.empty, files.hostile, "--values"]
      default: ["inspect", files.hostile]
      }
    let run = try Lossmap.run(arguments + ["--format", format])
    #expect(run.status < 2)
    #expect(charactersThatAct(in: run.text) == [])
    switch format {
    case "html":
      #expect(run.text.matches(of: #/<script/#).count == 1)
      #expect(run.text.matches(of: #/<style/#).count == 1)
      #expect(
        run.text.matches(of: #/<\/(style|script|title)>/#).count
          == run.text.matches(of: #/<(style|script|title)[ >]/#).count)
      #expect(!run.text.contains(#/<(img|iframe|a href="[^#])/#))
      #expect(!run.text.contains(#/ on[a-z]+="/#))
    case "markdown":
      // No name begins another cell: all rows of a table have as many.
      var columns: Int?
      for line in run.text.split(separator: "\n", omittingEmptySubsequences: false) {
        guard line.hasPrefix("|") else {
          columns = nil
          continue
        }
        let cells = line.replacing(#/\\[\\|]/#, with: "").filter { $0 == "|" }.count
        #expect(columns ?? cells == cells, "\(line)")
        columns = cells
      }
      let prose = run.text.replacing(#/```sh[\s\S]*?```/#, with: "").replacing(
        #/`[^`\n]*`/#, with: "")
      #expect(!prose.contains(#/<[a-zA-Z\/!]/#))
      #expect(!prose.contains("]("))
    case "json": _ = try JSON(run.output)
    case "ndjson": _ = try JSON.lines(run.output)
    default: #expect(!run.text.contains("\u{1B}"))
    }
  }

  @Test func `commands of a checklist take hostile names as they are`() throws {
    let folder = try TemporaryFolder()
    var backup = RDBBuilder()
    let names = HostileKeys.names.filter { !$0.isEmpty }.prefix(19).map { "rate_limit:auth:\($0)" }
    for name in names { backup.string(name, "5") }
    let (old, new) = (
      try folder.file(backup.file(), named: "old.rdb"),
      try folder.file(RDBBuilder().file(), named: "new.rdb")
    )
    let page = try Lossmap.run(
      "impact", old, "--current", new, "--at", Story.moment, "--format", "markdown"
    ).text
    let commands = page.split(separator: "\n").filter { $0.contains("redis-cli DEL") }
    #expect(commands.count == names.count)
    // A shell that has another redis-cli says what it was given.
    let script =
      (["redis-cli() { printf '%s\\0' \"$2\"; }"]
        + commands.map { $0.trimmingCharacters(in: .whitespaces) })
    let said = try Lossmap.shell(script.joined(separator: "\n")).output
    let given = said.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    #expect(Set(given) == Set(names))
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
