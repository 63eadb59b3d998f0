import AOF
import BinaryInput
import RDB
import TestSupport
import Testing

@testable import Keyspace

/// Commands that Redis 7.0 does not have, and what a replay does with what it does not know.
struct NewerCommandTests {
  @Test
  func `HPEXPIREAT sets expiries of fields, under its conditions`() throws {
    let hash = try hash(
      "HSET h a 1 b 2 c 3", "HPEXPIREAT h 5000 FIELDS 2 a b", "HPEXPIREAT h 6000 GT FIELDS 2 a c",
      "HPEXPIREAT h 4000 GT FIELDS 1 b", "HPEXPIREAT h 7000 NX FIELDS 2 a c")
    #expect(hash == ["a": "1 6000", "b": "2 5000", "c": "3 7000"])
  }

  @Test
  func `HEXPIREAT counts seconds, and HEXPIRE and HPEXPIRE count from the log's clock`() throws {
    let hash = try hash(
      "#TS:100", "HSET h a 1 b 2 c 3", "HEXPIREAT h 7 LT FIELDS 1 a", "HEXPIRE h 5 FIELDS 1 b",
      "HPEXPIRE h 5 XX FIELDS 2 b c")
    #expect(hash == ["a": "1 7000", "b": "2 100005", "c": "3"])
  }

  @Test
  func `HSET clears the expiry of a field, HINCRBY keeps it, HPERSIST removes it`() throws {
    let hash = try hash(
      "HSET h a 1 b 2 c 3", "HPEXPIREAT h 5000 FIELDS 3 a b c", "HSET h a 9", "HINCRBY h b 5",
      "HPERSIST h FIELDS 2 c nothing")
    #expect(hash == ["a": "9", "b": "7 5000", "c": "3"])
  }

  @Test
  func `HSETEX, HGETEX and HGETDEL change values and expiries`() throws {
    let hash = try hash(
      "HSETEX h PXAT 5000 FIELDS 2 a 1 b 2", "HSETEX h KEEPTTL FIELDS 1 a 3",
      "HSETEX h FNX FIELDS 1 a 4", "HSETEX h FXX PXAT 6000 FIELDS 1 b 5",
      "HSETEX h FIELDS 2 c 6 d 7", "HGETEX h PERSIST FIELDS 1 b", "HGETEX h PXAT 8000 FIELDS 1 d",
      "HGETDEL h FIELDS 1 c")
    #expect(hash == ["a": "3 5000", "b": "5", "d": "7 8000"])
    #expect(try replay("HSET h a 1", "HGETDEL h FIELDS 1 a").keys == [:])
  }

  @Test
  func `MSETEX sets all keys with one expiry, or none`() throws {
    let replayed = try replay(
      "MSETEX 2 a 1 b 2 PXAT 5000", "MSETEX 2 a 9 c 9 NX", "MSETEX 1 b 7 XX KEEPTTL")
    #expect(replayed.keys == ["a": "1 @5000", "b": "7 @5000"])
  }

  @Test
  func `the operations of BITOP that Redis 8 has added are those of its documentation`() throws {
    let replayed = try replay(
      "SET a ~", "SET b 0", "SET c Q", "BITOP DIFF d1 a b c", "BITOP DIFF1 d2 a b c",
      "BITOP ANDOR d3 a b c", "BITOP ONE d4 a b c")
    let (a, b, c): (UInt8, UInt8, UInt8) = (0x7E, 0x30, 0x51)
    let one = (a ^ b ^ c) & ~(a & b & c)
    let expected = [("d1", a & ~(b | c)), ("d2", ~a & (b | c)), ("d3", a & (b | c)), ("d4", one)]
    for (name, byte) in expected {
      #expect(replayed.keys[name] == String(decoding: [byte], as: UTF8.self), "\(name)")
    }
  }

