import BinaryInput
import RDB
import TestSupport
import Testing

struct PlainValueTests {
  static let examples: [WorkedExample] = [
    WorkedExample("list", hex("01 02 01 61 C0 05"), ["element a", "element 5"]),
    WorkedExample("set", hex("02 02 01 61 01 62"), ["member a", "member b"]),
    WorkedExample(
      "sorted set with scores as text", hex("03 03 01 61 03 31 2E 35 01 62 FE 01 63 FF"),
      ["member a 1.5", "member b inf", "member c -inf"]),
    WorkedExample("hash", hex("04 01 01 66 01 76"), ["field f = v"]),
    WorkedExample(
      "sorted set with binary scores", hex("05 01 01 61 00 00 00 00 00 00 F8 3F"),
      ["member a 1.5"]),
  ]

  @Test(arguments: examples)
  func `a value stands element by element`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt8])
  func `an empty value has no elements`(type: UInt8) throws {
    #expect(try decode([type, 0]) == [])
  }

  @Test(arguments: [
    ("03 2D 31 65 33", -1000.0), ("02 31 32", 12), ("03 2D 69 6E", nil), ("00", nil),
    ("FD", nil), ("03 6E 61 6E", nil), ("03 78 31 30", nil), ("01 20", nil),
    ("03 69 6E 66", Double.infinity),
  ])
  func `a score as text is a number`(score: String, value: Double?) throws {
    let text = hex(score)
    let record =
      hex("03 01 01 61") + (text[0] == 0xFD ? text : [UInt8(text.count - 1)] + text.dropFirst())
    if let value {
      #expect(try decode(record) == ["member a \(value)"])
    } else {
      try expectFailure(record, .score, at: 3)
    }
  }

  @Test(arguments: ["30 78 31 30", "20 31", "31 20", "31 00 32", "31 2E 35 61", "09 2D 32"])
  func `a score in a form that only sscanf reads is refused as such`(text: String) throws {
    let text = hex(text)
    try expectFailure(hex("03 01 01 61") + [UInt8(text.count)] + text, .scoreForm, at: 3)
  }

  @Test func `a binary score is a number`() throws {
    #expect(try decode(hex("05 01 01 61 00 00 00 00 00 00 00 80")) == ["member a -0.0"])
    #expect(try decode(hex("05 01 01 61 01 00 00 00 00 00 00 00")) == ["member a 5e-324"])
    try expectFailure(hex("05 01 01 61 00 00 00 00 00 00 F8 7F"), .score, at: 3)
  }

  @Test func `an element that compresses to nothing is rejected in its place`() throws {
    let error = try expectFailure(hex("01 02 01 61 C3 01 05 00"), .lzfLength, at: 6)
    #expect(error.path == ["list"])
  }
}
