import BinaryInput
import Keyspace
import RDB
import TestSupport
import Testing

/// What decoding does not have to notice: one test for each rule, broken in a sound file.
struct VerificationRuleTests {
  private func verify(_ builder: RDBBuilder, trailing: [UInt8] = []) throws -> Verification {
    try KeyspaceTests.verify(builder.file() + trailing)
  }

  private func expectProblem(
    _ verification: Verification, _ code: String, _ severity: Verification.Problem.Severity,
    at offset: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(verification.problems.map(\.code) == [code], sourceLocation: sourceLocation)
    #expect(verification.problems.first?.severity == severity, sourceLocation: sourceLocation)
    #expect(verification.problems.first?.offset == offset, sourceLocation: sourceLocation)
    #expect(verification.isIntact == (severity == .warning), sourceLocation: sourceLocation)
  }

  /// Expects that the value breaks one rule, and names the key.
  private func expectProblem(
    in record: [UInt8], _ code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let verification = try KeyspaceTests.verify(RDBBuilder.file(record))
    expectProblem(verification, code, .error, at: 12, sourceLocation: sourceLocation)
    #expect(verification.problems.first?.key == Array("k".utf8), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "02 02 01 \"a\" 01 \"a\"", "02 02 C0 05 01 \"5\"", "04 02 01 \"f\" 01 \"a\" 01 \"f\" 01 \"b\"",
    "03 02 01 \"a\" FF 01 \"a\" FE",
    "05 02 01 \"a\" 00 00 00 00 00 00 00 00 01 \"a\" 00 00 00 00 00 00 F8 3F",
    "14 0D 0D 00 00 00 02 00 81 61 02 81 61 02 FF", "14 0C 0C 00 00 00 02 00 01 01 81 31 02 FF",
    "09 0C 02 01 \"f\" 01 00 \"a\" 01 \"f\" 01 00 \"b\" FF",
    "18 00 00 00 00 00 00 00 00 02 00 01 \"f\" 01 \"a\" 00 01 \"f\" 01 \"b\"",
  ])
  func `no member or field is there twice`(record: String) throws {
    var record = hex(record)
    if record[0] == 9 { record[1] = UInt8(record.count - 2) }
    try expectProblem(in: record, "duplicate-member")
  }

  @Test(arguments: [["b", "2", "a", "1"], ["b", "1", "a", "1"], ["a", "inf", "b", "-inf"]])
  func `packed members are in the order of scores and names`(texts: [String]) throws {
    try expectProblem(in: [17] + ListpackBuilder(texts).string(), "sorted-set-order")
  }

  @Test func `members that are not packed have no order`() throws {
    let record = hex("05 02 01 \"a\" 00 00 00 00 00 00 F8 3F 01 \"b\" 00 00 00 00 00 00 00 00")
    #expect(try KeyspaceTests.verify(RDBBuilder.file(record)).problems == [])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 14, 18] as [UInt8])
  func `a value has elements`(type: UInt8) throws {
    try expectProblem(in: [type, 0], "empty-key")
  }

  @Test func `an empty string or stream is a value`() throws {
    #expect(try KeyspaceTests.verify(RDBBuilder.file([0, 0])).problems == [])
    let stream = hex("15 00 00 43 ED 00 00 00 43 ED 00 03 00")
    #expect(try KeyspaceTests.verify(RDBBuilder.file(stream)).problems == [])
  }

  /// What is changed in a sound stream, and the rule that it breaks.
  struct StreamChange: CustomStringConvertible, Sendable {
    let description: String
    let code: String
    let change: @Sendable (inout StreamBuilder) -> Void

    init(
      _ description: String, _ code: String,
      _ change: @escaping @Sendable (inout StreamBuilder) -> Void
    ) {
      self.description = description
      self.code = code
      self.change = change
    }
  }

  @Test(arguments: [
    StreamChange("an entry more than there are", "stream-length") { $0.length = 4 },
    StreamChange("no nodes, and a length", "stream-nodes") {
      $0.nodes = []; $0.length = 1; $0.first = 0
    },
    StreamChange("an entry before the one before it", "stream-entry-order") {
      $0.nodes[0].swapAt(0, 1); $0.first = 2
    },
    StreamChange("an entry twice", "stream-entry-order") { $0.nodes[1][0].id = 2 },
    StreamChange("the last id before the last entry", "stream-ids") { $0.last = 4 },
    StreamChange("another first id", "stream-ids") { $0.first = 2 },
    StreamChange("no first id", "stream-ids") { $0.first = 0 },
    StreamChange("a group twice", "stream-duplicate-name") { $0.groups[1].name = "g" },
    StreamChange("a consumer twice", "stream-duplicate-name") {
      $0.groups[0].consumers[1].name = "alice"
    },
    StreamChange("a pending entry twice", "stream-duplicate-pending") {
      $0.groups[0].pending.append($0.groups[0].pending[0])
    },
    StreamChange("two owners", "stream-duplicate-pending") {
      $0.groups[0].consumers[1].owned = [2, 1]
    },
    StreamChange("an owner of nothing", "stream-unknown-pending") {
      $0.groups[0].consumers[1].owned = [2, 5]
    },
    StreamChange("no owner", "stream-orphan-pending") { $0.groups[0].consumers[1].owned = [] },
    StreamChange("no owner in the last group", "stream-orphan-pending") {
      $0.groups[1].pending = [(1, 0, 1)]
    },
  ])
  func `a stream agrees with itself`(change: StreamChange) throws {
    var stream = StreamBuilder()
    #expect(try KeyspaceTests.verify(RDBBuilder.file(stream.record)).problems == [])
    change.change(&stream)
    try expectProblem(in: stream.record, change.code)
  }

  @Test func `consumers and pending entries are those of their group`() throws {
    var stream = StreamBuilder()
    stream.groups.append(stream.groups[0])
    stream.groups[2].name = "same names, same entries"
    #expect(try KeyspaceTests.verify(RDBBuilder.file(stream.record)).problems == [])
  }

  @Test func `a key is in a database once`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    builder.string("b", "1")
    builder.selectDatabase(1)
    builder.string("a", "1")
    builder.selectDatabase(0)
    let offset = builder.offset
    builder.expiry(5)
    builder.string("a", "2")
    let verification = try verify(builder)
    expectProblem(verification, "duplicate-key", .error, at: offset)
    #expect(verification.problems.first?.key == Array("a".utf8))
    #expect(verification.duplicates == 1)

    var options = Verification.Options()
    options.looksForDuplicates = false
    let unchecked = try KeyspaceTests.verify(builder.file(), options)
    #expect(unchecked.duplicates == nil)
    #expect(unchecked.problems == [])
  }

  @Test(arguments: [
    "lua name=a\n", "#!lua name=a", "#!lua\n", "#!lua name=\n", "#!lua name=a-b\n", "#!js name=a\n",
    "#!lua name=a name=b\n", "#!lua name=a x=1\n", "",
  ])
  func `a function library begins with its engine and name`(source: String) throws {
    var builder = RDBBuilder()
    let offset = builder.offset
    builder.append([0xF5] + RDBBuilder.string(source))
    expectProblem(try verify(builder), "function-library", .error, at: offset)
  }

  @Test func `a function library is there once`() throws {
    var builder = RDBBuilder()
    builder.append([0xF5] + RDBBuilder.string("#!lua name=a\n"))
    builder.append([0xF5] + RDBBuilder.string("#!LUA NAME=b_2\nreturn"))
    #expect(try verify(builder).problems == [])
    let offset = builder.offset
    builder.append([0xF5] + RDBBuilder.string("#!lua name=a\nother"))
    expectProblem(try verify(builder), "duplicate-library", .error, at: offset)
  }

  @Test(arguments: [("01 00", true), ("02 01", false), ("02 00", false), ("01 01", false)])
  func `a database has as many keys as the file announces`(counts: String, isRight: Bool) throws {
    var builder = RDBBuilder()
    builder.append(hex("FB 01 01"))
    builder.expiry(5)
    builder.string("a", "1")
    builder.selectDatabase(1)
    builder.append(hex("FB \(counts)"))
    builder.string("a", "1")
    let verification = try verify(builder)
    if isRight {
      #expect(verification.problems == [])
    } else {
      expectProblem(verification, "resizedb", .warning, at: builder.offset)
    }
  }

  @Test(arguments: [("05 01 00", true), ("05 02 00", false), ("05 01 01", false)])
  func `a slot has as many keys as are announced`(counts: String, isRight: Bool) throws {
    var builder = RDBBuilder("REDIS0012")
    builder.selectDatabase(0)
    builder.append(hex("F4 \(counts)"))
    builder.string("a", "1")
    let second = builder.offset
    builder.append(hex("F4 06 01 00"))
    builder.string("b", "1")
    let verification = try verify(builder)
    if isRight {
      #expect(verification.problems == [])
    } else {
      expectProblem(verification, "slot-info", .warning, at: second)
    }
  }

  @Test(arguments: ["40 01 61 01 62", "01 61 40 01 62", "80 00 00 00 01 61 01 62"])
  func `a length has its shortest form`(record: String) throws {
    var builder = RDBBuilder()
    let offset = builder.offset + 1 + (record.hasPrefix("01") ? 2 : 0)
    builder.append(hex("00 \(record)"))
    let verification = try verify(builder)
    #expect(verification.isIntact == true)
    expectProblem(verification, "non-canonical-length", .warning, at: offset)
  }

  @Test func `an expiry stands before a key`() throws {
    var builder = RDBBuilder()
    let offset = builder.offset
    builder.expiry(5)
    builder.selectDatabase(0)
    builder.string("a", "1")
    expectProblem(try verify(builder), "dangling-attributes", .warning, at: offset)
  }

  @Test func `nothing follows the end`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    expectProblem(
      try verify(builder, trailing: [1, 2, 3]), "trailing-bytes", .warning, at: builder.offset + 9)
  }

  @Test func `a base of an append-only file is told`() throws {
    var builder = RDBBuilder()
    builder.auxiliary("aof-base", "0")
    #expect(try verify(builder).problems == [])
    builder.auxiliary("aof-base", "1")
    expectProblem(try verify(builder), "aof-base", .warning, at: 0)
  }

  @Test func `a type of release candidates is told`() throws {
    for record in [hex("16 01 00 01 66 01 76"), [23] + ListpackBuilder(["f", "v", "0"]).string()] {
      let verification = try KeyspaceTests.verify(RDBBuilder.file(record))
      expectProblem(verification, "pre-release-type", .warning, at: 9)
    }
  }

  @Test(arguments: [(0 as UInt8, true), (1, false)])
  func `metadata of keys need their module, unless it may be done without`(
    flags: UInt8, isNeeded: Bool
  ) throws {
    var builder = RDBBuilder("REDIS0013")
    builder.append([0xF3, 1, flags, 0, 0, 0] + hex("02 05 00"))
    builder.string("a", "1")
    var options = Verification.Options()
    options.targets = [try #require(ServerRelease(name: "redis-8.6"))]
    let verification = try KeyspaceTests.verify(builder.file(), options)
    #expect(verification.isIntact == true)
    #expect(verification.problems.map(\.code) == (isNeeded ? ["module"] : []))
    #expect((verification.targets[0].refusal == nil) == !isNeeded)
  }

  @Test func `data that need a module are told`() throws {
    let verification = try KeyspaceTests.verify(
      RDBBuilder.file(hex("07 81 B5 EB 2D FF FA DD 6C 01 05 01 61 00")))
    #expect(verification.problems.map(\.code) == ["module"])
    #expect(verification.problems[0].message.contains("test__rdb"))
  }
}
