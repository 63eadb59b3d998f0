import Foundation
import TestSupport
import Testing

/// `lossmap diff`: the contract.
struct DiffTests {
  private func file(_ keys: [String: String]) -> [UInt8] {
    var builder = RDBBuilder()
    for (key, value) in keys.sorted(by: { $0.key < $1.key }) { builder.string(key, value) }
    return builder.file()
  }

  private static let formats = [
    ["--format", "text"], ["--format", "json"], ["--format", "ndjson"], ["--format", "markdown"],
    ["--summary"], ["--summary", "--format", "json"], ["--values"],
    ["--values", "--format", "ndjson"],
  ]

  @Test(arguments: formats)
  func `the status says whether the two differ`(format: [String]) throws {
    let same = try Lossmap.run(["diff", Story.backup, Story.backup] + format)
    #expect(same.status == 0)
    #expect(same.errors == "")
    let differ = try Lossmap.run(["diff", Story.backup, Story.current] + format)
    #expect(differ.status == 1)
    #expect(differ.errors == "")
  }

  @Test func `of both inputs the worst problem counts`() throws {
    let folder = try TemporaryFolder()
    let good = try folder.file(soundFile(), named: "good.rdb")
    let bad = try folder.file(malformedFile(), named: "bad.rdb")
    let header = try folder.file(Array("REDIS00x0 and so on".utf8), named: "header.rdb")
    let future = try folder.file(Array("REDIS0999".utf8) + [0xFF], named: "future.rdb")
    let none = try folder.file(Array("what is this?".utf8), named: "none.rdb")
    let missing = folder.url.appending(path: "missing.rdb").filePath
    for (one, other, status) in [
      (good, bad, 2), (good, future, 3), (good, none, 4), (good, missing, 4), (bad, future, 2),
      (bad, none, 4), (header, missing, 4), (future, missing, 4), (header, future, 2),
    ] {
      for arguments in [[one, other], [other, one]] {
        let run = try Lossmap.run(["diff"] + arguments)
        #expect(run.status == Int32(status), "\(arguments) \(run.errors)")
        #expect(run.output == [])
        #expect(run.errors.split(separator: "\n").count == 1)
      }
    }
  }

  @Test func `wrong options are wrong usage`() throws {
    for more in [
      ["--memory", "1M"], ["--memory", "much"], ["--type", "strings"], ["--category", "nope"],
      ["--regex", "("], ["--expires", "soon"], ["--size", "5"], ["--size", "9..5"], ["--db", "-1"],
      ["--summary", "--format", "ndjson"], ["--summary", "--values"],
    ] {
      let run = try Lossmap.run(["diff", Story.backup, Story.current] + more)
      #expect(run.status == 64, "\(more)")
      #expect(run.output == [])
    }
  }

  @Test func `impact and diff at one moment find the same keys`() throws {
    let words = [
      "lost": "added", "resurrected": "removed", "regressed": "changed",
      "regressed_expiry": "expiry",
    ]
    let impact = try JSON.lines(Lossmap.run(Story.impact("--format", "ndjson")).output)
    let diff = try JSON.lines(
      Lossmap.run(
        "diff", Story.backup, Story.current, "--at", Story.moment, "--format", "ndjson"
      ).output)
    #expect(impact.count == diff.count)
    for (one, other) in zip(impact, diff) {
      for field in ["db", "key", "key_b64", "category", "type", "expires_at"] {
        #expect(one[field] == other[field])
      }
      #expect(one["change"]?.text.flatMap { words[$0] } == other["change"]?.text)
      #expect(other["severity"] == nil)
    }
  }

