import BinaryInput
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

struct ValueFingerprinterTests {
  private let hasher = FingerprintHasher(seed: 42)

  private func fingerprint(_ record: [UInt8], _ header: String = "REDIS0014") throws -> Fingerprint
  {
    let facts = try facts(RDBBuilder.file(record, header: header), hasher)
    return try #require(facts[KeyName(0, Array("k".utf8))]).value
  }

  private func packed(_ type: UInt8, _ texts: [String]) -> [UInt8] {
    [type] + ListpackBuilder(texts).string()
  }

  /// Records that are the same value, with the header of the file that has them.
  struct Equals: CustomStringConvertible, Sendable {
    let description: String
    let records: [(String, [UInt8])]

    init(_ description: String, _ records: [[UInt8]], valkey: [UInt8]? = nil) {
      self.description = description
      self.records = records.map { ("REDIS0014", $0) } + (valkey.map { [("VALKEY080", $0)] } ?? [])
    }
  }

  @Test(arguments: [
    Equals(
      "a string as integer or text",
      [hex("00 C0 05"), hex("00 01 \"5\""), hex("00 C3 02 01 00 35")]),
    Equals(
      "a set in any order and encoding",
      [
        hex("02 03 C0 01 C0 02 C1 2C 01"), hex("02 03 03 \"300\" 01 \"1\" 01 \"2\""),
        hex("0B 0E 02 00 00 00 03 00 00 00 01 00 02 00 2C 01"),
        [20] + ListpackBuilder(["300", "2", "1"]).string(),
      ]),
    Equals(
      "a list in any encoding",
      [
        hex("01 02 01 \"a\" C0 01"), hex("12 01 02") + ListpackBuilder(["a", "1"]).string(),
        hex("12 02 01 01 \"a\" 02") + ListpackBuilder(["1"]).string(),
        hex("0A 10 10 00 00 00 0D 00 00 00 02 00 00 01 61 03 F2 FF"),
        hex("0E 01 10 10 00 00 00 0D 00 00 00 02 00 00 01 61 03 F2 FF"),
      ]),
    Equals(
      "a hash in any order and encoding",
      [
        hex("04 02 01 \"f\" 01 \"v\" 01 \"g\" C0 07"),
        hex("04 02 01 \"g\" 01 \"7\" 01 \"f\" 01 \"v\""),
        [16] + ListpackBuilder(["f", "v", "g", "7"]).string(),
        hex("09 0D 02 01 \"f\" 01 00 \"v\" 01 \"g\" 01 01 \"7\" 00 FF"),
        hex("18 00 00 00 00 00 00 00 00 02 00 01 \"f\" 01 \"v\" 00 01 \"g\" 01 \"7\""),
        hex("19 00 00 00 00 00 00 00 00")
          + ListpackBuilder(["f", "v", "0", "g", "7", "0"]).string(),
      ],
      valkey: hex(
        "16 02 01 \"f\" 01 \"v\" FF FF FF FF FF FF FF FF 01 \"g\" 01 \"7\" FF FF FF FF FF FF FF FF")
    ),
    Equals(
      "fields that expire, in any encoding",
      [
        hex("18 0A 00 00 00 00 00 00 00 02 01 01 \"f\" 01 \"v\" 00 01 \"g\" 01 \"7\""),
        hex("18 05 00 00 00 00 00 00 00 02 00 01 \"g\" 01 \"7\" 06 01 \"f\" 01 \"v\""),
        hex("19 00 00 00 00 00 00 00 00")
          + ListpackBuilder(["f", "v", "10", "g", "7", "0"]).string(),
      ],
      valkey: hex(
        "16 02 01 \"f\" 01 \"v\" 0A 00 00 00 00 00 00 00 01 \"g\" 01 \"7\" FF FF FF FF FF FF FF FF")
    ),
    Equals(
      "a sorted set in any order and encoding, −0 as 0",
      [
        hex("03 02 01 \"a\" 01 \"0\" 01 \"b\" 03 \"1.5\""),
        hex("03 02 01 \"b\" 03 \"1.5\" 01 \"a\" 02 \"-0\""),
        hex("05 02 01 \"a\" 00 00 00 00 00 00 00 80 01 \"b\" 00 00 00 00 00 00 F8 3F"),
        [17] + ListpackBuilder(["a", "0", "b", "1.5"]).string(),
        [17] + ListpackBuilder(["a", "-0", "b", "1.50"]).string(),
      ]),
    Equals(
      "a stream in one node or several, groups and consumers in any order, seen at any time",
      [
        StreamBuilder().record,
        changed { $0.nodes = [$0.nodes.flatMap { $0 }] },
        changed { $0.groups.reverse() },
        changed { $0.groups[0].consumers.reverse() },
        changed { $0.groups[0].pending.reverse() },
        changed { $0.groups[0].consumers[0].seen = 7 },
        changed { $0.groups[0].consumers[0].active = -1 },
        changed { $0.type = 19 },
      ]),
  ])
  func `encodings and order make no difference where they mean none`(equals: Equals) throws {
    let fingerprints = try equals.records.map { try fingerprint($0.1, $0.0) }
    for (index, fingerprint) in fingerprints.enumerated() {
      #expect(fingerprint == fingerprints[0], "\(index): \(hexText(equals.records[index].1))")
    }
  }

