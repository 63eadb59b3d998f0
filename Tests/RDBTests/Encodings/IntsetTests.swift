import BinaryInput
import RDB
import TestSupport
import Testing

struct IntsetTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "16 bits", hex("0B 10 | 02 00 00 00 04 00 00 00 FD FF 01 00 02 00 2C 01"),
      ["member -3", "member 1", "member 2", "member 300"]),
    WorkedExample(
      "32 bits", hex("0B 10 | 04 00 00 00 02 00 00 00 FF FF FF FF 70 11 01 00"),
      ["member -1", "member 70000"]),
    WorkedExample(
      "64 bits",
      hex("0B 18 | 08 00 00 00 02 00 00 00 00 00 00 00 00 00 00 80 FF FF FF FF FF FF FF 7F"),
      ["member -9223372036854775808", "member 9223372036854775807"]),
    WorkedExample(
      "wider than it needs", hex("0B 10 | 08 00 00 00 01 00 00 00 05 00 00 00 00 00 00 00"),
      ["member 5"]),
  ]

  @Test(arguments: examples)
  func `an intset has its members`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test(arguments: ["00", "01", "03", "05", "10"])
  func `members are 2, 4 or 8 bytes wide`(width: String) throws {
    let error = try expectFailure(
      hex("0B 0A | \(width) 00 00 00 01 00 00 00 05 00"), .intsetWidth, at: 1)
    #expect(error.path == ["set", "intset"])
  }

  @Test func `fewer bytes than a header are no intset`() throws {
    try expectFailure(hex("0B 07 | 02 00 00 00 01 00 00"), .intsetSize, at: 1)
    try expectFailure(hex("0B 00"), .intsetSize, at: 1)
  }

  @Test(arguments: [
    "00 00 00 00", "01 00 00 00", "03 00 00 00", "02 00 00 80", "FF FF FF FF",
  ])
  func `an intset has as many members as it says, and at least one`(count: String) throws {
    try expectFailure(hex("0B 0C | 02 00 00 00 \(count) 01 00 02 00"), .intsetSize, at: 5)
  }

  @Test func `an empty intset is damage`() throws {
    try expectFailure(hex("0B 08 | 02 00 00 00 00 00 00 00"), .intsetSize, at: 5)
  }

  @Test(arguments: ["01 00", "00 00", "FF FF"])
  func `members are in ascending order, none twice`(second: String) throws {
    try expectFailure(hex("0B 0C | 02 00 00 00 02 00 00 00 01 00 \(second)"), .intsetOrder, at: 11)
  }
}