  @Test func `a line is what the contract says`() throws {
    let folder = try TemporaryFolder()
    var (old, new) = (RDBBuilder(), RDBBuilder())
    old.append([0] + RDBBuilder.string([0x61, 0xFF]) + RDBBuilder.string("1"))
    old.string("t", "1")
    new.expiry(5)
    new.string("t", "1")
    old.string("c", "1")
    new.key("c", [1, 1] + RDBBuilder.string("1"))
    new.selectDatabase(3)
    new.string("\u{1B}[31m", "1")
    let run = try Lossmap.run(
      "diff", folder.file(old.file(), named: "a.rdb"), folder.file(new.file(), named: "b.rdb"),
      "--format", "ndjson")
    #expect(
      run.text == """
        {"db":0,"key":"a\u{FFFD}","key_b64":"Yf8=","category":"unknown","change":"removed",\
        "type":"string","expires_at":null}
        {"db":0,"key":"c","category":"unknown","change":"changed","type":"list",\
        "expires_at":null,"old_type":"string"}
        {"db":0,"key":"t","category":"unknown","change":"expiry","type":"string",\
        "expires_at":5,"old_expires_at":null}
        {"db":3,"key":"\\u001b[31m","category":"unknown","change":"added","type":"string",\
        "expires_at":null}

        """)
  }

  @Test func `the document has numbers that add up`() throws {
    let run = try Lossmap.run("diff", Story.backup, Story.current, "--format", "json")
    let document = try JSON(run.output)
    let counts: [String: Shape] = [
      "added": .integer, "removed": .integer, "changed": .integer, "expiry": .integer,
      "unchanged": .integer,
    ]
    let file = Shape.object([
      "path": .text, "kind": .oneOf(["rdb"]), "server": .nullable(.text), "keys": .integer,
      "created_at": .nullable(.time), "expired_at": .null, "checksum": .text,
    ])
    let example = Shape.object([
      "db": .integer, "key": .text, "type": .text, "expires_at": .nullable(.integer),
      "change": .oneOf(["added", "removed", "changed", "expiry"]),
    ])
    let group = counts.merging(["examples": .array(example)]) { $1 }
    let shape = Shape.object([
      "schema": .oneOf(["lossmap/diff/1"]), "old": .array(file), "new": .array(file),
      "at": .null, "policy": .text, "totals": .object(counts),
      "types": .array(.object(counts.merging(["type": .text]) { $1 })),
      "categories": .array(.object(group.merging(["id": .text, "title": .text]) { $1 })),
      "unknown": .object(group),
    ])
    #expect(shape.mismatches(document) == [])
    for field in counts.keys {
      let total = document["totals"]?[field]?.integer
      let types = (document["types"]?.elements ?? []).compactMap { $0[field]?.integer }
      let groups = (document["categories"]?.elements ?? []) + [document["unknown"] ?? .null]
      #expect(types.reduce(0, +) == total)
      #expect(groups.compactMap { $0[field]?.integer }.reduce(0, +) == total)
    }
  }

  @Test(arguments: formats)
  func `little memory and shards give the same bytes`(format: [String]) throws {
    let folder = try TemporaryFolder()
    var builders = Array(repeating: RDBBuilder(), count: 4)
    var random = SeededRandom(seed: 3)
    for index in 0..<4000 {
      let (name, value) = ("key:\(index)", "\(UInt8.random(in: 0...9, using: &random))")
      builders[0].string(name, value)
      if index % 7 > 0 { builders[1 + index % 3].string(name, index % 11 == 0 ? "x" : value) }
    }
    let old = try folder.file(builders[0].file(), named: "old.rdb")
    let shards = folder.url.appending(path: "shards")
    try FileManager.default.createDirectory(at: shards, withIntermediateDirectories: false)
    let files = try (1...3).map { try folder.file(builders[$0].file(), named: "shards/\($0).rdb") }
    let arguments = [
      [shards.filePath], [shards.filePath + "/"],
      [files[0], "--new-shard", files[1], "--new-shard", files[2]],
    ]
    let runs = try arguments.flatMap { new in
      try [[], ["--memory", "16M"]].map { try Lossmap.run(["diff", old] + new + format + $0) }
    }
    for run in runs {
      #expect(run.status == 1)
      #expect(run.errors == "")
      // Only the folder with its two slashes is named differently.
      #expect(run.text.replacing("//", with: "/") == runs[0].text.replacing("//", with: "/"))
    }
  }

  @Test func `hostile names and values stay harmless in every format`() throws {
    let folder = try TemporaryFolder()
    var (old, new) = (RDBBuilder(), RDBBuilder())
    for (index, hostile) in [
      "\u{1B}[31m", "\u{9B}31m", "\r\n", "`|`", "\u{202E}abc", "\u{200B}", "<script>", "\\", "\"",
    ].enumerated() {
      old.string(hostile + "\(index)", hostile)
      new.string(hostile + "\(index)", hostile + "x")
      new.string("added" + hostile, hostile)
      old.key(
        "hash\(index)",
        [4, 1] + RDBBuilder.string(hostile) + RDBBuilder.string(hostile))
      new.key(
        "hash\(index)",
        [4, 1] + RDBBuilder.string(hostile) + RDBBuilder.string([0xFF, 0x1B]))
      old.string("json\(index)", "{\"a\u{202E}\":1}")
      new.string("json\(index)", "{\"a\u{202E}\":2}")
    }
    let paths = [
      try folder.file(old.file(), named: "a.rdb"), try folder.file(new.file(), named: "b.rdb"),
    ]
    for format in Self.formats + [["--values", "--format", "markdown"]] {
      let run = try Lossmap.run(["diff"] + paths + format)
      #expect(run.status == 1, "\(format) \(run.errors)")
      #expect(charactersThatAct(in: run.text) == [], "\(format)")
    }
    let markdown = try Lossmap.run(["diff"] + paths + ["--format", "markdown"]).text
    #expect(markdown.split(separator: "\n").allSatisfy { $0.count { $0 == "`" } % 2 == 0 })
  }

  // What a server says of its own keys is the truth. It tells −0 from 0 in some encodings, and we do not.
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: ["redis-7.0", "redis-unstable", "valkey-8"])
  func `encodings are no difference`(server: String) throws {
    let folder = Repository.corpus.appending(path: "rdb")
    let files = ["all", "tiny-encodings"].map { folder.appending(path: "\(server)-\($0).rdb") }
    let truths = try files.map { url in
      Dictionary(uniqueKeysWithValues: try Truth(of: url).keys.map { (KeyName($0), $0) })
    }
    #expect(truths[0].keys == truths[1].keys)
    var expected = Set(
      truths[0].filter { name, key in
        truths[1][name]?.digest != key.digest || truths[1][name]?.expiry != key.expiry
      }.map { String(decoding: $0.key.name, as: UTF8.self) })
    #expect(expected.remove("z:special") != nil)
    // The digest leaves out when pending entries were delivered.
    expected.insert("x:same")
    let run = try Lossmap.run(
      ["diff"] + files.map(\.filePath) + ["--format", "ndjson"])
    let lines = try JSON.lines(run.output)
    #expect(Set(lines.compactMap { $0["key"]?.text }) == expected)
    #expect(lines.allSatisfy { $0["change"] == .text("changed") })
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: ["3.2", "5.0", "6.2"])
  func `older servers' encodings are no difference either`(server: String) throws {
    let folder = Repository.corpus.appending(path: "rdb")
    let files = ["all", "tiny-encodings"].map {
      folder.appending(path: "redis-\(server)-\($0).rdb").filePath
    }
    let run = try Lossmap.run(["diff"] + files + ["--format", "ndjson"])
    let keys = try JSON.lines(run.output).compactMap { $0["key"]?.text }
    #expect(keys == (server == "3.2" ? [] : ["ttl:stream", "x:same"]))
  }
}
