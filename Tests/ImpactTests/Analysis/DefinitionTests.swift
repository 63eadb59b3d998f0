import Impact
import Keyspace
import RDB
import TestSupport
import Testing

/// What lost, resurrected and regressed mean (design §3).
struct DefinitionTests {
  let soon = restoreMoment + hour

  @Test func `what only the current state has is lost`() throws {
    let report = try impact(of: [Entry("both")], on: [Entry("both"), Entry("new")])
    #expect(report.changes == ["new": .lost])
    #expect(report.totals == .counts(lost: 1, unchanged: 1))
  }

  @Test func `what only the backup has is resurrected`() throws {
    let report = try impact(of: [Entry("both"), Entry("old")], on: [Entry("both")])
    #expect(report.changes == ["old": .resurrected])
    #expect(report.totals == .counts(resurrected: 1, unchanged: 1))
  }

  @Test func `what both have with other values is regressed`() throws {
    let report = try impact(of: [Entry("k", .string("5"))], on: [Entry("k", .string("4"))])
    #expect(report.changes == ["k": .regressed])
    #expect(report.totals == .counts(regressed: 1))
  }

  @Test(arguments: [
    (Entry.Value.string("a"), Entry.Value.list(["a"])), (.set(["a"]), .list(["a"])),
    (.hash(["a": "b"]), .list(["a", "b"])), (.set(["a", "b"]), .hash(["a": "b"])),
    (.sortedSet(["a": 0]), .hash(["a": "0"])), (.string(""), .string("\u{0}")),
  ])
  func `what both have with other types is regressed`(old: Entry.Value, new: Entry.Value) throws {
    #expect(try impact(of: [Entry("k", old)], on: [Entry("k", new)]).changes == ["k": .regressed])
    #expect(try impact(of: [Entry("k", new)], on: [Entry("k", old)]).changes == ["k": .regressed])
  }

  @Test(arguments: [
    (soon: restoreMoment + 1, later: restoreMoment + 2 as Int64?), (restoreMoment, nil),
    (restoreMoment + day, restoreMoment), (.max, .max - 1), (.max, nil),
  ])
  func `what both have with only other expiries has a regressed expiry`(
    old: Int64, new: Int64?
  ) throws {
    let (first, second) = ([Entry("k", expires: old)], [Entry("k", expires: new)])
    #expect(try impact(of: first, on: second).changes == ["k": .regressedExpiry])
    #expect(try impact(of: second, on: first).changes == ["k": .regressedExpiry])
    #expect(try impact(of: first, on: first).changes == [:])
    #expect(try impact(of: second, on: second).changes == [:])
  }

  @Test func `another value counts more than another expiry`() throws {
    let report = try impact(
      of: [Entry("k", .string("a"), expires: soon)], on: [Entry("k", .string("b"))])
    #expect(report.changes == ["k": .regressed])
  }

  @Test(arguments: [
    (Entry.Value.string("10"), Entry.Value.record([0, 0xC0, 10])),
    (.string("-1"), .record([0, 0xC2, 0xFF, 0xFF, 0xFF, 0xFF])),
    (.string("aaaaaaaaaaaaaaaaaaaaaaaa"), .compressedString("aaaaaaaaaaaaaaaaaaaaaaaa")),
    (.set(["1", "2", "-3"]), .intset([-3, 1, 2])), (.set(["a", "b"]), .set(["b", "a"])),
    (.hash(["f": "v", "1": "2"]), .hashListpack(["1", "2", "f", "v"])),
    (.sortedSet(["a": 1, "b": -2.5]), .sortedSetListpack(["b", "-2.5", "a", "1"])),
    (.sortedSet(["a": 0]), .sortedSet(["a": -0.0])),
    (.sortedSet(["a": .infinity]), .sortedSetListpack(["a", "inf"])),
  ])
  func `the same value in another encoding is unchanged`(
    old: Entry.Value, new: Entry.Value
  ) throws {
    let report = try impact(of: [Entry("k", old)], on: [Entry("k", new)])
    #expect(report.changes == [:])
    #expect(report.totals == .counts(unchanged: 1))
  }

  @Test(arguments: [
    (Entry.Value.list(["a", "b"]), Entry.Value.list(["b", "a"])),
    (.list(["a", "b"]), .list(["ab"])), (.list(["a", ""]), .list(["a"])),
    (.hash(["a": "b", "c": "d"]), .hash(["a": "d", "c": "b"])),
    (.sortedSet(["a": 1, "b": 2]), .sortedSet(["a": 2, "b": 1])),
    (.sortedSet(["a": 1]), .sortedSet(["a": 1.0000000000000002])),
    (.set(["a", "b"]), .set(["a"])), (.string("1"), .string("1 ")), (.string("1"), .string("01")),
  ])
  func `values that only look alike are regressed`(old: Entry.Value, new: Entry.Value) throws {
    #expect(try impact(of: [Entry("k", old)], on: [Entry("k", new)]).changes == ["k": .regressed])
  }

