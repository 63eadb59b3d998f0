import Foundation
import TestSupport
import Testing

struct PolicyCommandTests {
  private let builtIn = Repository.root.appending(path: "Sources/Impact/Resources/bitrun.yaml")
  private let shop = "Fixtures/policy/shop.yaml"

  @Test func `the built-in policy is shown to the letter`() throws {
    let run = try Lossmap.run("policy", "show")
    #expect(run.status == 0)
    #expect(run.output == Array(try Data(contentsOf: builtIn)))
  }

  @Test func `what is shown can be checked and used`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(try Lossmap.run("policy", "show").output, named: "mine.yaml")
    let check = try Lossmap.run("policy", "check", path)
    #expect(check.status == 0)
    #expect(check.text == "\(path): ok, 34 categories\n")
    let own = try Lossmap.run(Story.impact("--format", "json", "--policy", path))
    #expect(own.output == (try Lossmap.run(Story.impact("--format", "json"))).output)
  }

  @Test func `a file is shown once it has been checked`() throws {
    let run = try Lossmap.run("policy", "show", shop)
    #expect(run.status == 0)
    #expect(run.output == Array(try Data(contentsOf: Repository.root.appending(path: shop))))
    #expect(try Lossmap.run("policy", "check", shop).text == "\(shop): ok, 4 categories\n")
    #expect(try Lossmap.run("policy", "check").text == "bitrun: ok, 34 categories\n")
  }

  @Test(arguments: [
    ("severity: low", "severity: urgent", "unknown.severity"),
    ("pattern: 'session:admin:'", "pattern: '('", "categories[0].pattern"),
    ("id: session", "id: admin-session", "categories[1].id"),
    ("lifetime: 8h", "lifetime: 8 hours", "categories[0].lifetime"),
  ])
  func `a mistake is named with file, line and field`(
    old: String, new: String, field: String
  ) throws {
    let text = try String(contentsOf: Repository.root.appending(path: shop), encoding: .utf8)
    let range = try #require(text.firstRange(of: old))
    let line = text[..<range.lowerBound].filter { $0 == "\n" }.count + 1
    let folder = try TemporaryFolder()
    let path = try folder.file(
      Array(text.replacingCharacters(in: range, with: new).utf8), named: "p.yaml")
    for arguments in [
      ["policy", "check", path], ["policy", "show", path], Story.impact("--policy", path),
      ["inspect", Story.backup, "--policy", path],
    ] {
      let run = try Lossmap.run(arguments)
      #expect(run.status == 64)
      #expect(run.output == [])
      #expect(run.errors.hasPrefix("lossmap: \(path): line \(line): \(field): "), "\(run.errors)")
      #expect(run.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test func `a policy that can't be read is 4`() throws {
    let folder = try TemporaryFolder()
    let latin = try folder.file([0x69, 0x64, 0x3A, 0x20, 0xE9], named: "latin.yaml")
    for path in ["no/such/policy.yaml", folder.url.filePath, latin] {
      for arguments in [["policy", "check", path], Story.impact("--policy", path)] {
        let run = try Lossmap.run(arguments)
        #expect(run.status == 4, "\(path)")
        #expect(run.errors.hasPrefix("lossmap: \(path): "))
        #expect(run.errors.filter { $0 == "\n" }.count == 1)
      }
    }
  }

  @Test func `a policy of one's own judges the keys`() throws {
    let folder = try TemporaryFolder()
    let backup = try folder.file(soundFile(key: "session:admin:1"), named: "a.rdb")
    let current = try folder.file(soundFile(key: "cart:17"), named: "b.rdb")
    let run = try Lossmap.run(
      "impact", backup, "--current", current, "--policy", shop, "--format", "ndjson", "--fail-on",
      "high")
    #expect(run.status == 1)
    let lines = try JSON.lines(run.output)
    #expect(lines.map { $0["category"] } == [.text("cart"), .text("admin-session")])
    #expect(lines.map { $0["severity"] } == [.text("high"), .text("high")])
  }
}
