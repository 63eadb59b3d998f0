import Foundation
import TestSupport
import Testing

/// The same filters choose the same keys, whatever lists them.
struct FilterTests {
  private static let filters: [[String]] = [
    ["--match", "jwt:*"], ["--not-match", "jwt:*"], ["--regex", "^arq:(job|queue)"],
    ["--category", "rate-limit"], ["--type", "zset", "--type", "hash"], ["--db", "0"],
    ["--db", "7"],
    ["--expires", "none"], ["--expires", "any"],
    ["--expires", "2026-03-10T00:00:00Z..2026-03-11T00:00:00Z"], ["--size", "..40"],
    ["--size", "41.."], ["--match", "jwt:*", "--size", "1..3", "--expires", "any"],
  ]

  @Test(arguments: filters)
  func `every verb means the same keys`(filter: [String]) throws {
    let digest = try Lossmap.run(
      ["digest", Story.backup, "--keys", "--format", "ndjson"] + filter)
    let names = try JSON.lines(digest.output).compactMap { $0["key"]?.text }
    let lines = try Lossmap.run(["memory", Story.backup, "--format", "ndjson"] + filter)
    #expect(try JSON.lines(lines.output).compactMap { $0["key"]?.text } == names)
    let memory = try JSON(
      Lossmap.run(["memory", Story.backup, "--format", "json"] + filter).output)
    #expect(memory["keys"]?.integer == Int64(names.count))
    let inspect = try JSON(
      Lossmap.run(["inspect", Story.backup, "--format", "json"] + filter).output)
    let counted = inspect["encodings"]?.elements?.compactMap { $0["keys"]?.integer }.reduce(0, +)
    #expect(counted == Int64(names.count))
  }

  @Test func `filters choose something, and not everything`() throws {
    let counts = try Self.filters.map { filter in
      try JSON.lines(
        Lossmap.run(["digest", Story.backup, "--keys", "--format", "ndjson"] + filter).output
      ).count
    }
    #expect(zip(counts, Self.filters).filter { $0.0 == 0 }.map(\.1) == [["--db", "7"]])
    #expect(zip(counts, Self.filters).filter { $0.0 == 243 }.map(\.1) == [["--db", "0"]])
  }

  // A value that is not asked for may be damaged: nobody looks.
  @Test func `values that are not meant are not decoded`() throws {
    var file = RDBBuilder()
    file.string("good", "value")
    // A hash in a listpack whose bytes are nonsense.
    file.key("bad", [16, 4, 1, 2, 3, 4])
    let folder = try TemporaryFolder()
    let path = try folder.file(file.file())
    for verb in [["digest", "--keys"], ["memory", "--format", "ndjson"], ["inspect"]] {
      let meant = try Lossmap.run([verb[0], path, "--match", "good"] + verb.dropFirst())
      #expect(meant.status == 0, "\(verb)")
    }
    #expect(try Lossmap.run("digest", path, "--keys").status == 2)
    #expect(try Lossmap.run("memory", path, "--format", "ndjson").status == 2)
  }

  @Test func `a timeline is of the keys that are named`() throws {
    let log = try Self.log()
    let whole = try JSON(Lossmap.run("timeline", log.path, "--format", "json").output)
    let some = try JSON(
      Lossmap.run("timeline", log.path, "--format", "json", "--match", "jwt:*").output)
    #expect(whole["categories"]?.elements?.count == 2)
    #expect(some["categories"]?.elements?.map { $0["id"] } == [.text("jwt-blacklist")])
    #expect(try Lossmap.run("timeline", log.path, "--type", "string").status == 64)
  }

  private static func log() throws -> ScratchFile {
    func command(_ words: String...) -> String {
      "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }
    return try ScratchFile(
      Array((command("SET", "jwt:blacklist:a", "1") + command("SET", "other", "2")).utf8))
  }
}
