import Foundation
import TestSupport
import Testing

/// `timeline`: what a log wrote when.
struct TimelineTests {
  private static func command(_ words: String...) -> String {
    "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
  }

  private func timeline(_ text: String) throws -> JSON {
    let folder = try TemporaryFolder()
    let path = try folder.file(Array(text.utf8), named: "a.aof")
    let run = try Lossmap.run("timeline", path, "--format", "json")
    #expect(run.status == 0)
    return try JSON(run.output)
  }

  private let timed =
    "#TS:600\r\n" + command("SET", "jwt:blacklist:a", "1", "PXAT", "700500")
    + command("SET", "x", "1") + "#TS:661\r\n" + command("SET", "x", "2") + command("DEL", "x", "y")
    + "#TS:700\r\n" + command("DEL", "jwt:blacklist:a") + command("FLUSHALL")

  @Test func `keys are created, changed, deleted and expire, by minute and category`() throws {
    let json = try timeline(timed)
    #expect(json["times"] == .flag(true))
    #expect(json["first_at"] == .text("1970-01-01T00:10:00Z"))
    #expect(json["last_at"] == .text("1970-01-01T00:11:40Z"))
    let categories = try #require(json["categories"]?.elements)
    #expect(categories.map { $0["id"] } == [.text("jwt-blacklist"), .text("unknown")])
    #expect(categories.map { $0["created"] } == [.integer(1), .integer(1)])
    #expect(categories.map { $0["changed"] } == [.integer(0), .integer(1)])
    #expect(categories.map { $0["deleted"] } == [.integer(0), .integer(1)])
    #expect(categories.map { $0["expired"] } == [.integer(1), .integer(0)])
    let minutes = categories[1]["buckets"]?.elements?.map { $0["at"] }
    #expect(minutes == [.text("1970-01-01T00:10:00Z"), .text("1970-01-01T00:11:00Z")])
  }

  @Test func `stretches without writes and flushes are listed`() throws {
    let json = try timeline(timed)
    #expect(json["gaps"]?.elements?.map { $0["seconds"] } == [.integer(61)])
    #expect(json["flushes"]?.elements?.map { $0["keys"] } == [.integer(0)])
  }

  @Test func `a log without times says so, and goes by place`() throws {
    let json = try timeline(Self.command("SET", "a", "1") + Self.command("SET", "a", "2"))
    #expect(json["times"] == .flag(false))
    #expect(json["first_at"] == .null)
    let buckets = json["categories"]?.elements?.first?["buckets"]?.elements
    #expect(buckets?.map { $0["slice"] } == [.integer(0), .integer(30)])
    let folder = try TemporaryFolder()
    let path = try folder.file(Array(Self.command("SET", "a", "1").utf8), named: "a.aof")
    let run = try Lossmap.run("timeline", path)
    #expect(run.status == 0)
    #expect(String(decoding: run.output, as: UTF8.self).contains("has no times"))
  }

  @Test func `only a log has a timeline`() throws {
    #expect(try Lossmap.run("timeline", Story.backup).status == 64)
  }

  @Test func `a log that a server would refuse has none`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Array("*1\r\noops".utf8), named: "a.aof")
    let run = try Lossmap.run("timeline", path)
    #expect(run.status == 2)
    #expect(run.output == [])
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is absent"))
  func `created less deleted is what a real log leaves behind`() throws {
    let log = Repository.corpus.appending(path: "aof/redis-7.0-aof-timestamps/appendonlydir")
      .filePath
    let run = try Lossmap.run("timeline", log, "--format", "json")
    let categories = try #require(try JSON(run.output)["categories"]?.elements)
    func sum(_ name: String) -> Int64 {
      categories.reduce(0) { $0 + ($1[name]?.integer ?? 0) }
    }
    let flushed = try JSON(run.output)["flushes"]?.elements?.reduce(0) {
      $0 + ($1["keys"]?.integer ?? 0)
    }
    let verdict = try JSON(try Lossmap.run("verify", log, "--format", "json").output)
    #expect(
      sum("created") - sum("deleted") - sum("expired") - (flushed ?? 0) == verdict["keys"]?.integer)
  }
}
