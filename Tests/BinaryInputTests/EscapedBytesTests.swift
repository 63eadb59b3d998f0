import BinaryInput
import TestSupport
import Testing

struct EscapedBytesTests {
  @Test(arguments: [
    ("\"user:1\"", "user:1"), ("", ""), ("00 1F 7F", #"\x00\x1f\x7f"#),
    ("1B \"[31mred\" 0A 0D 09", #"\x1b[31mred\x0a\x0d\x09"#), ("22 5C", #"\"\\"#),
    ("C3 A9 E2 82 AC F0 9F 98 80 E4 B8 AD", "é€😀中"),
    ("20", " "),
  ])
  func `what is printable stays, what is not is escaped`(bytes: String, text: String) {
    #expect(EscapedBytes(hex(bytes)).description == text)
  }

  @Test(arguments: [
    ("80", #"\x80"#), ("FF FE", #"\xff\xfe"#), ("C3", #"\xc3"#), ("C3 28", #"\xc3("#),
    ("E2 82", #"\xe2\x82"#), ("E2 82 41", #"\xe2\x82A"#), ("F0 9F 98", #"\xf0\x9f\x98"#),
    ("C0 80", #"\xc0\x80"#), ("C1 BF", #"\xc1\xbf"#), ("E0 80 80", #"\xe0\x80\x80"#),
    ("E0 9F BF", #"\xe0\x9f\xbf"#), ("F0 80 80 80", #"\xf0\x80\x80\x80"#),
    ("F0 8F BF BF", #"\xf0\x8f\xbf\xbf"#), ("ED A0 80", #"\xed\xa0\x80"#),
    ("ED BF BF", #"\xed\xbf\xbf"#), ("F4 90 80 80", #"\xf4\x90\x80\x80"#),
    ("F5 80 80 80", #"\xf5\x80\x80\x80"#),
  ])
  func `bytes that are no UTF-8 are escaped one by one`(bytes: String, text: String) {
    #expect(EscapedBytes(hex(bytes)).description == text)
  }

  // Each of them changes how its neighbours look, or looks like nothing.
  @Test(
    arguments: [
      0x85, 0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180E, 0x200B, 0x200C, 0x200D,
      0x200E,
      0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067,
      0x2068,
      0x2069, 0x3000, 0x3164, 0xE000, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFF, 0xE0001,
      0xE0100,
      0x10FFFF,
    ] as [UInt32])
  func `a character that is not seen, or moves others, is escaped`(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let bytes = Array(String(Character(scalar)).utf8)
    let escaped = bytes.map { #"\x"# + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(EscapedBytes(Array("a".utf8) + bytes + Array("b".utf8)).description == "a\(escaped)b")
  }

  @Test func `every byte has a text of its own`() {
    var texts = Set<String>()
    for byte in 0...UInt8.max { texts.insert(EscapedBytes([byte]).description) }
    #expect(texts.count == 256)
    for text in texts {
      #expect(text.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }, "\(text)")
    }
  }

  @Test func `no more is shown than the limit says, and how long it is`() {
    let bytes = Array("0123456789".utf8)
    #expect(EscapedBytes(bytes, limit: 10).description == "0123456789")
    #expect(EscapedBytes(bytes, limit: 9).description == "012345678… (10 bytes)")
    #expect(EscapedBytes(bytes, limit: 0).description == "… (10 bytes)")
    #expect(EscapedBytes([], limit: 0).description == "")
  }

  @Test func `the limit does not cut a character`() {
    #expect(EscapedBytes(hex("61 E2 82 AC 62 63"), limit: 2).description == "a€… (6 bytes)")
  }
}
