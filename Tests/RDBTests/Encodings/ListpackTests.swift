import BinaryInput
import RDB
import TestSupport
import Testing

struct ListpackTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "every class of integers, short strings",
      hex(
        """
        12 01 02 40 9F | 9F 00 00 00 14 00
        00 01 | 7F 01 | C0 80 02 | CF FF 02 | DF FF 02 | D0 00 02
        F1 00 10 03 | F1 FF EF 03 | F1 FF 7F 03
        F2 00 80 00 04 | F2 FF 7F FF 04 | F2 FF FF 7F 04
        F3 00 00 80 00 05 | F3 FF FF FF 7F 05
        F4 00 00 00 80 00 00 00 00 09 | F4 00 00 00 00 00 00 00 80 09
        82 68 69 03 | 80 01 | 82 30 31 03
        E0 40 \(String(repeating: "78", count: 64)) 42
        FF
        """),
      [
        "0", "127", "128", "4095", "-1", "-4096", "4096", "-4097", "32767", "32768", "-32769",
        "8388607", "8388608", "2147483647", "2147483648", "-9223372036854775808", "hi", "", "01",
        String(repeating: "x", count: 64),
      ].map { "element \($0)" }),
    WorkedExample(
      "a string of 4096 bytes",
      hex("14 50 0E | 0E 10 00 00 01 00 | F0 00 10 00 00")
        + [UInt8](repeating: 0x61, count: 4096) + hex("20 85 FF"),
      ["member " + String(repeating: "a", count: 4096)]),
  ]

  @Test(arguments: examples)
  func `a listpack has its entries`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test(arguments: [
    ("F4 01 00 00 00 00 00 00 00 09", "1"), ("C0 05 02", "5"), ("81 31 02", "1"),
    ("F0 01 00 00 00 61 06", "a"), ("E0 01 61 03", "a"),
  ])
  func `an entry in a larger form than it needs is read`(entry: String, text: String) throws {
    let entry = hex(entry)
    let blob = littleEndian(Int64(entry.count + 7), 4) + [1, 0] + entry + [0xFF]
    #expect(try decode([20] + RDBBuilder.string(blob)) == ["member \(text)"])
  }

  // L is the size of an entry; the limits are one less than the powers of 128 suggest.
  @Test(arguments: [
    (127, "7F"), (128, "01 80"), (200, "01 C8"), (16_382, "7F FE"), (16_383, "00 FF FF"),
    (2_097_150, "7F FF FE"), (2_097_151, "00 FF FF FF"),
  ])
  func `a backlength takes as many bytes as the server's limits say`(
    size: Int, backlength: String
  ) throws {
    let header = size < 4098 ? 2 : 5
    let text = [UInt8](repeating: 0x61, count: size - header)
    let form =
      header == 2
      ? [0xE0 | UInt8(text.count >> 8), UInt8(text.count & 0xFF)]
      : [0xF0] + littleEndian(Int64(text.count), 4)
    func record(_ backlength: [UInt8]) -> [UInt8] {
      var listpack = ListpackBuilder()
      listpack.addEncoded(form + text, backlength: backlength)
      return [20] + listpack.string()
    }
    let backlength = hex(backlength)
    #expect(try decode(record(backlength))[0].utf8.count == 7 + text.count)
    #expect(ListpackBuilder.backlength(size) == backlength)

    let place = record(backlength).count - 1 - 1 - backlength.count
    for index in backlength.indices {
      for change in [0x01, 0x80] as [UInt8] {
        var wrong = backlength
        wrong[index] ^= change
        try expectFailure(record(wrong), .listpackBacklength, at: place + index)
      }
    }
  }

  @Test func `a backlength that is not its entry's is rejected`() throws {
    let error = try expectFailure(
      hex("14 0C | 0C 00 00 00 02 00 81 61 02 01 02 FF"), .listpackBacklength, at: 11)
    #expect(error.path == ["set", "listpack entry 1"])
  }

  @Test(arguments: ["06 | 06 00 00 00 00 00", "00", "03 FF FF FF"])
  func `fewer bytes than a header and a terminator are no listpack`(blob: String) throws {
    try expectFailure(hex("14 \(blob)"), .listpackSize, at: 1)
  }

  @Test(arguments: ["0B", "0D", "FF"])
  func `a listpack that states another size than it has is rejected`(size: String) throws {
    try expectFailure(hex("14 0C | \(size) 00 00 00 02 00 81 61 02 01 01 FF"), .listpackSize, at: 1)
  }

  @Test func `a listpack ends in its terminator`() throws {
    try expectFailure(
      hex("14 0C | 0C 00 00 00 02 00 81 61 02 01 01 00"), .listpackTerminator, at: 12)
  }

  @Test(arguments: (0xF5...0xFF).map { UInt8($0) })
  func `a byte that no encoding has begins no entry`(first: UInt8) throws {
    try expectFailure(
      hex("14 0A | 0A 00 00 00 02 00") + [first] + hex("01 01 FF"), .listpackEntry, at: 7)
  }

  @Test(arguments: ["00", "01", "03"])
  func `a listpack has as many entries as it says`(count: String) throws {
    try expectFailure(
      hex("14 0C | 0C 00 00 00 \(count) 00 81 61 02 01 01 FF"), .listpackCount, at: 5)
  }

  @Test func `a listpack may leave its entries to be counted`() throws {
    #expect(
      try decode(hex("14 0C | 0C 00 00 00 FF FF 81 61 02 01 01 FF")) == ["member a", "member 1"])
  }

  @Test(arguments: ["83 61 02", "E0 02 61", "F0 00 00 00", "F4 00 00", "C0"])
  func `an entry ends inside its listpack`(entry: String) throws {
    let entry = hex(entry)
    let blob = littleEndian(Int64(entry.count + 7), 4) + [1, 0] + entry + [0xFF]
    let error = try #require(
      #expect(throws: FormatError.self) { try decode([20] + RDBBuilder.string(blob)) })
    #expect(error.isTruncation, "\(error)")
    #expect(error.path == ["set", "listpack entry 0"])
  }
}
