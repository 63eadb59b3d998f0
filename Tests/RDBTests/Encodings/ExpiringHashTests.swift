import BinaryInput
import RDB
import TestSupport
import Testing

struct ExpiringHashTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "type 24",
      hex(
        """
        18 | 60 51 C2 2C BB 03 00 00 | 04 | 00 02 66 34 02 76 34
        80 00 01 86 A1 02 66 32 02 76 32 | 00 02 66 31 02 76 31 | 01 02 66 33 02 76 33
        """),
      [
        "field f4 = v4", "field f2 = v2 until 4102444800000", "field f1 = v1",
        "field f3 = v3 until 4102444700000",
      ]),
    WorkedExample(
      "type 22 of a release candidate",
      hex("16 02 | 00 01 61 01 62 | 81 00 00 03 BB 2C C3 D8 00 01 63 01 64"), in: "REDIS0012",
      ["field a = b", "field c = d until 4102444800000"]),
    WorkedExample(
      "type 25", [25] + smallest + RDBBuilder.string(listpack),
      [
        "field f3 = v3 until 4102444700000", "field f2 = v2 until 4102444800000", "field f1 = v1",
      ]),
    WorkedExample(
      "type 23 of a release candidate", [23] + RDBBuilder.string(listpack), in: "REDIS0012",
      [
        "field f3 = v3 until 4102444700000", "field f2 = v2 until 4102444800000", "field f1 = v1",
      ]),
    WorkedExample(
      "type 22 of Valkey",
      hex(
        """
        16 02 | 01 66 01 76 FF FF FF FF FF FF FF FF
        02 66 32 C0 07 00 D8 C3 2C BB 03 00 00
        """), in: "VALKEY080", ["field f = v", "field f2 = 7 until 4102444800000"]),
  ]

  private static let smallest = hex("60 51 C2 2C BB 03 00 00")
  private static let listpack = hex(
    """
    35 00 00 00 09 00 82 66 33 03 82 76 33 03 F4 60 51 C2 2C BB 03 00 00 09
    82 66 32 03 82 76 32 03 F4 00 D8 C3 2C BB 03 00 00 09 82 66 31 03 82 76 31 03 00 01 FF
    """)

  @Test(arguments: examples)
  func `fields expire one by one`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `type 22 means what the magic says`() throws {
    let record = hex("16 01 | 01 66 01 76 05 00 00 00 00 00 00 00")
    #expect(try decode(record, "VALKEY080") == ["field f = v until 5"])
    // In a Redis file: the field expires at 1 and is named "f".
    #expect(throws: FormatError.self) { try decode(record, "REDIS0012") }
    #expect(
      try decode(hex("16 01 | 01 01 66 01 76"), "REDIS0012") == ["field f = v until 1"])
  }

  // Type 24: the expiry is the smallest one plus what the field states minus one, at most 2⁴⁸ − 1.
  @Test(arguments: [
    ("FF FF FF FF FF FF 00 00", "02"),  // one too much
    ("00 00 00 00 00 00 01 00", "01"),
    ("FF FF FF FF FF FF FF FF", "01"),  // −1
    ("00 00 00 00 00 00 00 80", "01"),
    ("FF FF FF FF FF FF FF 7F", "02"),  // over the edge of 64 bits
    ("00 00 00 00 00 00 00 00", "81 80 00 00 00 00 00 00 00"),
    ("FF FF FF FF FF FF FF FF", "81 FF FF FF FF FF FF FF FF"),
  ])
  func `the expiry of a field is in the range of the server`(
    smallest: String, stated: String
  ) throws {
    try expectFailure(
      hex("18 \(smallest) 01 \(stated) 01 66 01 76"), .fieldExpiry, at: 9)
  }

  @Test func `the latest expiry of a field is 2⁴⁸ − 1`() throws {
    let record = hex("18 FF FF FF FF FF FF 00 00 01 01 01 66 01 76")
    #expect(try decode(record) == ["field f = v until 281474976710655"])
  }

  @Test(arguments: [
    ("FE FF FF FF FF FF FF FF", -2), ("00 00 00 00 00 00 00 80", Int64.min),
  ])
  func `in Valkey the only negative expiry is −1`(expiry: String, value: Int64) throws {
    let error = try expectFailure(
      hex("16 01 01 66 01 76 \(expiry)"), .fieldExpiry, at: 5, "VALKEY080")
    #expect(error.message.contains("\(value)"))
  }

  private func packed(_ texts: [String]) -> [UInt8] {
    [25] + [UInt8](repeating: 0, count: 8) + ListpackBuilder(texts).string()
  }

  /// Where in such a value the third entry stands, if the two before it have one byte each.
  private static let thirdEntry = 8 + 1 + 6 + 3 + 3

  @Test(arguments: ["x", "-1", "281474976710656", "9223372036854775807", ""])
  func `the expiry of a packed field is an integer in the range of the server`(
    expiry: String
  ) throws {
    let error = try #require(
      #expect(throws: FormatError.self) { try decode(packed(["f", "v", expiry])) })
    #expect(error.code == FormatRule.fieldExpiry.code)
    #expect(error.path == ["hash", "listpack entry 3"])
    #expect(error.offset == valueOffset + Self.thirdEntry)
  }

  @Test func `a packed field has an expiry`() throws {
    try expectFailure(packed(["f", "v"]), .fieldExpiry, at: Self.thirdEntry)
  }

  @Test(arguments: [("5", "4"), ("0", "1"), ("281474976710655", "1")])
  func `packed fields that expire first come first`(first: String, second: String) throws {
    let record = packed(["f", "v", first, "g", "v", second])
    let error = try #require(#expect(throws: FormatError.self) { try decode(record) })
    #expect(error.code == FormatRule.fieldExpiryOrder.code)
    let last = ListpackBuilder([second]).entries.count
    #expect(error.offset == valueOffset + record.count - 1 - 1 - last)
  }

  @Test func `packed fields may expire at the same time`() throws {
    #expect(
      try decode(packed(["f", "v", "5", "g", "w", "5", "h", "x", "0", "i", "y", "0"])) == [
        "field f = v until 5", "field g = w until 5", "field h = x", "field i = y",
      ])
  }
}
