import BinaryInput
import Foundation
import Keyspace
import RDB
import TestSupport
import Testing

/// Whether a server loads a file: what is said of it, and what a real one does.
struct LoadabilityTests {
  /// Bytes that a server loads, or does not.
  struct Case: CustomStringConvertible, Sendable {
    let description: String
    let bytes: [UInt8]

    init(_ description: String, _ bytes: [UInt8]) {
      self.description = description
      self.bytes = bytes
    }

    init(_ description: String, _ record: String) {
      self.init(description, RDBBuilder.file(hex(record), header: "REDIS0010"))
    }

    init(_ description: String, _ change: (inout RDBBuilder) -> Void) {
      var builder = RDBBuilder("REDIS0010")
      change(&builder)
      self.init(description, builder.file())
    }

    init(_ description: String, stream change: (inout StreamBuilder) -> Void) {
      var stream = StreamBuilder()
      stream.type = 19
      change(&stream)
      self.init(description, RDBBuilder.file(stream.record, header: "REDIS0010"))
    }
  }

  private static let cases: [Case] = [
    Case("sound", "00 01 61"),
    Case("listpack size", "10 0C 0D 00 00 00 02 00 81 61 02 01 01 FF"),
    Case("listpack terminator", "10 0C 0C 00 00 00 02 00 81 61 02 01 01 00"),
    Case("listpack backlength", "10 0C 0C 00 00 00 02 00 81 61 03 01 01 FF"),
    Case("listpack count", "10 0C 0C 00 00 00 04 00 81 61 02 01 01 FF"),
    Case("odd listpack hash", "10 0A 0A 00 00 00 01 00 81 61 02 FF"),
    Case("ziplist previous length", "0A 10 10 00 00 00 0D 00 00 00 02 00 00 01 61 04 F2 FF"),
    Case("ziplist tail", "0A 10 10 00 00 00 0A 00 00 00 02 00 00 01 61 03 F2 FF"),
    Case("ziplist count", "0A 10 10 00 00 00 0D 00 00 00 03 00 00 01 61 03 F2 FF"),
    Case("odd ziplist hash", "0D 0E 0E 00 00 00 0A 00 00 00 01 00 00 01 62 FF"),
    Case("zipmap count", "09 07 02 01 66 01 00 76 FF"),
    Case("empty zipmap", "09 02 00 FF"),
    Case("intset width", "0B 0A 03 00 00 00 01 00 00 00 05 00"),
    Case("intset size", "0B 0A 02 00 00 00 02 00 00 00 05 00"),
    Case("intset order", "0B 0C 02 00 00 00 02 00 00 00 05 00 01 00"),
    Case("quicklist node", "12 01 03 01 61"),
    Case("empty quicklist node", "12 01 01 00"),
    Case("LZF length", "00 C3 09 40 41 01 61 61 E0 33 00 01 61 61"),
    Case("NaN", "05 01 01 61 00 00 00 00 00 00 F8 7F"),
    Case("packed score", "11 0D 0D 00 00 00 02 00 81 61 02 81 78 02 FF"),
    Case("packed order", "11 10 10 00 00 00 04 00 81 62 02 02 01 81 61 02 01 01 FF"),
    Case("duplicate set member", "02 02 01 \"a\" 01 \"a\""),
    Case(
      "duplicate sorted set member",
      "05 02 01 \"a\" 00 00 00 00 00 00 00 00 01 \"a\" 00 00 00 00 00 00 F8 3F"),
    Case("duplicate small hash field", "04 02 01 \"f\" 01 \"a\" 01 \"f\" 01 \"b\""),
    Case(
      "duplicate field of a ziplist",
      "0D 17 17 00 00 00 13 00 00 00 04 00 00 01 66 03 01 76 03 01 66 03 01 76 FF"),
    Case("special form for the count of a list", "01 C2 01 61 01 62"),
    Case("special form for the count of a hash", "04 C1 01 66 01 76"),
    Case("special form for a container", "12 01 C2 09 09 00 00 00 01 00 81 61 02 FF"),
    Case("special form for more elements than there are", "02 C5 01 61"),
    Case("special form for a database") {
      $0.append([0xFE, 0xC1]); $0.string("a", "1")
    },
    Case("special form for a database that is not there") {
      $0.append([0xFE, 0xDF]); $0.string("a", "1")
    },
    Case("hexadecimal score", "03 01 01 6D 04 30 78 31 30"),
    Case("score with something behind it", "03 01 01 6D 05 20 31 2E 35 61"),
    Case("score that is cut off", "03 01 01 6D 03 31 00 78"),
    Case("score that is a word", "03 01 01 6D 03 61 62 63"),
    Case("score NaN as text", "03 01 01 6D 03 6E 61 6E"),
    Case("score with half an exponent", "03 01 01 6D 02 31 65"),
    Case("version with a letter", RDBBuilder.file(hex("00 01 61"), header: "REDIS010x")),
    Case("version after a blank", RDBBuilder.file(hex("00 01 61"), header: "REDIS +10")),
    Case("version of two digits", RDBBuilder.file(hex("00 01 61"), header: "REDIS10xx")),
    Case("version below zero", RDBBuilder.file(hex("00 01 61"), header: "REDIS-010")),
    Case("version without digits", RDBBuilder.file(hex("00 01 61"), header: "REDISabcd")),
    Case("version after other letters", RDBBuilder.file(hex("00 01 61"), header: "REDIS0x10")),
    Case("key twice, the first of it expired") {
      $0.expiry(5); $0.string("a", "1"); $0.string("a", "2")
    },
    Case("key twice, the second of it expired") {
      $0.string("a", "1"); $0.expiry(5); $0.string("a", "2")
    },
    Case("key twice, with an expiry far away") {
      $0.expiry(4_000_000_000_000); $0.string("a", "1"); $0.string("a", "2")
    },
    Case("key three times, the second of it expired") {
      $0.string("a", "1"); $0.expiry(5); $0.string("a", "2"); $0.string("a", "3")
    },
    Case("key twice, once of it empty") {
      $0.key("a", [2, 0]); $0.string("a", "2")
    },
    Case("empty list", "01 00"), Case("empty set", "02 00"), Case("empty sorted set", "05 00"),
    Case("empty hash", "04 00"), Case("empty listpack", "10 07 07 00 00 00 00 00 FF"),
    Case("empty quicklist", "12 00"),
    Case("a longer length than needed", "00 80 00 00 00 01 61"),
    Case("length form", "00 82 61"), Case("string form", "00 C4"),
    Case("value type", "08 01 61"),
    Case("value type of a later version", "14 0C 0C 00 00 00 02 00 81 61 02 01 01 FF"),
    Case("a module", "07 81 B5 EB 2D FF FA DD 6C 01 05 01 61 00"),
    Case("duplicate key") {
      $0.string("a", "1"); $0.string("a", "2")
    },
    Case("room for 2^44 keys") {
      $0.append(hex("FB 81 00 00 10 00 00 00 00 00 00")); $0.string("a", "1")
    },
    Case("an idle time of 2^64 - 1") {
      $0.append(hex("F8 81 FF FF FF FF FF FF FF FF")); $0.string("a", "1")
    },
    // What is kept in another encoding is taken apart while it is loaded.
    Case(
      "duplicate field of a hash with a long value",
      "04 03 01 \"f\" 01 \"1\" 01 \"f\" 01 \"2\" 01 \"g\" 40 64 "
        + String(repeating: "78 ", count: 100)),
    Case(
      "duplicate field of a hash with many fields",
      "04 42 02 " + String(repeating: "01 \"f\" 01 \"v\" ", count: 514)),
    Case(
      "damaged listpack that does not say its length",
      "10 0F 0F 00 00 00 FF FF 81 66 02 81 31 02 F5 01 FF"),
    Case(
      "damaged node of a stream of the first layout",
      "0F 01 10 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 14 14 00 00 00 05 00 01 01 00 01 01 01 "
        + "81 66 02 00 01 F5 01 FF 01 01 00 00"),
    Case(
      "empty node of a stream",
      "13 01 10 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 07 07 00 00 00 00 00 FF 01 02 00 01 00 "
        + "00 00 01 00"),
    Case("a library after a blank") {
      $0.append(
        [0xF5]
          + RDBBuilder.string(
            "#! lua name=a\nredis.register_function('f', function() return 1 end)\n"))
    },
    Case("a library with quotes and a carriage return") {
      $0.append(
        [0xF5]
          + RDBBuilder.string(
            "#!lua\tname=\"a\"\r\nredis.register_function('f', function() return 1 end)\n"))
    },
    Case("the same key in two databases") {
      $0.string("a", "1"); $0.selectDatabase(1); $0.string("a", "2")
    },
    Case("too many databases") {
      $0.selectDatabase(16); $0.string("a", "1")
    },
    Case("announced keys") {
      $0.append(hex("FB 05 05")); $0.string("a", "1")
    },
    Case("dangling attributes") {
      $0.expiry(.max); $0.selectDatabase(0); $0.string("a", "1")
    },
    Case("a library without a name") { $0.append([0xF5] + RDBBuilder.string("#!lua\n")) },
    Case("a base of an append-only file") {
      $0.auxiliary("aof-base", "1"); $0.string("a", "1")
    },
    Case("trailing bytes", RDBBuilder.file(hex("00 01 61"), header: "REDIS0010") + [1, 2, 3]),
    Case("checksum", RDBBuilder.closed(Array("REDIS0010".utf8) + [0xFF], .wrong)),
    Case("no checksum", RDBBuilder.closed(Array("REDIS0010".utf8) + [0xFF], .disabled)),
    Case("cut off", Array(RDBBuilder.file(hex("00 01 61"), header: "REDIS0010").dropLast())),
    Case("a later version", RDBBuilder.file(hex("00 01 61"), header: "REDIS0011")),
    Case("an earlier version", RDBBuilder.file(hex("00 01 61"), header: "REDIS0003")),
    Case(
      "type newer than the version", RDBBuilder.file(hex("12 01 01 01 61"), header: "REDIS0009")),
    Case("Valkey", RDBBuilder.file(hex("00 01 61"), header: "VALKEY080")),
    Case("sound stream", stream: { _ in }),
    Case("stream length", stream: { $0.length = 7 }),
    Case(
      "stream without nodes",
      stream: {
        $0.nodes = []; $0.length = 1; $0.first = 0
      }),
    Case("stream order", stream: { $0.nodes[1][0].id = 2 }),
    Case("stream ids", stream: { $0.last = 1 }),
    Case("duplicate group", stream: { $0.groups[1].name = "g" }),
    Case("duplicate consumer", stream: { $0.groups[0].consumers[1].name = "alice" }),
    Case("duplicate pending", stream: { $0.groups[0].pending.append($0.groups[0].pending[0]) }),
    Case("two owners", stream: { $0.groups[0].consumers[1].owned = [2, 1] }),
    Case("unknown pending", stream: { $0.groups[0].consumers[1].owned = [2, 5] }),
    Case("no owner", stream: { $0.groups[0].consumers[1].owned = [] }),
  ]

  @Test(
    .enabled(if: RedisServer.version == "7.0.15", "redis-server 7.0.15 is not installed"),
    arguments: cases)
  func `a real server does what is said of it`(example: Case) throws {
    var options = Verification.Options()
    options.targets = [try #require(ServerRelease(name: "redis-7.0"))]
    options.loadedAt = Int64(Date().timeIntervalSince1970 * 1000)
    let verification = try KeyspaceTests.verify(example.bytes, options)
    let refusal = verification.targets[0].refusal
    var answer: String?
    do {
      let server = try RedisServer(loading: example.bytes)
      server.stop()
    } catch {
      answer = "\(error)"
    }
    // What this is stricter about than the server, it says so.
    for problem in verification.problems where refusal == nil && problem.severity == .error {
      #expect(problem.message.contains("the server loads it"), "\(problem)")
    }
    // Nothing can be known behind a header that can't be read.
    for problem in verification.problems where verification.version == nil {
      #expect(!problem.message.contains("the server loads it"), "\(problem)")
    }
    #expect(
      (refusal == nil) == (answer == nil),
      "said: \(refusal ?? "loads"); \(answer ?? "the server loads it")")
  }
}
