import Foundation
import TestSupport
import Testing

/// How many threads read, and what is shown of it.
struct ProgressTests {
  /// Some 12 MB in two databases, which several threads share.
  private static func largeFile() -> [UInt8] {
    var file = RDBBuilder()
    file.auxiliary("ctime", "1773104400")
    for number in 0..<150_000 {
      if number == 70_000 { file.selectDatabase(3) }
      if number % 3 == 0 { file.expiry(1_773_190_800_000 + Int64(number)) }
      file.string("p\(number % 20_000):\(number)", String(repeating: "v", count: 20 + number % 70))
      if number % 50_000 == 17 { file.key("twice", [0, 1, 0x61]) }
    }
    return file.file()
  }

  @Test(
    arguments: [
      "inspect --at 2026-03-11T01:00:00Z", "inspect --at 2026-03-11T01:00:00Z --format json",
      "verify", "verify --format json --target redis-7.0",
    ])
  func `the answer does not depend on how many threads read`(verb: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Self.largeFile(), named: "large.rdb")
    let alone = try Lossmap.shell("lossmap \(verb) --threads 1 '\(path)'")
    #expect(alone.text.count > 100)
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

  @Test func `without a terminal there is no progress`() throws {
    #expect(try Lossmap.run("verify", Story.backup).errors == "")
  }
}
