import BinaryInput
import RDB
import TestSupport
import Testing

struct ZipmapTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "two pairs",
      hex(
        "09 18 | 02 03 66 6F 6F 03 00 62 61 72 05 68 65 6C 6C 6F 05 00 77 6F 72 6C 64 FF"),
      ["field foo = bar", "field hello = world"]),
    WorkedExample(
      "unused bytes", hex("09 0C | 01 03 66 6F 6F 02 02 68 69 00 00 FF"), ["field foo = hi"]),
    WorkedExample(
      "lengths of 253 and 254",
      [9]
        + RDBBuilder.string(
          hex("01 FD") + [UInt8](repeating: 0x66, count: 253)
            + hex("FE FE 00 00 00 00") + [UInt8](repeating: 0x76, count: 254) + [0xFF]),
      [
        "field \(String(repeating: "f", count: 253)) = \(String(repeating: "v", count: 254))"
      ]),
  ]

  @Test(arguments: examples)
  func `a zipmap has its pairs`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `a zipmap of 254 pairs or more has them counted`() throws {
    #expect(try decode(hex("09 07 | FE 01 66 01 00 76 FF")) == ["field f = v"])
  }

  @Test(arguments: ["09 00", "09 01 FF", "09 07 | 01 01 66 01 00 76 00"])
  func `a zipmap ends in its terminator`(record: String) throws {
    let record = hex(record)
    try expectFailure(record, .zipmapTerminator, at: max(1, record.count - 2))
  }

  @Test(arguments: [
    "09 02 | 00 FF", "09 07 | 00 01 66 01 00 76 FF", "09 07 | 02 01 66 01 00 76 FF",
  ])
  func `a zipmap has as many pairs as it says, and at least one`(record: String) throws {
    try expectFailure(hex(record), .zipmapCount, at: 1)
  }

  @Test func `a short length does not take the long form`() throws {
    try expectFailure(hex("09 0B | 01 FE 01 00 00 00 66 01 00 76 FF"), .zipmapLength, at: 6)
    try expectFailure(hex("09 0B | 01 01 66 FE 01 00 00 00 00 76 FF"), .zipmapLength, at: 8)
  }

  @Test func `the terminator does not stand before the end`() throws {
    try expectFailure(hex("09 08 | 01 FF 01 66 01 00 76 FF"), .zipmapLength, at: 2)
  }

  @Test(arguments: [
    "09 07 | 01 05 66 01 00 76 FF",  // the field
    "09 07 | 01 01 66 02 00 76 FF",  // the value
    "09 07 | 01 01 66 01 01 76 FF",  // the unused bytes
    "09 04 | 01 01 66 FF",  // no value at all
    "09 05 | 01 01 66 01 FF",  // no number of unused bytes
  ])
  func `every part of a pair ends inside the zipmap`(record: String) throws {
    let error = try #require(#expect(throws: FormatError.self) { try decode(hex(record)) })
    #expect(error.isTruncation, "\(error)")
    #expect(error.path == ["hash", "zipmap"])
  }
}
