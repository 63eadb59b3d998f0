import Foundation
import TestSupport
import Testing

/// `impact --format ndjson`: an object for each affected key.
struct ImpactLinesTests {
  private func story() throws -> [JSON] {
    let run = try Lossmap.run(Story.impact("--format", "ndjson"))
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.text.hasSuffix("}\n"))
    return try JSON.lines(run.output)
  }

  @Test func `a line has every field of the contract, of its type`() throws {
    let shape = Shape.object([
      "db": .integer, "key": .text, "category": .text,
      "change": .oneOf(["lost", "regressed", "regressed_expiry", "resurrected"]),
      "severity": ImpactJSONTests.severity,
      "type": .oneOf(["string", "list", "set", "zset", "hash", "stream"]),
      "expires_at": .nullable(.integer),
    ])
    for line in try story() { #expect(shape.mismatches(line) == []) }
  }

  @Test func `there is a line for each affected key`() throws {
    let lines = try story()
    #expect(lines.count == 139 + 26 + 6 + 24)
    for (change, count) in [
      ("lost", 139), ("regressed", 26), ("regressed_expiry", 6), ("resurrected", 24),
    ] {
      #expect(lines.filter { $0["change"] == .text(change) }.count == count)
    }
    #expect(Set(lines.compactMap { $0["key"]?.text }).count == lines.count)
  }

  @Test func `lines are sorted by key, and the same each time`() throws {
    let first = try Lossmap.run(Story.impact("--format", "ndjson"))
    let second = try Lossmap.run(Story.impact("--format", "ndjson"))
    #expect(first.output == second.output)
    let keys = try story().compactMap { $0["key"]?.text.map { Array($0.utf8) } }
    #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test func `severities are those of each key's event`() throws {
    let lines = try story()
    func severity(_ key: String) -> JSON? { lines.first { $0["key"] == .text(key) }?["severity"] }
    #expect(severity("rate_limit:auth:172.18.0.7") == .text("high"))
    #expect(severity("rate_limit:strategy:198.51.100.77") == .text("none"))
    #expect(severity("bitrun:tasks") == .text("medium"))
    #expect(severity("leaderboard") == .text("medium"))
  }

  @Test func `a key of no category is of category unknown`() throws {
    let line = try #require(try story().first { $0["key"] == .text("leaderboard") })
    #expect(line["category"] == .text("unknown"))
  }

  @Test func `names, databases, types and expiries come out as they are`() throws {
    let folder = try TemporaryFolder()
    var current = RDBBuilder()
    current.append([0] + RDBBuilder.string([0x61, 0xFF]) + RDBBuilder.string("1"))
    current.expiry(.max)
    current.string("\u{1B}[31m\n", "1")
    current.selectDatabase(12)
    current.key("list", [1] + RDBBuilder.length(1) + RDBBuilder.string("a"))
    let run = try Lossmap.run(
      "impact", folder.file(RDBBuilder().file(), named: "a.rdb"), "--current",
      folder.file(current.file(), named: "b.rdb"), "--format", "ndjson")
    #expect(
      run.text == """
        {"db":0,"key":"\\u001b[31m\\n","category":"unknown","change":"lost","severity":"medium",\
        "type":"string","expires_at":9223372036854775807}
        {"db":0,"key":"a\u{FFFD}","key_b64":"Yf8=","category":"unknown","change":"lost",\
        "severity":"medium","type":"string","expires_at":null}
        {"db":12,"key":"list","category":"unknown","change":"lost","severity":"medium",\
        "type":"list","expires_at":null}

        """)
  }

  @Test func `nothing affected is nothing written`() throws {
    let run = try Lossmap.run(
      "impact", Story.backup, "--current", Story.backup, "--format", "ndjson")
    #expect(run.status == 0)
    #expect(run.output == [])
  }
}
