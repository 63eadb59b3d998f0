import Foundation
import TestSupport
import Testing

/// Which backup loses least.
struct RankTests {
  @Test func `the least harm comes first, and what can't be restored last`() throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.file(malformedFile(), named: "damaged.rdb")
    let text = try folder.file(Array("no backup".utf8), named: "text")
    let empty = try folder.file(RDBBuilder().file(), named: "empty.rdb")
    let backups = [damaged, text, empty, Story.backup, Story.current]
    let run = try Lossmap.run(
      ["rank"] + backups + [
        "--current", Story.current, "--at", Story.moment, "--format", "json",
      ])
    #expect(run.status == 4)
    let json = try JSON(run.output)
    #expect(json["schema"] == .text("lossmap/rank/1"))
    let paths = json["backups"]?.elements?.compactMap { $0["path"]?.text }
    #expect(paths?.first == Story.current)
    #expect(paths.map(Set.init) == [Story.current, Story.backup, empty])
    let failures = try #require(json["failures"]?.elements)
    #expect(failures.map { $0["path"]?.text } == [damaged, text])
    #expect(failures.map { $0["status"]?.integer } == [2, 4])
    #expect(failures[0]["reason"]?.text?.contains("key \"bad\"") == true)
    // What a backup without a key loses is everything.
    let loss = json["backups"]?.elements?.first { $0["path"]?.text == empty }
    #expect(loss?["totals"]?["unchanged"]?.integer == 0)
    let counts = json["backups"]?.elements?.map { lostKeys($0) } ?? []
    #expect(counts.allSatisfy { $0.sum == $0.total })
  }

  /// The keys that a backup loses, added up and in total.
  private func lostKeys(_ backup: JSON) -> (sum: Int64, total: Int64?) {
    let bySeverity = backup["lost_by_severity"]?.members?.values.compactMap(\.integer) ?? []
    return (bySeverity.reduce(0, +), backup["totals"]?["lost"]?.integer)
  }

  @Test func `each backup is judged as impact judges it`() throws {
    let run = try Lossmap.run(
      "rank", Story.backup, Story.current, "--current", Story.current, "--at", Story.moment,
      "--format", "json")
    #expect(run.status == 0)
    let backups = try #require(try JSON(run.output)["backups"]?.elements)
    #expect(backups.count == 2)
    for backup in backups {
      let path = try #require(backup["path"]?.text)
      let impact = try JSON(
        Lossmap.run(
          "impact", path, "--current", Story.current, "--at", Story.moment, "--format", "json"
        ).output)
      #expect(backup["totals"] == impact["totals"])
      #expect(backup["severity"] == impact["severity"])
      let judged = impact["categories"]?.elements ?? []
      for category in backup["categories"]?.elements ?? [] {
        let same = try #require(judged.first { $0["id"] == category["id"] })
        for name in ["lost", "regressed", "regressed_expiry", "resurrected", "severity"] {
          #expect(category[name] == same[name])
        }
      }
    }
  }

  @Test func `the order does not depend on how the backups are given`() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.file(RDBBuilder().file(), named: "empty.rdb")
    let backups = [Story.backup, empty, Story.current]
    let orders = [backups, backups.reversed(), [empty, Story.current, Story.backup]]
    let answers = try orders.map {
      try Lossmap.run(["rank"] + $0 + ["--current", Story.current, "--at", Story.moment]).text
    }
    #expect(Set(answers).count == 1)
    #expect(answers[0].contains("  1  none "))
    #expect(answers[0].contains("lost: jwt-blacklist"))
  }

  @Test func `a name that would act on a terminal is made safe`() throws {
    let folder = try TemporaryFolder()
    let names = try ["a\u{1B}[31m.rdb", "b\u{202E}.rdb"].map {
      try folder.file(malformedFile(key: "bad\u{1B}[2J"), named: $0)
    }
    let run = try Lossmap.run(["rank"] + names + ["--current", Story.current])
    #expect(run.status == 2)
    #expect(charactersThatAct(in: run.text).isEmpty)
  }

  @Test func `a current state that is damaged is no ranking`() throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.file(malformedFile(), named: "damaged.rdb")
    let run = try Lossmap.run("rank", Story.backup, "--current", damaged)
    #expect(run.status == 2 && run.text.isEmpty)
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"))
  func `archives and logs are ranked like the states that they hold`() throws {
    let folder = Repository.corpus.appending(path: "bitrun/daygap").filePath
    let run = try Lossmap.run(
      "rank", "\(folder)/a-volume.tar.gz", "\(folder)/b-appendonlydir", "\(folder)/a.rdb",
      "--current", "\(folder)/b.rdb", "--at", "2026-03-11T01:00:00Z", "--format", "json")
    #expect(run.status == 0)
    let backups = try #require(try JSON(run.output)["backups"]?.elements)
    #expect(backups.first?["path"]?.text == "\(folder)/b-appendonlydir")
    #expect(backups[1]["totals"] == backups[2]["totals"])
  }
}
