import BinaryInput
import RDB
import TestSupport
import Testing

struct ArrayValueTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "every kind of element, with a cursor",
      hex(
        """
        1C 04 | 01 40 64 | 00 00 03 61 62 63 | 05 01 FE FF FF FF FF FF FF FF
        40 40 02 00 00 00 00 00 00 F8 3F | 81 FF FF FF FF FF FF FF FE 03 02 7A 7A
        """),
      ["cursor 100", "[0] = abc", "[5] = -2", "[64] = 1.5", "[18446744073709551614] = zz"]),
    WorkedExample("no cursor", hex("1C 01 00 03 00 C0 05"), ["[3] = 5"]),
  ]

  @Test(arguments: examples)
  func `an array has elements at indexes`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `an array is not empty`() throws {
    try expectFailure(hex("1C 00 00"), .arrayElement, at: 0)
  }

  @Test(arguments: ["02", "3F"])
  func `the flag for the cursor is 0 or 1`(flag: String) throws {
    try expectFailure(hex("1C 01 \(flag) 00 00 01 61"), .arrayElement, at: 1)
  }

  @Test(arguments: ["04", "3F"])
  func `an element is one of four kinds`(tag: String) throws {
    try expectFailure(hex("1C 01 00 00 \(tag) 01 61"), .arrayElement, at: 3)
  }

  // Redis 8.8, "tag 3 SMALLSTR: str of at most 7 bytes".
  @Test func `a small string has at most 7 bytes`() throws {
    #expect(try decode(hex("1C 01 00 00 03 07 \"1234567\"")) == ["[0] = 1234567"])
    try expectFailure(hex("1C 01 00 00 03 08 \"12345678\""), .arrayElement, at: 4)
  }

  // "index (0 .. 2^64-2)".
  @Test func `the index 2⁶⁴ − 1 does not exist`() throws {
    try expectFailure(
      hex("1C 01 00 81 FF FF FF FF FF FF FF FF 00 01 61"), .arrayElement, at: 2)
  }
}