  @Test(
    arguments: [
      (restoreMoment + 1, true), (restoreMoment, true), (restoreMoment - 1, false), (0, false),
      (-1, false), (.min, false), (.max, true),
    ] as [(Int64, Bool)])
  func `a key is alive until its expiry has passed`(expiry: Int64, isAlive: Bool) throws {
    let keys = [Entry("k", expires: expiry)]
    #expect(try impact(of: keys, on: []).totals == .counts(resurrected: isAlive ? 1 : 0))
    #expect(try impact(of: [], on: keys).totals == .counts(lost: isAlive ? 1 : 0))
    #expect(try impact(of: keys, on: keys).totals == .counts(unchanged: isAlive ? 1 : 0))
    let report = try impact(of: keys, on: keys)
    #expect(report.backup.snapshot.keys == 1)
    #expect(report.backup.snapshot.expired == (isAlive ? 0 : 1))
    #expect(report.current?.snapshot.expired == (isAlive ? 0 : 1))
  }

  @Test func `expiry is judged at the restore, not when a file was written`() throws {
    let keys = [Entry("k", expires: restoreMoment + minute)]
    #expect(try impact(of: keys, on: [], at: restoreMoment + minute).changes == ["k": .resurrected])
    #expect(try impact(of: keys, on: [], at: restoreMoment + minute + 1).changes == [:])
  }

  @Test func `a key that only expired since is nothing to speak of`() throws {
    let report = try impact(of: [Entry("k", expires: restoreMoment - hour)], on: [])
    #expect(report.changes == [:])
    #expect(report.severity == .none)
    #expect(report.backup.snapshot.expired == 1)
  }

  @Test func `a key that has expired in the backup only is lost`() throws {
    let report = try impact(
      of: [Entry("k", .string("a"), expires: restoreMoment - 1)],
      on: [Entry("k", .string("b"), expires: soon)])
    #expect(report.changes == ["k": .lost])
  }

  @Test func `a key that has expired in the current state only is resurrected`() throws {
    let report = try impact(
      of: [Entry("k", .string("a"))], on: [Entry("k", .string("a"), expires: restoreMoment - 1)])
    #expect(report.changes == ["k": .resurrected])
  }

  @Test func `the same name in another database is another key`() throws {
    let report = try impact(
      of: [Entry("k", .string("a")), Entry("k", .string("b"), in: 1), Entry("x", in: 7)],
      on: [Entry("k", .string("a"), in: 1), Entry("k", .string("a"), in: 2), Entry("x", in: 7)])
    #expect(report.changes == ["k": .resurrected, "1/k": .regressed, "2/k": .lost])
    #expect(report.totals == .counts(lost: 1, regressed: 1, resurrected: 1, unchanged: 1))
  }

  @Test func `names are bytes`() throws {
    let (composed, decomposed) = (Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8))
    let report = try impact(
      of: [Entry(bytes: composed), Entry(bytes: [0xFF, 0x00]), Entry("")],
      on: [Entry(bytes: decomposed), Entry(bytes: [0xFF]), Entry("")])
    #expect(report.keys.map(\.name) == [decomposed, composed, [0xFF], [0xFF, 0x00]])
    #expect(report.keys.map(\.change) == [.lost, .resurrected, .lost, .resurrected])
    #expect(report.totals.unchanged == 1)
  }

  @Test func `keys are listed by database and the bytes of their names`() throws {
    let names: [[UInt8]] = [[], [0x00], [0x41], [0x41, 0x42], [0x61], [0x7F], [0x80], [0xFF]]
    var entries: [Entry] = []
    for database in [9, 0, 10] as [UInt64] {
      entries += names.shuffled().map { Entry(bytes: $0, in: database) }
    }
    let report = try impact(of: [], on: entries)
    #expect(report.keys.map(\.name) == names + names + names)
    #expect(report.keys.map(\.database) == [0, 9, 10].flatMap { Array(repeating: $0, count: 8) })
  }

  @Test func `type and expiry are the current state's where it has the key`() throws {
    let report = try impact(
      of: [Entry("both", .list(["a"]), expires: soon), Entry("old", .set(["a"]), expires: soon)],
      on: [Entry("both", .hash(["a": "b"]), expires: soon + 1), Entry("new", .sortedSet(["a": 1]))])
    #expect(report.keys.map(\.type) == [.hash, .zset, .set])
    #expect(report.keys.map(\.expiry) == [soon + 1, nil, soon])
  }

  @Test func `two empty states are the same`() throws {
    let report = try impact(of: [], on: [])
    #expect(report.totals == ChangeCounts())
    #expect(report.severity == .none)
    #expect(report.keys.isEmpty)
    #expect(report.unknown.isEmpty)
  }
}
