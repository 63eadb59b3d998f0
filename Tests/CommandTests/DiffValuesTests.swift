import TestSupport
import Testing

/// `diff --values`, held against the commands that a real server was given.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct DiffValuesTests {
  /// What `--values` says after `before` and, on top of that, `after`: the text of one key.
  private func text(_ before: [String], _ after: [String]) throws -> [String] {
    let server = try RedisServer()
    defer { server.stop() }
    let folder = try TemporaryFolder()
    func run(_ commands: [String]) throws {
      for command in commands {
        let words = command.split(separator: " ").map { Array($0.utf8) }
        if case .error(let message) = try server.send(words) { throw RefusedCommand(message) }
      }
    }
    try run(before)
    let old = try folder.file(server.save(), named: "old.rdb")
    try run(after)
    let new = try folder.file(server.save(), named: "new.rdb")
    let run = try Lossmap.run("diff", old, new, "--values")
    #expect(run.status == 1)
    let lines = run.text.split(separator: "\n").map(String.init)
    return lines.drop { !$0.hasPrefix("  ~") }.dropFirst().map {
      $0.trimmingPrefix(while: { $0 == " " }).description
    }
  }

  private struct RefusedCommand: Error {
    init(_ message: String) {}
  }

  @Test func `strings`() throws {
    #expect(try text(["SET k old"], ["SET k new"]) == ["~ value: \"old\" -> \"new\""])
    #expect(try text(["SET k 5"], ["DECRBY k 7"]) == ["~ value: 5 -> -2 (-7)"])
    let binary = try text(["SET k a"], ["SETRANGE k 3 b"])
    #expect(binary == ["~ value: \"a\" -> \"a\\x00\\x00b\""])
  }

  @Test func `JSON documents, by path`() throws {
    let changes = try text(
      [#"SET k {"a":1,"b":{"c":[1,2,{"d":"x"}]},"e":null}"#],
      [#"SET k {"b":{"c":[1,3,{"d":"y"},4]},"a":1.0,"f-g":true}"#])
    #expect(
      changes == [
        "~ $.a: 1 -> 1.0", "~ $.b.c[1]: 2 -> 3 (+1)", #"~ $.b.c[2].d: "x" -> "y""#,
        "+ $.b.c[3]: 4", "- $.e: null", #"+ $["f-g"]: true"#,
      ])
  }

  @Test func `hashes`() throws {
    let changes = try text(
      ["HSET k same 1 changed 1 gone 1"], ["HSET k changed 2 new 3", "HDEL k gone"])
    #expect(
      changes == ["~ field \"changed\": 1 -> 2 (+1)", "- field \"gone\": 1", "+ field \"new\": 3"])
  }

  @Test func `sets, in whatever encoding`() throws {
    #expect(
      try text(["SADD k 1 2 3"], ["SADD k word", "SREM k 2"]) == [
        "- member \"2\"", "+ member \"word\"",
      ])
  }

  @Test func `sorted sets`() throws {
    #expect(
      try text(["ZADD k 1 a 2 b 3 c"], ["ZADD k 2.5 b inf d", "ZREM k a"]) == [
        "- member \"a\": 1.0", "~ member \"b\": 2.0 -> 2.5", "+ member \"d\": inf",
      ])
  }

  @Test func `lists, as edits`() throws {
    #expect(
      try text(["RPUSH k a b c d e"], ["LPUSH k z", "LREM k 1 c", "RPUSH k f"]) == [
        "+ [0]: \"z\"", "- [2]: \"c\"", "+ [5]: \"f\"",
      ])
  }

  @Test func `lists with too many edits, position by position`() throws {
    let (old, new) = ((0..<600).map { "a\($0)" }, (0..<601).map { "b\($0)" })
    let changes = try text(
      ["RPUSH k \(old.joined(separator: " "))"],
      ["DEL k", "RPUSH k \(new.joined(separator: " "))"])
    #expect(changes.first == "~ [0]: \"a0\" -> \"b0\"")
    #expect(
      changes.suffix(2) == [
        "and 581 more", "(more than 500 edits: compared position by position)",
      ])
  }

  @Test func `streams with their groups`() throws {
    let changes = try text(
      ["XADD k 1-1 f v", "XADD k 2-1 f v", "XGROUP CREATE k g 0"],
      [
        "XADD k 3-1 a b c d", "XDEL k 1-1", "XREADGROUP GROUP g bob COUNT 1 STREAMS k >",
        "XGROUP CREATE k h $", "XCLAIM k g bob 0 2-1 TIME 1000 RETRYCOUNT 4",
      ])
    #expect(
      changes == [
        "- entry 1-1: \"f=v\"", "+ entry 3-1: \"a=b c=d\"", "~ last-id: 2-1 -> 3-1",
        "~ max-deleted-id: 0-0 -> 1-1", "~ entries-added: 2 -> 3",
        "~ group \"g\": last delivered 0-0, entries read unknown -> last delivered 2-1, entries read 2",
        "+ group \"g\", consumer \"bob\"",
        "+ group \"g\", pending 2-1: \"bob\", delivered 4 times, last at 1970-01-01T00:00:01Z",
        "+ group \"h\": last delivered 3-1, entries read unknown",
      ])
  }

  @Test func `other types, and expiries`() throws {
    let folder = try TemporaryFolder()
    let server = try RedisServer()
    defer { server.stop() }
    try server.command("SET", "k", "1")
    let old = try folder.file(server.save(), named: "old.rdb")
    try server.command("DEL", "k")
    try server.command("RPUSH", "k", "1")
    try server.command("PEXPIREAT", "k", "4102444800000")
    let new = try folder.file(server.save(), named: "new.rdb")
    let run = try Lossmap.run("diff", old, new, "--values")
    #expect(
      run.text.hasSuffix(
        "  ~  string -> list  \"k\"  expires never -> 2100-01-01T00:00:00Z\n"))
  }

  @Test func `long values are cut, with their size, where they differ`() throws {
    let folder = try TemporaryFolder()
    func file(_ value: String, _ name: String) throws -> String {
      var builder = RDBBuilder()
      builder.string("k", value)
      return try folder.file(builder.file(), named: name)
    }
    let long = String(repeating: "é", count: 5000)
    let (old, new) = (try file(long + "old", "old.rdb"), try file(long + "new", "new.rdb"))
    let text = try Lossmap.run("diff", old, new, "--values").text
    let tail = String(repeating: "é", count: 16)
    #expect(
      text.contains(
        "~ value from byte 9968: \"\(tail)old\" (10003 bytes) -> \"\(tail)new\" (10003 bytes)"))
    let line = try #require(
      try JSON.lines(Lossmap.run("diff", old, new, "--values", "--format", "ndjson").output).first)
    let change = try #require(line["values"]?.elements?.first)
    #expect(change["part"] == .text("value"))
    #expect(change["from_byte"] == .integer(9968))
    #expect(change["before_size"] == .integer(10_003))
    #expect(change["after"]?.text?.hasSuffix("éénew") == true)
  }

  @Test func `binary values appear in hexadecimal`() throws {
    let folder = try TemporaryFolder()
    func file(_ value: [UInt8], _ name: String) throws -> String {
      var builder = RDBBuilder()
      builder.key("k", [0] + RDBBuilder.string(value))
      return try folder.file(builder.file(), named: name)
    }
    let (old, new) = (try file([0x80, 4, 0xFF], "o.rdb"), try file([0x80, 4, 0xFE], "n.rdb"))
    let text = try Lossmap.run("diff", old, new, "--values").text
    #expect(text.contains("~ value: hex 80 04 ff (3 bytes) -> hex 80 04 fe (3 bytes)"))
    let lines = try Lossmap.run("diff", old, new, "--values", "--format", "ndjson").text
    #expect(lines.contains(#""before":"\#u{FFFD}\u0004\#u{FFFD}","before_b64":"gAT/""#))
  }
}
