import BinaryInput
import RDB
import TestSupport
import Testing

struct EncodedStringTests {
  static let examples: [WorkedExample] = [
    WorkedExample("0", hex("00 C0 00"), ["string 0"]),
    WorkedExample("127", hex("00 C0 7F"), ["string 127"]),
    WorkedExample("-128", hex("00 C0 80"), ["string -128"]),
    WorkedExample("128", hex("00 C1 80 00"), ["string 128"]),
    WorkedExample("-129", hex("00 C1 7F FF"), ["string -129"]),
    WorkedExample("32767", hex("00 C1 FF 7F"), ["string 32767"]),
    WorkedExample("-32768", hex("00 C1 00 80"), ["string -32768"]),
    WorkedExample("32768", hex("00 C2 00 80 00 00"), ["string 32768"]),
    WorkedExample("2147483647", hex("00 C2 FF FF FF 7F"), ["string 2147483647"]),
    WorkedExample("-2147483648", hex("00 C2 00 00 00 80"), ["string -2147483648"]),
    WorkedExample(
      "2147483648", hex("00 0A 32 31 34 37 34 38 33 36 34 38"), ["string 2147483648"]),
    WorkedExample("01", hex("00 02 30 31"), ["string 01"]),
    WorkedExample("+1", hex("00 02 2B 31"), ["string +1"]),
    WorkedExample("-0", hex("00 02 2D 30"), ["string -0"]),
    WorkedExample("empty string", hex("00 00"), ["string "]),
    WorkedExample("14-bit length", hex("00 40 40 \(twice32)"), ["string \(String.x64)"]),
    WorkedExample(
      "64 times a", hex("00 C3 09 40 40 01 61 61 E0 33 00 01 61 61"),
      ["string " + String(repeating: "a", count: 64)]),
    WorkedExample(
      "ten times abcdefghij",
      hex("00 C3 12 40 64 0A 61 62 63 64 65 66 67 68 69 6A 61 E0 4E 09 01 69 6A"),
      ["string " + String(repeating: "abcdefghij", count: 10)]),
  ]

  private static let twice32 = String(repeating: "78", count: 64)

  @Test(arguments: examples)
  func `a string has the form that the server chose`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test(arguments: ["03", "40 03", "80 00 00 00 03", "81 00 00 00 00 00 00 00 03"])
  func `a length in a longer form than it needs is read`(length: String) throws {
    #expect(try decode(hex("00 \(length) \"abc\"")) == ["string abc"])
  }

  @Test func `a key name can be an integer or compressed`() throws {
    let file = try read(
      RDBBuilder.closed(
        hex("\"REDIS0010\" 00 C0 05 01 61 | 00 C3 09 40 40 01 61 61 E0 33 00 01 61 61 01 62 FF")))
    #expect(file.keys.map(\.name) == ["5", String(repeating: "a", count: 64)])
    #expect(file.keys.map(\.value) == [["string a"], ["string b"]])
  }

  @Test(arguments: [0xC4, 0xC5, 0xFF] as [UInt8])
  func `a special form beyond LZF does not exist`(form: UInt8) throws {
    try expectFailure([0, form], .stringForm, at: 0)
  }

  @Test(arguments: [
    "40 41",  // one more than comes out
    "3F",  // one less
    "00",  // nothing
    "43 19",  // 793, more than 9 bytes can stand for
    "81 FF FF FF FF FF FF FF FF",  // 2⁶⁴ − 1
  ])
  func `a compressed string that is not as long as it says is rejected`(length: String) throws {
    let data = 2 + hex(length).count
    try expectFailure(
      hex("00 C3 09 \(length) 01 61 61 E0 33 00 01 61 61"), .lzfLength, at: data)
  }

  @Test func `a reference to before the beginning is rejected`() throws {
    try expectFailure(hex("00 C3 05 05 00 61 20 05 61"), .lzfLength, at: 3)
  }

  @Test func `the length of a string is known without making it`() throws {
    let forms = [
      ("C1 7F FF", 4), ("03 61 62 63", 3), ("C3 09 40 40 01 61 61 E0 33 00 01 61 61", 64),
    ]
    for (bytes, count) in forms {
      var reader = try RDBReader(input(file([0] + hex(bytes))))
      _ = try reader.next()
      let form = try reader.value.stringForm()
      #expect(form.count == UInt64(count))
    }
  }
}

extension String {
  fileprivate static let x64 = String(repeating: "x", count: 64)
}
