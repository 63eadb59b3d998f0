import BinaryInput
import RDB
import TestSupport
import Testing

struct StreamNodeTests {
  /// A stream of type 21 with one node of the id 1000-5.
  private func record(_ texts: [String], live: UInt8 = 1) -> [UInt8] {
    [21, 1, 16] + bigEndian(1000, 8) + bigEndian(5, 8) + ListpackBuilder(texts).string()
      + [live] + hex("00 00 00 00 00 00 00 00")
  }

  /// Where the entry of this index begins, in a record of entries of one byte each and short strings.
  private func place(_ index: Int, of texts: [String]) -> Int {
    1 + 17 + 1 + 6 + ListpackBuilder(Array(texts.prefix(index))).entries.count
  }

  private static let sound = ["1", "0", "1", "f", "0", "2", "0", "0", "v", "4"]

  @Test func `an entry with the fields of the master entry has values only`() throws {
    #expect(try decode(record(Self.sound)).prefix(2) == ["entry 1000-5", "f = v"])
  }

  @Test func `ids are relative to the node's, forwards and backwards`() throws {
    let texts = ["2", "0", "0", "0", "2", "3", "-5", "3", "0", "-1000", "0", "0", "4"]
    #expect(try decode(record(texts, live: 2)).prefix(2) == ["entry 1003-0", "entry 0-5"])
  }

  @Test func `field names and values may be integers`() throws {
    let texts = [
      "2", "0", "1", "7", "0", "2", "0", "0", "8", "4", "0", "0", "1", "1", "9", "10", "6",
    ]
    #expect(
      try decode(record(texts, live: 2)).prefix(4) == [
        "entry 1000-5", "7 = 8", "entry 1000-6", "9 = 10",
      ])
  }

  @Test func `deleted entries are read and not told`() throws {
    let texts = [
      "1", "2", "1", "f", "0", "3", "0", "0", "v", "4", "1", "1", "0", "1", "g", "w", "6", "2",
      "2", "0", "x", "4",
    ]
    #expect(
      try decode(record(texts)).prefix(3) == [
        "entry 1002-5", "f = x", "length 1 last 0-0 first 0-0 deleted 0-0 added 0",
      ])
  }

  /// What is changed in the sound node, and the index of the entry that is wrong.
  struct Damage: CustomStringConvertible, Sendable {
    let description: String
    let texts: [String]
    let index: Int
    let rule: FormatRule

    init(_ description: String, _ texts: [String], at index: Int, _ rule: FormatRule = .streamNode)
    {
      self.description = description
      self.texts = texts
      self.index = index
      self.rule = rule
    }
  }

  @Test(arguments: [
    Damage("no entries at all", [], at: 0, .streamEmptyNode),
    Damage("the count is text", ["x", "0", "0", "0"], at: 0),
    Damage("the number of deleted ones is text", ["0", "x", "0", "0"], at: 1),
    Damage("the number of fields is text", ["0", "0", "x", "0"], at: 2),
    Damage("fewer fields than announced", ["0", "0", "3", "f"], at: 4, .packedPairs),
    Damage("the master entry ends in text", ["0", "0", "0", "x"], at: 3),
    Damage("no flags", ["1", "0", "0", "0"], at: 4),
    Damage("flags are text", ["1", "0", "0", "0", "x", "0", "0", "3"], at: 4),
    Damage("the time is text", ["1", "0", "0", "0", "2", "x", "0", "3"], at: 5),
    Damage("the sequence is text", ["1", "0", "0", "0", "2", "0", "x", "3"], at: 6),
    Damage(
      "the number of an entry's fields is text", ["1", "0", "0", "0", "0", "0", "0", "x"], at: 7),
    Damage("the value is missing", ["1", "0", "1", "f", "0", "2", "0", "0"], at: 8, .packedPairs),
    Damage("the name is missing", ["1", "0", "0", "0", "0", "0", "0", "1"], at: 8, .packedPairs),
    Damage("the length is missing", ["1", "0", "1", "f", "0", "2", "0", "0", "v"], at: 9),
    Damage("the length is text", ["1", "0", "1", "f", "0", "2", "0", "0", "v", "x"], at: 9),
  ])
  func `a node follows its grammar`(damage: Damage) throws {
    let error = try #require(
      #expect(throws: FormatError.self) { try decode(record(damage.texts)) })
    #expect(error.code == damage.rule.code, "\(error)")
    #expect(error.offset == valueOffset + place(damage.index, of: damage.texts), "\(error)")
    #expect(error.path.starts(with: ["stream", "stream node 0"]), "\(error)")
  }

  // The place is that of the first byte that can't be accepted: the entry whose number is wrong.
  @Test(arguments: [
    Damage("the number of fields is negative", ["0", "0", "-1", "0"], at: 2),
    Damage(
      "an entry's number of fields is negative", ["1", "0", "0", "0", "0", "0", "0", "-1", "2"],
      at: 7),
    Damage("the master entry does not end", ["0", "0", "0", "1"], at: 3),
    Damage("the count is negative", ["-1", "1", "0", "0", "2", "0", "0", "3"], at: 0),
    Damage("the counts overflow", ["9223372036854775807", "1", "0", "0"], at: 0),
    Damage("an entry is too long", ["1", "0", "1", "f", "0", "2", "0", "0", "v", "5"], at: 9),
    Damage(
      "an entry of its own fields is too long",
      ["1", "0", "0", "0", "0", "0", "0", "1", "f", "v", "5"], at: 10),
    Damage("data follow", sound + ["2"], at: 10),
    Damage("an entry too many is deleted", ["1", "0", "0", "0", "3", "0", "0", "3"], at: 1),
    Damage("an entry too few is deleted", ["0", "1", "0", "0", "2", "0", "0", "3"], at: 1),
  ])
  func `a node's numbers are right`(damage: Damage) throws {
    let error = try #require(
      #expect(throws: FormatError.self) { try decode(record(damage.texts)) })
    #expect(error.code == damage.rule.code, "\(error)")
    #expect(error.offset == valueOffset + place(damage.index, of: damage.texts), "\(error)")
  }

  @Test func `a number of fields at the edge of 64 bits does no harm`() async {
    await #expect(processExitsWith: .success) {
      for number in ["-9223372036854775808", "9223372036854775807", "4611686018427387904"] {
        for texts in [["1", "0", "0", "0", "0", "0", "0", number, "4"], ["1", "0", number, "0"]] {
          let error = #expect(throws: FormatError.self) {
            try decode(StreamNodeTests().record(texts))
          }
          #expect(error?.path.first == "stream")
        }
      }
    }
  }

  @Test func `a claim of 2⁶³ entries ends with the listpack`() throws {
    let texts = ["9223372036854775807", "0", "0", "0", "2", "0", "0", "3"]
    let error = try #require(#expect(throws: FormatError.self) { try decode(record(texts)) })
    #expect(error.code == FormatRule.streamNode.code)
  }

  @Test func `the listpack of a node is checked like any other`() throws {
    let blob = hex("0C 00 00 00 02 00 81 61 02 01 01 00")
    try expectFailure(
      [21, 1, 16] + [UInt8](repeating: 0, count: 16) + RDBBuilder.string(blob)
        + hex("01 00 00 00 00 00 00 00 00"),
      .listpackTerminator, at: 1 + 17 + 1 + 11)
  }
}
