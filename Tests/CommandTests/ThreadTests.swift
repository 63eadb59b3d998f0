import TestSupport
import Testing

/// Answers do not depend on how many threads have read the file.
struct ThreadTests {
  /// A file that is large enough to be divided among three threads, of several databases, with equals among the largest
  /// and the least used keys, and with `prefixes` different beginnings of names.
  private func largeFile(prefixes: Int, seed: UInt64, hasKeyTwice: Bool = false) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var file = RDBBuilder()
    file.auxiliary("redis-ver", "7.0.15")
    for index in 0..<150_000 {
      if index % 20_000 == 0 { file.selectDatabase(UInt64(index / 20_000 % 3)) }
      if index % 3 == 0 { file.expiry(.random(in: 0...4_000_000_000_000, using: &random)) }
      if index % 2 == 0 {
        file.append([0xF8] + RDBBuilder.length(.random(in: 0...50, using: &random)))
      }
      let beginning = Int.random(in: 0..<prefixes, using: &random)
      let length = index % 5000 == 0 ? 3000 : Int.random(in: 1...60, using: &random)
      file.string(
        "family\(beginning):x\(beginning % 7):\(index)", String(repeating: "v", count: length))
      if hasKeyTwice && index % 50_000 == 17 { file.string("twice", "\(index)") }
    }
    return file.file()
  }

  // More beginnings than are counted exactly: what is said of them depends on their order.
  @Test(arguments: [(prefixes: 50, seed: 1 as UInt64), (prefixes: 140_000, seed: 2)])
  func `memory says the same on any number of threads`(prefixes: Int, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(largeFile(prefixes: prefixes, seed: seed))
    let answers = try ["1", "2", "3", "8"].map { threads in
      let run = try Lossmap.run(
        "memory", path, "--threads", threads, "--top", "100", "--prefixes", "2", "--maxmemory",
        "5M",
        "--format", "json")
      #expect(run.status == 0)
      return run.output
    }
    let sums = try JSON(answers[0])
    #expect(sums["keys"]?.integer == 150_000)
    #expect(sums["databases"]?.elements?.count == 3)
    #expect(answers.dropFirst().allSatisfy { $0 == answers[0] }, "seed \(seed)")
  }

  @Test func `rank says the same on any number of threads`() throws {
    let folder = try TemporaryFolder()
    let backups = try [50, 9000].map { prefixes in
      try folder.file(
        largeFile(prefixes: prefixes, seed: UInt64(prefixes)), named: "\(prefixes).rdb")
    }
    let current = try folder.file(largeFile(prefixes: 9000, seed: 3), named: "current.rdb")
    let answers = try ["1", "2", "3"].map { threads in
      let run = try Lossmap.run(
        ["rank"] + backups + [
          "--current", current, "--at", "2030-01-01T00:00:00Z", "--threads", threads, "--format",
          "json",
        ])
      #expect(run.status == 0)
      return run.output
    }
    #expect(answers.dropFirst().allSatisfy { $0 == answers[0] })
  }

  @Test(
    arguments: [
      "inspect --at 2026-03-11T01:00:00Z", "inspect --at 2026-03-11T01:00:00Z --format json",
      "verify", "verify --format json --target redis-7.0",
      "digest", "impact --at 2026-03-11T01:00:00Z",
    ])
  func `the answer does not depend on how many threads read`(verb: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      largeFile(prefixes: 20_000, seed: 4, hasKeyTwice: verb.hasPrefix("verify")),
      named: "large.rdb")
    let alone = try Lossmap.shell("lossmap \(verb) --threads 1 '\(path)'")
    #expect(alone.text.count > 40)
    for threads in [2, 3, 7] {
      let together = try Lossmap.shell("lossmap \(verb) --threads \(threads) '\(path)'")
      #expect(together.text == alone.text)
      #expect(together.status == alone.status)
    }
  }

  @Test func `sides are compared with one thread as with two`() throws {
    for arguments in [Story.impact("--format", "ndjson"), ["diff", Story.backup, Story.current]] {
      let alone = try Lossmap.run(arguments + ["--threads", "1"])
      #expect(try Lossmap.run(arguments + ["--threads", "2"]).output == alone.output)
      #expect(!alone.output.isEmpty)
    }
  }

  @Test(arguments: ["0", "-1", "257", "two"])
  func `a number of threads is one from 1 to 256`(number: String) throws {
    let run = try Lossmap.run("inspect", "--threads=\(number)", Story.backup)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
  }
}
