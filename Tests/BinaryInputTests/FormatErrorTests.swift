import BinaryInput
import Testing

struct FormatErrorTests {
  private static let rule = FormatRule("some-rule")

  @Test func `an error is one line of place, context and message`() {
    var error = FormatError.malformed(Self.rule, "it is wrong", at: 0x1F3A)
    #expect(error.description == "offset 0x1f3a: it is wrong")
    error = error.within("listpack entry 3").within("hash")
    #expect(error.description == "offset 0x1f3a: hash, listpack entry 3: it is wrong")
    error.key = Array("user:\n\"1\"".utf8)
    #expect(
      error.description
        == #"offset 0x1f3a: key "user:\x0a\"1\"" (hash, listpack entry 3): it is wrong"#)
    error.path = []
    #expect(error.description == #"offset 0x1f3a: key "user:\x0a\"1\"": it is wrong"#)
  }

  @Test func `a long key is not shown as a whole`() {
    let error = FormatError(
      .unsupported("it"), at: 0, key: [UInt8](repeating: 0x61, count: 5000))
    #expect(error.description.utf8.count < 300)
    #expect(error.description.contains("(5000 bytes)"))
  }

  @Test(arguments: [
    (
      FormatError.Reason.truncated(needed: 8, available: 0), "truncated",
      "the data ends here, 8 more bytes are needed"
    ),
    (.truncated(needed: 1, available: 0), "truncated", "the data ends here, 1 more byte is needed"),
    (.truncated(needed: 900, available: 12), "truncated", "length 900 exceeds the 12 bytes left"),
    (.truncated(needed: 2, available: 1), "truncated", "length 2 exceeds the 1 byte left"),
    (.malformed(rule, detail: "it is wrong"), "some-rule", "it is wrong"),
    (.unsupported("value type 99"), "unsupported", "value type 99 is not supported by this build"),
    (
      .checksumMismatch(stored: 0x1F, computed: .max), "checksum-mismatch",
      "checksum mismatch: the file says 000000000000001f, its bytes give ffffffffffffffff"
    ),
    (.unreadable(errno: 5), "unreadable", "read failed: Input/output error"),
  ])
  func `a reason has a code and words`(reason: FormatError.Reason, code: String, message: String) {
    let error = FormatError(reason, at: 7)
    #expect(error.code == code)
    #expect(error.message == message)
    #expect(error.isTruncation == (code == "truncated"))
  }

  @Test func `errors are equal if all of them is`() {
    let error = FormatError.malformed(Self.rule, "it", at: 5)
    #expect(error == .malformed(Self.rule, "it", at: 5))
    #expect(error != .malformed(Self.rule, "it", at: 6))
    #expect(error != .malformed(FormatRule("other-rule"), "it", at: 5))
    #expect(error != error.within("list"))
  }
}
