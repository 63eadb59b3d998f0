import TestSupport
import Testing

/// The filters, held against what a query of all lines finds.
struct DiffFilterTests {
  private func lines(_ more: [String]) throws -> [JSON] {
    let run = try Lossmap.run(
      ["diff", Story.backup, Story.current, "--format", "ndjson"] + more)
    #expect(run.errors == "")
    return try JSON.lines(run.output)
  }

  private func check(_ more: [String], _ isMeant: (JSON) -> Bool) throws {
    let expected = try lines([]).filter(isMeant)
    let found = try lines(more)
    #expect(!expected.isEmpty)
    #expect(found.compactMap { $0["key"] } == expected.compactMap { $0["key"] }, "\(more)")
  }

  private func name(_ line: JSON) -> String { line["key"]?.text ?? "" }

  @Test func `names`() throws {
    try check(["--match", "order:*"]) { name($0).hasPrefix("order:") }
    try check(["--match", "order:*", "--match", "*:lock*"]) {
      name($0).hasPrefix("order:") || name($0).contains(":lock")
    }
    try check(["--not-match", "jwt*", "--not-match", "arq*"]) {
      !name($0).hasPrefix("jwt") && !name($0).hasPrefix("arq")
    }
    try check(["--regex", "[0-9]{4}-[0-9]{2}-[0-9]{2}$"]) {
      name($0).firstMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}$/) != nil
    }
    try check(["--match", "*:*", "--regex", "z", "--not-match", "arq*"]) {
      name($0).contains(":") && name($0).contains("z") && !name($0).hasPrefix("arq")
    }
  }

  @Test func `categories`() throws {
    try check(["--category", "jwt-blacklist", "--category", "unknown"]) {
      ["jwt-blacklist", "unknown"].contains($0["category"]?.text ?? "")
    }
  }

  @Test func `types`() throws {
    try check(["--type", "zset", "--type", "hash"]) {
      ["zset", "hash"].contains($0["type"]?.text ?? "")
    }
  }

  @Test func `expiries`() throws {
    let all = try lines(["--expires", "any"]) + lines(["--expires", "none"])
    let both = all.count { $0["change"] == .text("expiry") || $0["change"] == .text("changed") }
    #expect(all.count - both <= (try lines([]).count))
    try check(["--expires", "2026-03-11T01:00:00Z..", "--match", "jwt:*"]) {
      name($0).hasPrefix("jwt:") && ($0["expires_at"]?.integer ?? 0) >= 1_773_190_800_000
    }
    try check(["--expires", "..1773190800000", "--match", "jwt:*"]) {
      name($0).hasPrefix("jwt:") && ($0["expires_at"]?.integer ?? .max) <= 1_773_190_800_000
    }
  }

  @Test func `databases and sizes`() throws {
    let folder = try TemporaryFolder()
    var builder = RDBBuilder()
    for (database, length) in [(0, 10), (3, 100), (3, 70_000)] {
      builder.selectDatabase(UInt64(database))
      builder.string("k\(length)", String(repeating: "x", count: length))
    }
    let empty = try folder.file(RDBBuilder().file(), named: "empty.rdb")
    let path = try folder.file(builder.file(), named: "some.rdb")
    func keys(_ more: String...) throws -> [String] {
      try JSON.lines(
        Lossmap.run(["diff", empty, path, "--format", "ndjson"] + more).output
      ).compactMap { $0["key"]?.text }
    }
    #expect(try keys("--db", "3") == ["k100", "k70000"])
    #expect(try keys("--db", "3", "--db", "0") == ["k10", "k100", "k70000"])
    #expect(try keys("--size", "11..11") == ["k10"])
    #expect(try keys("--size", "12..") == ["k100", "k70000"])
    #expect(try keys("--size", "..1K") == ["k10", "k100"])
    #expect(try keys("--size", "64K..1G", "--db", "3") == ["k70000"])
  }

  @Test func `what is left out is in no number`() throws {
    let run = try Lossmap.run(
      "diff", Story.backup, Story.current, "--format", "json", "--category", "jwt-blacklist")
    let document = try JSON(run.output)
    let totals = try #require(document["totals"])
    #expect(totals["added"]?.integer == 31)
    #expect(totals["unchanged"]?.integer == 34)
  }

  @Test func `impact lists the keys that are meant`() throws {
    let all = try JSON.lines(Lossmap.run(Story.impact("--format", "ndjson")).output)
    let some = try JSON.lines(
      Lossmap.run(Story.impact("--format", "ndjson", "--match", "*:lock:*", "--type", "string"))
        .output)
    let expected = all.filter {
      name($0).contains(":lock:") && $0["type"] == .text("string")
    }
    #expect(some.compactMap { $0["key"] } == expected.compactMap { $0["key"] })
    #expect(try Lossmap.run(Story.impact("--match", "a*")).status == 64)
    #expect(try Lossmap.run(Story.impact("--format", "ndjson", "--size", "1..")).status == 64)
  }

  @Test func `digest is that of the keys that are meant`() throws {
    let all = try Lossmap.run("digest", Story.backup, "--keys").text.split(separator: "\n")
    let some = try Lossmap.run("digest", Story.backup, "--keys", "--match", "jwt:*").text
    #expect(some.split(separator: "\n") == all.filter { $0.contains("  jwt:") })
    let whole = try Lossmap.run("digest", Story.backup, "--not-match", "*").text
    #expect(whole == String(repeating: "0", count: 40) + "\n")
  }
}