  @Test
  func `RESTORE, FUNCTION RESTORE and commands without data are known`() throws {
    let payload: [UInt8] = hex("00 C0 00 0A 00 98 40 A7 78 F8 50 03 08")
    var log = Self.encoded(
      [Array("RESTORE".utf8), [0x6B], Array("5000".utf8), payload]
        + ["REPLACE", "ABSTTL"].map { Array($0.utf8) })
    let code = Array("#!lua name=one\nreturn 1".utf8)
    log += Self.encoded(
      ["FUNCTION", "RESTORE"].map { Array($0.utf8) }
        + [[245, UInt8(code.count)] + code + [UInt8](repeating: 0, count: 10)])
    for line in ["MULTI", "SPUBLISH a b", "EXEC", "SCRIPT LOAD x", "SCRIPT FLUSH"] {
      log += Self.encoded(line.split(separator: " ").map { Array($0.utf8) })
    }
    let replayed = try Replayed(log)
    #expect(replayed.keys == ["k": "0 @5000"])
    #expect(replayed.functions == [code] && replayed.report.unknown == [:])
  }

  @Test
  func `a command that is not known is named and makes the state incomplete`() throws {
    let replayed = try replay("SET a 1", "ARSET k 1 v", "arset k 2 v", "XREADGROUP a", "EVAL x 0")
    #expect(
      replayed.report.unknown.mapValues(\.count) == ["arset": 2, "xreadgroup": 1, "eval": 1])
    #expect(replayed.report.isIncomplete && replayed.keys == ["a": "1"])
  }

  @Test(
    arguments: [
      "SPOP s", "XADD x * f v", "XTRIM x MAXLEN ~ 3", "SET a 1 IFEQ 2", "INCRBYFLOAT a 1.5",
      "SORT l BY nothing:* ALPHA STORE t", "SET a",
    ])
  func `a command whose effect the log does not tell makes the state incomplete`(line: String)
    throws
  {
    let replayed = try replay("SADD s 1 2", "RPUSH l b a", "XADD x 1-1 f v", line)
    #expect(replayed.report.unknown.count == 1)
  }

  @Test
  func `what a server refuses changes nothing and is counted`() throws {
    let replayed = try replay("SET a x", "LPUSH a y", "INCR a", "RENAME nothing b")
    #expect(replayed.keys == ["a": "x"])
    #expect(replayed.report.refused == 3 && !replayed.report.isIncomplete)
    #expect(replayed.report.firstRefusal?.offset == 27)
  }

  // MARK: Replaying

  private func replay(_ lines: String...) throws -> Replayed {
    try Replayed(Self.log(lines))
  }

  private func hash(_ lines: String...) throws -> [String: String] {
    try Replayed(Self.log(lines)).fields
  }

  private static func log(_ lines: [String]) -> [UInt8] {
    lines.flatMap { line in
      line.hasPrefix("#")
        ? Array("\(line)\r\n".utf8)
        : encoded(line.split(separator: " ").map { Array($0.utf8) })
    }
  }

  static func encoded(_ words: [[UInt8]]) -> [UInt8] {
    words.reduce(into: Array("*\(words.count)\r\n".utf8)) { bytes, word in
      bytes += Array("$\(word.count)\r\n".utf8) + word + Array("\r\n".utf8)
    }
  }
}

/// Strings with their expiries, and the fields of the hash `h`.
private struct Replayed: ValueVisitor {
  private(set) var keys: [String: String] = [:]
  private(set) var fields: [String: String] = [:]
  private(set) var functions: [[UInt8]] = []
  private(set) var report = ReplayReport(rows: 0)
  private var text = ""

  init(_ log: [UInt8]) throws {
    let snapshot = try Snapshot(
      replaying: AppendOnlyLog(file: InputFile(log, named: "log")), now: 1_000_000)
    report = try #require(snapshot.replay)
    var visitor = self
    let description = try snapshot.walk(at: .min) { (key) throws(FormatError) in
      var scratch = ValueScratch()
      visitor.text = ""
      try key.value.decode(into: &visitor, scratch: &scratch)
      guard key.value.type == .string else { return }
      let name = String(decoding: [UInt8](copying: key.name), as: UTF8.self)
      visitor.keys[name] = visitor.text + (key.attributes.expiry.map { " @\($0)" } ?? "")
    }
    self = visitor
    functions = description.functions
  }

  mutating func string(_ value: Span<UInt8>) {
    text = String(decoding: [UInt8](copying: value), as: UTF8.self)
  }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    let name = String(decoding: [UInt8](copying: field), as: UTF8.self)
    fields[name] =
      String(decoding: [UInt8](copying: value), as: UTF8.self) + (expiry.map { " \($0)" } ?? "")
  }
}
