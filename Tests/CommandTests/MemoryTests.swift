import TestSupport
import Testing

/// `memory`, as scripts use it.
struct MemoryTests {
  private func memory(_ arguments: String...) throws -> Lossmap.Outcome {
    let run = try Lossmap.run(["memory"] + arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    return run
  }

  private static let key: [String: Shape] = [
    "db": .integer, "key": .text, "type": .text, "encoding": .text,
    "expires_at": .nullable(.integer),
    "bytes": .integer, "elements": .nullable(.integer), "largest_element": .nullable(.integer),
  ]

  @Test(arguments: BackupFile.fixtures)
  func `a document has every field, of its type`(file: BackupFile) throws {
    let sum: [String: Shape] = [
      "keys": .integer, "bytes": .integer,
      "without_expiry": .object(["keys": .integer, "bytes": .integer]),
    ]
    func row(_ fields: [String: Shape]) -> Shape { .array(.object(sum.merging(fields) { $1 })) }
    let keys = Shape.array(.object(Self.key))
    let shape = Shape.object([
      "schema": .oneOf(["lossmap/memory/1"]), "path": .text, "kind": .oneOf(["rdb"]),
      "rdb_version": .integer, "server": .nullable(.text), "created_at": .nullable(.time),
      "base_created_at": .null, "target": .text, "at": .null, "policy": .text, "keys": .integer,
      "bytes": .integer,
      "overhead": .object([
        "allocator": .integer, "conversions": .integer, "expiries": .integer, "buckets": .integer,
      ]),
      "total": .integer, "databases": row(["db": .integer, "buckets": .integer]),
      "encodings": row(["type": .text, "encoding": .text]), "categories": row(["id": .text]),
      "prefixes": row(["prefix": .text, "approximate": .flag, "bytes_at_most": .integer]),
      "largest": keys, "idle": .nullable(.object(["coldest": keys, "hottest": keys])),
      "frequency": .nullable(.object(["coldest": keys, "hottest": keys])),
      "maxmemory": .object([
        "limit": .integer, "used": .integer, "fits": .flag, "excess": .integer,
        "policies": .array(
          .object([
            "policy": .text, "order": .nullable(.text), "enough": .flag,
            "evicted": .object(["keys": .integer, "bytes": .integer]),
          ])),
      ]),
    ])
    let json = try JSON(memory(file.path, "--format", "json", "--maxmemory", "1M").output)
    #expect(shape.mismatches(json) == [])
    #expect(json["maxmemory"]?["policies"]?.elements?.count == 8)
    // The parts add up.
    let bytes = try #require(json["bytes"]?.integer)
    for part in ["databases", "encodings", "categories"] {
      let rows = try #require(json[part]?.elements)
      #expect(rows.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) } == bytes)
    }
  }

  @Test(arguments: BackupFile.fixtures)
  func `lines are the keys of the file, in its order`(file: BackupFile) throws {
    let lines = try JSON.lines(memory(file.path, "--format", "ndjson").output)
    for line in lines { #expect(Shape.object(Self.key).mismatches(line) == []) }
    let digests = try JSON.lines(
      Lossmap.run("digest", file.path, "--keys", "--format", "ndjson").output)
    if !digests.isEmpty { #expect(lines.map { $0["key"] } == digests.map { $0["key"] }) }
    let whole = try JSON(memory(file.path, "--format", "json").output)
    #expect(whole["bytes"]?.integer == lines.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) })
    // The table has a record for each key, and as many fields in each as there are names.
    let table = try memory(file.path, "--format", "csv").text.split(separator: "\n")
    #expect(table.count == lines.count + 1)
  }

  @Test func `filters choose the keys that count`() throws {
    let all = try JSON(memory(Story.backup, "--format", "json").output)
    let some = try JSON(
      memory(Story.backup, "--format", "json", "--category", "jwt-blacklist").output)
    #expect(some["categories"]?.elements?.map { $0["id"] } == [.text("jwt-blacklist")])
    let row = all["categories"]?.elements?.first { $0["id"] == .text("jwt-blacklist") }
    #expect(some["bytes"] == row?["bytes"])
    let strings = try JSON.lines(
      memory(Story.backup, "--format", "ndjson", "--type", "string", "--top", "3").output)
    #expect(strings.count == 3)
    #expect(strings.allSatisfy { $0["type"] == .text("string") })
    let sizes = strings.compactMap { $0["bytes"]?.integer }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test func `text names what does not fit`() throws {
    let text = try memory(Story.backup, "--maxmemory", "920000", "--at", Story.moment).text
    #expect(text.contains("maxmemory: does not fit"))
    #expect(text.contains("noeviction"))
    #expect(text.contains("volatile-ttl"))
    #expect(try memory(Story.backup, "--maxmemory", "1G").text.contains("maxmemory: fits"))
  }

  @Test(arguments: [
    ["--prefixes", "33"], ["--prefixes", "-1"], ["--separator", ""], ["--top", "-1"],
    ["--maxmemory", "much"], ["--target", "redis-1.0"],
  ])
  func `what makes no sense is refused`(arguments: [String]) throws {
    #expect(try Lossmap.run(["memory", Story.backup] + arguments).status == 64)
  }
}
