import TestSupport
import Testing

/// `inspect --format json`.
struct InspectTests {
  private func inspect(_ arguments: String...) throws -> JSON {
    let run = try Lossmap.run(["inspect", "--format", "json"] + arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    return try JSON(run.output)
  }

  @Test(arguments: BackupFile.fixtures)
  func `a document has every field, of its type`(file: BackupFile) throws {
    let row: [String: Shape] = ["keys": .integer, "bytes": .integer]
    let shape = Shape.object([
      "schema": .oneOf(["lossmap/inspect/1"]), "path": .text, "kind": .oneOf(["rdb"]),
      "rdb_version": .integer, "flavour": .oneOf(["REDIS", "VALKEY"]), "server": .nullable(.text),
      "created_at": .nullable(.time), "base_created_at": .null, "bytes": .integer,
      "checksum": .oneOf(["ok", "absent", "disabled"]), "keys": .integer, "at": .time,
      "policy": .text, "aux": .array(.object(["name": .text, "value": .text])),
      "databases": .array(.object(["db": .integer, "keys": .integer, "expires": .integer])),
      "encodings": .array(.object(row.merging(["type": .text, "encoding": .text]) { $1 })),
      "categories": .array(
        .object(row.merging(["id": .text, "without_expiry": .integer, "expired": .integer]) { $1 })),
      "unknown": .array(.object(["prefix": .nullable(.text), "keys": .integer])),
      "expiries": .object([
        "none": .integer, "past": .integer, "next_hour": .integer, "next_day": .integer,
        "later": .integer,
      ]),
      "largest": .array(
        .object(["db": .integer, "key": .text, "type": .text, "bytes": .integer])),
      "functions": .array(.object(["source": .text])), "modules": .array(.text),
    ])
    #expect(shape.mismatches(try inspect(file.path)) == [])
  }

  @Test func `a story's backup is described`() throws {
    let json = try inspect(Story.backup, "--at", Story.moment)
    #expect(json["path"] == .text(Story.backup))
    #expect(json["keys"] == .integer(243))
    #expect(json["bytes"] == .integer(30310))
    #expect(json["at"] == .text(Story.moment))
    #expect(json["created_at"] == .text("2026-03-10T02:00:00Z"))
    #expect(json["server"] == .text("redis 7.0.15"))
    #expect(json["checksum"] == .text("ok"))
    #expect(json["expiries"]?["past"] == .integer(117))
    #expect(
      json["databases"]
        == .array([
          .object(["db": .integer(0), "keys": .integer(126), "expires": .integer(126 - 29)])
        ]))
  }

  @Test func `without a moment, expired keys are counted too`() throws {
    let json = try inspect("Fixtures/rdb/expired_v10.rdb")
    #expect(json["keys"] == .integer(7))
    #expect(json["databases"]?.elements?.compactMap { $0["keys"]?.integer } == [7])
    #expect(json["expiries"]?["past"] == .integer(5))
    let then = try inspect("Fixtures/rdb/expired_v10.rdb", "--at", "2026-01-01T00:00:00Z")
    #expect(then["expiries"]?["past"] == .integer(0))
  }

  @Test func `a policy of one's own names the categories`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(soundFile(key: "cart:17"))
    let json = try inspect(path, "--policy", "Fixtures/policy/shop.yaml")
    #expect(json["policy"] == .text("shop"))
    #expect(json["categories"]?.elements?.map { $0["id"] } == [.text("cart")])
    #expect(json["unknown"] == .array([]))
  }

  @Test func `functions come out with their source`() throws {
    let sources = try inspect("Fixtures/rdb/functions_v10.rdb")["functions"]?.elements
    #expect(sources?.count == 2)
    #expect(sources?.allSatisfy { $0["source"]?.text?.hasPrefix("#!lua name=") == true } == true)
  }
}