  private static func changed(_ change: (inout StreamBuilder) -> Void) -> [UInt8] {
    var stream = StreamBuilder()
    change(&stream)
    return stream.record
  }

  @Test func `everything that a user could notice makes a difference`() throws {
    let records: [(String, [UInt8])] = [
      ("string", hex("00 01 61")), ("other string", hex("00 01 62")),
      ("empty string", hex("00 00")),
      ("list", hex("01 02 01 \"a\" 01 \"b\"")),
      ("list in other order", hex("01 02 01 \"b\" 01 \"a\"")),
      ("list cut elsewhere", hex("01 02 00 02 \"ab\"")),
      ("list twice the element", hex("01 02 01 \"a\" 01 \"a\"")),
      ("list of one", hex("01 01 01 \"a\"")),
      ("set of one", hex("02 01 01 \"a\"")), ("set", hex("02 02 01 \"a\" 01 \"b\"")),
      ("set cut elsewhere", hex("02 02 00 02 \"ab\"")),
      ("hash", hex("04 01 01 \"a\" 01 \"b\"")),
      ("hash the other way round", hex("04 01 01 \"b\" 01 \"a\"")),
      ("hash cut elsewhere", hex("04 01 02 \"ab\" 00")),
      ("hash that expires", hex("18 05 00 00 00 00 00 00 00 01 01 01 \"a\" 01 \"b\"")),
      ("hash that expires later", hex("18 06 00 00 00 00 00 00 00 01 01 01 \"a\" 01 \"b\"")),
      ("hash that expires at 0", hex("16 01 01 \"a\" 01 \"b\" 00 00 00 00 00 00 00 00")),
      ("swapped values", hex("04 02 01 \"a\" 01 \"1\" 01 \"b\" 01 \"2\"")),
      ("swapped values, other way", hex("04 02 01 \"a\" 01 \"2\" 01 \"b\" 01 \"1\"")),
      ("zset", hex("03 01 01 \"a\" 01 \"1\"")), ("zset with other score", hex("03 01 01 \"a\" FF")),
      ("zset with other member", hex("03 01 01 \"b\" 01 \"1\"")),
      ("swapped scores", hex("03 02 01 \"a\" 01 \"1\" 01 \"b\" 01 \"2\"")),
      ("swapped scores, other way", hex("03 02 01 \"a\" 01 \"2\" 01 \"b\" 01 \"1\"")),
      ("module", hex("07 81 B5 EB 2D FF FA DD 6C 01 05 01 61 00")),
      ("other module version", hex("07 81 B5 EB 2D FF FA DD 6C 02 05 01 61 00")),
      ("other module", hex("07 81 BD E7 2D A2 BB 1E B4 01 05 01 61 00")),
      ("other module data", hex("07 81 B5 EB 2D FF FA DD 6C 01 05 01 62 00")),
      ("array", hex("1C 01 00 03 00 01 61")), ("array at other index", hex("1C 01 00 04 00 01 61")),
      ("array with cursor", hex("1C 01 01 03 03 00 01 61")),
      ("array with other element", hex("1C 01 00 03 00 01 62")),
    ]
    var seen: [Fingerprint: String] = [:]
    for (name, record) in records {
      let header = name == "hash that expires at 0" ? "VALKEY080" : "REDIS0014"
      let other = seen.updateValue(name, forKey: try fingerprint(record, header))
      #expect(other == nil, "\(name) is taken for \(other ?? "")")
    }
  }

