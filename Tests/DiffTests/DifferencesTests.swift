import BinaryInput
import Diff
import Impact
import Keyspace
import Patterns
import RDB
import TestSupport
import Testing

struct DifferencesTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `what differs is what a comparison of dictionaries says`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let old = DataSet.random(400, using: &random)
    let new = old.mutated(using: &random)
    let found = try differences(
      side(old.files(1, using: &random)), side(new.files(1, using: &random)))
    #expect(try found.lines() == old.differences(to: new))
    let totals = found.report.totals
    #expect(totals.differing == old.differences(to: new).count)
    #expect(totals.unchanged == new.keys.filter { old.keys[$0] == $1 }.count)
    #expect(found.report.types.map(\.counts.unchanged).reduce(0, +) == totals.unchanged)
    #expect(
      found.report.categories.map(\.counts.differing).reduce(0, +)
        + found.report.unknown.counts.differing == totals.differing)
    #expect(
      found.report.prefixes.map(\.counts.differing).reduce(0, +)
        == found.report.unknown.counts.differing)
  }

  @Test(arguments: [1 << 14, 1 << 16, 1 << 18], 0..<4 as Range<UInt64>)
  func `little memory gives the same answer`(limit: Int, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let old = DataSet.random(6000, using: &random)
    let new = seed == 0 ? DataSet() : old.mutated(using: &random)
    let (oldFiles, newFiles) = (old.files(2, using: &random), new.files(1, using: &random))
    let storage = MemoryStorage()
    let roomy = try differences(side(oldFiles), side(newFiles))
    let tight = try differences(
      side(oldFiles), side(newFiles), limit: limit, storage: storage)
    #expect(storage.written > 0)
    #expect(try tight.lines() == old.differences(to: new))
    #expect(tight.report.totals == roomy.report.totals)
    #expect(tight.report.types.map(\.counts) == roomy.report.types.map(\.counts))
  }

  @Test func `when files have no room either, that is an error`() throws {
    var random = SeededRandom(seed: 1)
    let set = DataSet.random(2000, using: &random)
    let analysis = try DiffAnalysis(
      policy: Policy.builtIn(), memory: MemoryBudget(exactly: 1 << 14), storage: FullStorage())
    let whole = try side(set.files(1, using: &random))
    #expect(throws: SpillError.self) { try analysis.differences(from: whole, to: whole) }
  }

  @Test(arguments: 2..<6, 0..<4 as Range<UInt64>)
  func `shards in any split are the same as the whole`(count: Int, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let old = DataSet.random(500, using: &random)
    let new = old.mutated(using: &random)
    let found = try differences(
      side(old.files(count, using: &random)), side(new.files(7 - count, using: &random)))
    #expect(try found.lines() == old.differences(to: new))
    #expect(found.report.old.count == count)
  }

  @Test(arguments: [1 << 14, 1 << 30])
  func `a key that two shards have is an error that names both`(limit: Int) throws {
    let (one, other, third) = (file(["a", "b"]), file(["c", "b"]), file(["a", "b", "c"]))
    for (old, new) in [([one, other], [third]), ([third], [one, other])] {
      let error = try #require(throws: BackupError.self) {
        try differences(side(old, "old"), side(new, "new"), limit: limit)
      }
      let name = old.count == 2 ? "old" : "new"
      #expect(error.path == "\(name)1.rdb")
      #expect(error.error.key == Array("b".utf8))
      #expect(error.error.code == "duplicate-key")
      #expect(error.error.message == "the key is also in \(name)0.rdb")
    }
  }

  @Test(
    arguments: [
      (["a", "a"], ["a"]), (["a", "a"], []), (["a"], ["a", "a"]), ([], ["a", "a"]),
      (["a", "a"], ["a", "a"]), (["b", "a", "a", "a"], ["b"]),
    ] as [([String], [String])])
  func `a key that a file has twice is an error`(old: [String], new: [String]) throws {
    let error = try #require(throws: BackupError.self) {
      try differences(side([file(old)], "old"), side([file(new)], "new"))
    }
    #expect(error.error.key == Array("a".utf8))
    #expect(error.error.code == "duplicate-key")
    #expect(error.path == (old.count > 1 ? "old0.rdb" : "new0.rdb"))
  }

  @Test func `the same name in two databases is two keys`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    builder.selectDatabase(7)
    builder.string("a", "1")
    let found = try differences(side([builder.file()]), side([file(["a"])]))
    #expect(try found.lines() == ["removed 7 \"a\""])
  }

  @Test func `of both sides the worse damage counts`() throws {
    let whole = file(["a"])
    var unsupported = RDBBuilder()
    unsupported.string("a", "1")
    unsupported.append([99] + RDBBuilder.string("k"))
    let (torn, unknown) = (Array(whole.dropLast(9)), unsupported.file())
    for (old, new, path) in [
      (torn, unknown, "old0.rdb"), (unknown, torn, "new0.rdb"), (whole, torn, "new0.rdb"),
      (unknown, whole, "old0.rdb"), (torn, torn, "old0.rdb"),
    ] {
      let error = try #require(throws: BackupError.self) {
        try differences(side([old], "old"), side([new], "new"))
      }
      #expect(error.path == path)
    }
    let error = try #require(throws: BackupError.self) {
      try differences(side([unknown, torn], "old"), side([whole], "new"))
    }
    #expect(error.path == "old1.rdb")
  }

  @Test func `with a moment, what has expired by then is not there`() throws {
    var old = RDBBuilder()
    old.expiry(1000)
    old.string("gone", "1")
    old.expiry(1001)
    old.string("alive", "1")
    let empty = RDBBuilder().file()
    #expect(try differences(side([old.file()]), side([empty])).lines().count == 2)
    #expect(
      try differences(side([old.file()]), side([empty]), at: 1001).lines()
        == ["removed 0 \"alive\""])
  }

  @Test func `a filter by type means a key that has the type on either side`() throws {
    var (old, new) = (RDBBuilder(), RDBBuilder())
    old.string("becomes-list", "1")
    new.key("becomes-list", [1, 1] + RDBBuilder.string("1"))
    old.key("becomes-string", [1, 1] + RDBBuilder.string("1"))
    new.string("becomes-string", "1")
    old.string("stays", "1")
    new.string("stays", "2")
    old.key("same", [1, 1] + RDBBuilder.string("1"))
    new.key("same", [1, 1] + RDBBuilder.string("1"))
    var filter = KeyFilter()
    filter.types = [.list]
    let found = try differences(side([old.file()]), side([new.file()]), filter: filter)
    #expect(
      try found.lines() == ["changed 0 \"becomes-list\"", "changed 0 \"becomes-string\""])
    #expect(found.report.totals.unchanged == 1)
  }

  @Test func `the value of a key whose name is not meant is not decoded`() throws {
    var builder = RDBBuilder()
    builder.key("broken", [11] + RDBBuilder.string([1, 2, 3]))
    builder.string("good", "1")
    var filter = KeyFilter()
    filter.globs = [GlobPattern(Array("g*".utf8))]
    let whole = try side([builder.file()])
    #expect(try differences(whole, whole, filter: filter).report.totals.unchanged == 1)
    #expect(throws: BackupError.self) { try differences(whole, whole) }
  }

  private func file(_ keys: [String]) -> [UInt8] {
    var builder = RDBBuilder()
    for key in keys { builder.string(key, "1") }
    return builder.file()
  }
}
