import AOF
import BinaryInput
import RDB
import TestSupport
import Testing

@testable import Keyspace

/// What a replay takes from the base of a log, and what it leaves in its files.
struct BaseTests {
  private static func command(_ words: String...) -> [UInt8] {
    Array(
      ("*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()).utf8)
  }

  /// A log of commands behind an RDB.
  private func snapshot(
    _ commands: [UInt8] = [], _ change: (inout RDBBuilder) -> Void
  ) throws(ReplayError) -> Snapshot {
    var builder = RDBBuilder("REDIS0010")
    change(&builder)
    let file = InputFile(builder.file() + commands, named: "log")
    guard let log = try? AppendOnlyLog(file: file) else {
      Issue.record("no log")
      throw .damaged(path: "log", .truncated(needed: 1, available: 0, at: 0))
    }
    return try Snapshot(replaying: log, now: 0)
  }

  private func strings(_ snapshot: Snapshot) throws -> [String: String] {
    var strings: [String: String] = [:]
    var scratch = ValueScratch()
    _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
      var reading = StringReading()
      try key.value.decode(into: &reading, scratch: &scratch)
      strings[String(decoding: [UInt8](copying: key.name), as: UTF8.self)] = reading.text
    }
    return strings
  }

  @Test func `a key that a base has twice is refused, touched or not`() throws {
    for commands in [[], Self.command("SET", "a", "3"), Self.command("SET", "b", "3")] {
      let error = #expect(throws: ReplayError.self) {
        try snapshot(commands) { (base) in
          base.string("a", "1")
          base.string("b", "1")
          // What has expired counts here: a server keeps it when it loads a base.
          base.expiry(5)
          base.string("a", "2")
        }
      }
      guard case .refused(let problem)? = error else {
        Issue.record("\(error as Any)")
        continue
      }
      #expect(problem.message.contains("twice"), "\(problem)")
    }
    #expect(
      try snapshot { (base) in
        base.string("a", "1")
        base.selectDatabase(1)
        base.string("a", "1")
        base.key("b", [2, 0])
        base.string("b", "1")
      }.walk(at: .min) { (_) throws(FormatError) in }.keys == 3)
  }

  @Test func `a value that a server refuses is refused if a command touches it, too`() throws {
    let set = [2, 2] + RDBBuilder.string("m") + RDBBuilder.string("m")
    let untouched = try snapshot { $0.key("s", set) }
    #expect(throws: FormatError.self) { try untouched.check() }
    let error = #expect(throws: ReplayError.self) {
      try snapshot(Self.command("SADD", "s", "n")) { $0.key("s", set) }
    }
    guard case .refused(let problem)? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(problem.error.code == "duplicate-member")
    #expect(problem.error.offset == 9 + 3)
    #expect(problem.error.key == Array("s".utf8))
  }

  @Test func `every function library counts, however many there are`() throws {
    var commands: [UInt8] = Self.command("FUNCTION", "DELETE", "lib7")
    for number in 1500..<2200 {
      commands += Self.command("FUNCTION", "LOAD", "#!lua name=lib\(number)\n")
    }
    commands += Self.command("FUNCTION", "LOAD", "REPLACE", "#!lua name=lib3\n-- new")
    let replayed = try snapshot(commands) { (base) in
      for number in 0..<1500 {
        base.append([0xF5] + RDBBuilder.string("#!lua name=lib\(number)\n"))
      }
    }
    let functions = try replayed.walk(at: .min) { (_) throws(FormatError) in }.functions
    #expect(replayed.replay?.refused == 0)
    #expect(functions.count == 2199)
    #expect(functions[3] == Array("#!lua name=lib3\n-- new".utf8))
    #expect(functions[7] == Array("#!lua name=lib8\n".utf8))
    #expect(functions.last == Array("#!lua name=lib2199\n".utf8))
  }

  @Test func `a long string stays in the log until a command changes it`() throws {
    let long = String(repeating: "a long value, ", count: 9)
    let commands =
      Self.command("SET", "kept", long) + Self.command("SET", "changed", long)
      + Self.command("APPEND", "changed", "!") + Self.command("SET", "copied", long)
      + Self.command("COPY", "copied", "copy") + Self.command("DEL", "copied")
      + Self.command("MSET", "m", long, "n", "short") + Self.command("RENAME", "m", "renamed")
      + Self.command("SET", "cut", long) + Self.command("SETRANGE", "cut", "2", "-")
      + Self.command("SET", "number", long) + Self.command("INCR", "number")
    let replayed = try snapshot(commands) { $0.string("base", "1") }
    #expect(replayed.replay?.refused == 1)
    #expect(
      try strings(replayed) == [
        "base": "1", "kept": long, "changed": long + "!", "copy": long, "renamed": long,
        "n": "short", "cut": "a -" + long.dropFirst(3), "number": long,
      ])
    guard case .log(let log, _) = replayed.source else { return }
    var places = 0
    for database in log.databases.values {
      var place = database.first
      while let current = place {
        if case .logged = database.entry(at: current).value { places += 1 }
        place = database.names.place(after: current)
      }
    }
    #expect(places == 4, "kept, copy, renamed, number")
  }

  @Test func `a string of a compressed log is kept, for that can only be read forward`() throws {
    let strings = LoggedStrings(of: [InputFile(OneReading(), size: 100, named: "stream")])
    #expect(strings.string(part: 0, at: 10, 50) == nil)
    #expect(LoggedStrings(of: []).string(part: 0, at: 10, 50) == nil)
  }

  @Test func `where a logged string stands is kept exactly`() throws {
    for (part, offset, count) in [(0, 0, 32), (255, (1 << 36) - 1, (1 << 20) - 1), (3, 77, 500)] {
      let string = try #require(LoggedString(part: part, offset: offset, count: count))
      #expect((string.part, string.offset, string.count) == (part, offset, count))
    }
    #expect(LoggedString(part: 256, offset: 0, count: 40) == nil)
    #expect(LoggedString(part: 0, offset: 1 << 36, count: 40) == nil)
    #expect(LoggedString(part: 0, offset: 0, count: 1 << 20) == nil)
    #expect(LoggedString(part: 0, offset: 0, count: 31) == nil)
  }
}

private struct OneReading: ByteStreamSource {
  func open() throws(FormatError) -> any ByteStream {
    throw .truncated(needed: 1, available: 0, at: 0)
  }
}

/// Keeps the string that it is shown.
private struct StringReading: ValueVisitor, ~Copyable {
  var text = ""
  mutating func string(_ value: Span<UInt8>) {
    text = String(decoding: [UInt8](copying: value), as: UTF8.self)
  }
}