  @Test func `everything that a stream remembers makes a difference`() throws {
    let changes: [(String, (inout StreamBuilder) -> Void)] = [
      ("nothing", { _ in }), ("a value", { $0.nodes[0][0].value = "z" }),
      ("an id", { $0.nodes[1][0].id = 4 }), ("an entry less", { $0.nodes[0].removeLast() }),
      ("the last id", { $0.last = 6 }), ("the greatest deleted id", { $0.maxDeleted = 0 }),
      ("the number of entries ever", { $0.added = 5 }),
      ("a group less", { $0.groups.removeLast() }),
      ("the name of a group", { $0.groups[0].name = "G" }),
      (
        "the groups' names swapped",
        {
          $0.groups[0].name = "h"; $0.groups[1].name = "g"
        }
      ),
      ("the last delivered id", { $0.groups[0].lastDelivered = 3 }),
      ("the entries read", { $0.groups[0].entriesRead = 3 }),
      ("the entries read unknown", { $0.groups[0].entriesRead = .max }),
      (
        "nothing pending",
        {
          $0.groups[0].pending = []; for i in 0..<2 { $0.groups[0].consumers[i].owned = [] }
        }
      ),
      (
        "a pending id",
        {
          $0.groups[0].pending[0].id = 5; $0.groups[0].consumers[0].owned = [5]
        }
      ),
      ("a delivery time", { $0.groups[0].pending[0].time += 1 }),
      ("a delivery count", { $0.groups[0].pending[0].count += 1 }),
      (
        "an owner",
        {
          $0.groups[0].consumers[0].owned = [2]; $0.groups[0].consumers[1].owned = [1]
        }
      ),
      ("a consumer's name", { $0.groups[0].consumers[0].name = "Alice" }),
      ("a consumer more", { $0.groups[1].consumers.append(.init(name: "carol")) }),
      (
        "a consumer moved to the other group",
        {
          $0.groups[0].consumers.append(.init(name: "carol"))
        }
      ),
    ]
    var seen: [Fingerprint: String] = [:]
    for (name, change) in changes {
      let other = seen.updateValue(name, forKey: try fingerprint(Self.changed(change)))
      #expect(other == nil, "\(name) is taken for \(other ?? "")")
    }
  }

  @Test func `fingerprints of different seeds have nothing in common`() throws {
    let record = RDBBuilder.file(hex("00 01 61"))
    let name = KeyName(0, Array("k".utf8))
    let first = try facts(record, FingerprintHasher(seed: 1))[name]
    #expect(try facts(record, FingerprintHasher(seed: 2))[name]?.value != first?.value)
    #expect(try facts(record, FingerprintHasher())[name]?.value != first?.value)
    #expect(try facts(record, FingerprintHasher(seed: 1))[name] == first)
  }

  @Test func `a fingerprint does not depend on the values before it`() throws {
    var builder = RDBBuilder("REDIS0014")
    let records = [StreamBuilder().record, hex("02 01 01 61"), hex("00 00"), hex("01 01 01 61")]
    for (index, record) in (records + records).enumerated() { builder.key("\(index)", record) }
    let facts = try facts(builder.file(), hasher)
    for index in records.indices {
      let again = index + records.count
      let value = facts[KeyName(0, Array("\(index)".utf8))]?.value
      #expect(value == facts[KeyName(0, Array("\(again)".utf8))]?.value)
      #expect(try value == fingerprint(records[index]))
    }
  }

  @Test func `a damaged value has no fingerprint, and the error names the key`() throws {
    let error = try #require(
      #expect(throws: FormatError.self) {
        try fingerprint(hex("14 0C 0C 00 00 00 02 00 81 61 03 01 01 FF"))
      })
    #expect(error.code == FormatRule.listpackBacklength.code)
    #expect(error.key == Array("k".utf8))
  }
}
