import BinaryInput
import RDB
import TestSupport
import Testing

struct ZiplistTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "every class of integers",
      hex(
        """
        0A 2F | 2F 00 00 00 24 00 00 00 08 00
        00 02 68 69 | 04 F1 | 02 FD | 02 FE 80 | 03 C0 2C 01 | 04 F0 70 11 01
        05 D0 00 00 00 80 | 06 E0 00 F2 05 2A 01 00 00 00 | FF
        """),
      ["hi", "0", "12", "-128", "300", "70000", "-2147483648", "5000000000"]
        .map { "element \($0)" }),
    WorkedExample(
      "strings with 6, 14 and 32 bits of length",
      [0x0A]
        + RDBBuilder.string(
          ziplist([hex("02 61 62"), long(250, "40 FA"), long(251, "80 00 00 00 FB"), hex("F2")])),
      ["ab", String(repeating: "x", count: 250), String(repeating: "x", count: 251), "1"]
        .map { "element \($0)" }),
  ]

  private static func long(_ count: Int, _ form: String) -> [UInt8] {
    hex(form) + [UInt8](repeating: 0x78, count: count)
  }

  /// A ziplist of entries, each given as encoding and data.
  static func ziplist(_ entries: [[UInt8]]) -> [UInt8] {
    var body: [UInt8] = []
    var previous = 0
    var last = 10
    for entry in entries {
      let stated = previous < 254 ? [UInt8(previous)] : [0xFE] + littleEndian(Int64(previous), 4)
      last = 10 + body.count
      body += stated + entry
      previous = stated.count + entry.count
    }
    return littleEndian(Int64(body.count + 11), 4) + littleEndian(Int64(last), 4)
      + littleEndian(Int64(entries.count), 2) + body + [0xFF]
  }

  /// Two entries, `a` and 1, in 16 bytes.
  private static let small = hex("10 00 00 00 0D 00 00 00 02 00 | 00 01 61 | 03 F2 | FF")

  private func expectFailure(
    _ blob: [UInt8], _ rule: FormatRule, at offset: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try RDBTests.expectFailure(
      [0x0A] + RDBBuilder.string(blob), rule, at: 1 + offset, sourceLocation: sourceLocation)
  }

  private func small(_ changes: [Int: UInt8]) -> [UInt8] {
    var blob = Self.small
    for (index, byte) in changes { blob[index] = byte }
    return blob
  }

  @Test(arguments: examples)
  func `a ziplist has its entries`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `an entry behind one of 254 bytes states that in five bytes`() throws {
    let blob = Self.ziplist([Self.long(251, "40 FB"), hex("F2")])
    #expect(blob.contains(hex("FE FE 00 00 00 F2")))
    #expect(try decode([0x0A] + RDBBuilder.string(blob)).last == "element 1")
  }

  @Test func `a length of the entry before may take five bytes without need`() throws {
    let blob = hex("14 00 00 00 0D 00 00 00 02 00 | 00 01 61 | FE 03 00 00 00 F2 | FF")
    #expect(try decode([0x0A] + RDBBuilder.string(blob)) == ["element a", "element 1"])
  }

  @Test func `a ziplist without entries is one`() throws {
    #expect(try decode(hex("0A 0B | 0B 00 00 00 0A 00 00 00 00 00 FF")) == [])
  }

  @Test func `fewer bytes than a header and a terminator are no ziplist`() throws {
    try expectFailure(Array(Self.small.prefix(10)), .ziplistSize, at: 0)
    try expectFailure([], .ziplistSize, at: 0)
  }

  @Test(arguments: [0x0F, 0x11] as [UInt8])
  func `a ziplist that states another size than it has is rejected`(size: UInt8) throws {
    try expectFailure(small([0: size]), .ziplistSize, at: 0)
  }

  @Test func `a ziplist ends in its terminator`() throws {
    try expectFailure(small([15: 0]), .ziplistTerminator, at: 15)
  }

  @Test(
    arguments: (0xC1...0xFF).map { UInt8($0) }.filter {
      ![0xD0, 0xE0, 0xF0].contains($0) && !(0xF1...0xFE).contains($0)
    })
  func `a byte that no encoding has begins no entry`(first: UInt8) throws {
    try expectFailure(small([14: first]), .ziplistEntry, at: 14)
  }

  @Test func `the terminator does not stand before the end`() throws {
    try expectFailure(small([13: 0xFF]), .ziplistEntry, at: 13)
  }

  @Test(arguments: [0, 2, 4] as [UInt8])
  func `an entry states how long the one before it is`(length: UInt8) throws {
    try expectFailure(small([13: length]), .ziplistPreviousLength, at: 13)
    try expectFailure(small([10: 1]), .ziplistPreviousLength, at: 10)
  }

  @Test(arguments: [0x0A, 0x0C, 0x0E] as [UInt8])
  func `the header points to the last entry`(tail: UInt8) throws {
    try expectFailure(small([4: tail]), .ziplistTail, at: 4)
    try expectFailure(small([7: 1]), .ziplistTail, at: 4)
  }

  @Test(arguments: [0, 1, 3] as [UInt8])
  func `a ziplist has as many entries as it says`(count: UInt8) throws {
    try expectFailure(small([8: count]), .ziplistCount, at: 8)
  }

  @Test func `a ziplist may leave its entries to be counted`() throws {
    let blob = small([8: 0xFF, 9: 0xFF])
    #expect(try decode([0x0A] + RDBBuilder.string(blob)) == ["element a", "element 1"])
  }

  @Test(arguments: [0x02, 0x40, 0x80, 0xC0, 0xD0, 0xE0, 0xF0, 0xFE] as [UInt8])
  func `an entry ends inside its ziplist`(first: UInt8) throws {
    let error = try #require(
      #expect(throws: FormatError.self) {
        try decode([0x0A] + RDBBuilder.string(small([14: first])))
      })
    #expect(error.isTruncation, "\(error)")
    #expect(error.path == ["list", "ziplist entry 1"])
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: part) }
  }
}
