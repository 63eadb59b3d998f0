import BinaryInput
import RDB
import TestSupport
import Testing

/// Sets, hashes and sorted sets in packed form.
struct PackedValueTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "set as listpack", hex("14 0C | 0C 00 00 00 02 00 81 61 02 01 01 FF"),
      ["member a", "member 1"]),
    WorkedExample(
      "hash as listpack",
      hex("10 14 | 14 00 00 00 04 00 82 66 31 03 82 76 31 03 81 6E 02 2A 01 FF"),
      ["field f1 = v1", "field n = 42"]),
    WorkedExample(
      "sorted set as listpack",
      hex(
        """
        11 1D | 1D 00 00 00 06 00 81 63 02 84 2D 69 6E 66 05 81 61 02 01 01
        81 62 02 83 32 2E 35 04 FF
        """),
      ["member c -inf", "member a 1.0", "member b 2.5"]),
    WorkedExample(
      "hash as ziplist",
      [13]
        + RDBBuilder.string(
          ZiplistTests.ziplist([hex("01 66"), hex("01 76"), hex("01 6E"), hex("FE 2A")])),
      ["field f = v", "field n = 42"]),
    WorkedExample(
      "sorted set as ziplist",
      [12]
        + RDBBuilder.string(
          ZiplistTests.ziplist([
            hex("F2"), hex("04 \"-inf\""), hex("01 61"), hex("13 \"0.10000000000000001\""),
            hex("01 62"), hex("C0 2C 01"),
          ])),
      ["member 1 -inf", "member a 0.1", "member b 300.0"]),
  ]

  @Test(arguments: examples)
  func `a packed value has its elements`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test(arguments: examples)
  func `a packed value may be compressed`(example: WorkedExample) throws {
    let blob = Array(example.record.dropFirst(2))
    #expect(try decode([example.record[0]] + RDBBuilder.compressed(blob)) == example.value)
  }

  @Test(arguments: [16, 17, 13, 12, 20, 10] as [UInt8])
  func `a packed value without entries is empty`(type: UInt8) throws {
    let blob = [16, 17, 20].contains(type) ? ListpackBuilder().bytes() : ZiplistTests.ziplist([])
    #expect(try decode([type] + RDBBuilder.string(blob)) == [])
  }

  // The place is that of the terminator: there the missing entry would stand.
  @Test(arguments: [16, 17, 25] as [UInt8])
  func `a hash or sorted set does not end inside a pair`(type: UInt8) throws {
    let smallest = [UInt8](repeating: 0, count: type == 25 ? 8 : 0)
    let blob = ListpackBuilder(["a"]).string()
    try expectFailure(
      [type] + smallest + blob, .packedPairs, at: smallest.count + blob.count - 1)
  }

  @Test(arguments: [13, 12] as [UInt8])
  func `a hash or sorted set in a ziplist does not end inside a pair`(type: UInt8) throws {
    let blob = RDBBuilder.string(ZiplistTests.ziplist([hex("01 61")]))
    try expectFailure([type] + blob, .packedPairs, at: blob.count - 1)
  }

  @Test(arguments: ["x", "", "nan", "1x", " 1", "0x10", "1e"])
  func `the score of a packed member is a number`(score: String) throws {
    let error = try expectFailure(
      [17] + ListpackBuilder(["a", score]).string(), .score, at: 1 + 6 + 3)
    #expect(error.path == ["zset", "listpack entry 2"])
  }

  @Test(arguments: [
    ("0.1", 0.1), ("0.10000000000000001", 0.1), ("1e+22", 1e22), ("-0", -0.0),
    ("inf", Double.infinity),
    ("4.9406564584124654e-324", Double.leastNonzeroMagnitude),
    ("9007199254740993", 9_007_199_254_740_992),
  ])
  func `the score of a packed member is what its text or integer stands for`(
    text: String, score: Double
  ) throws {
    var listpack = ListpackBuilder(["a"])
    listpack.add(Array(text.utf8))
    #expect(try decode([17] + listpack.string()) == ["member a \(score)"])
    #expect(try decode([17] + ListpackBuilder(["a", text]).string()) == ["member a \(score)"])
  }

  @Test func `damage in a compressed value stands where its string stands`() throws {
    let error = try expectFailure(
      [16] + RDBBuilder.compressed(hex("0C 00 00 00 02 00 81 61 03 01 01 FF")),
      .listpackBacklength, at: 0)
    #expect(error.path == ["hash", "listpack entry 0", "decompressed byte 8"])
  }

  @Test func `an integer where a packed value should be is damage`() throws {
    try expectFailure(hex("10 C0 05"), .listpackSize, at: 0)
  }
}
