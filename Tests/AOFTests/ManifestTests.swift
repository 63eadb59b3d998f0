import AOF
import BinaryInput
import Testing

/// Manifests, as a server of 7.0.15 took or refused each of these.
struct ManifestTests {
  private func names(_ text: String) throws(FormatError) -> [String] {
    try Manifest(parsing: Array(text.utf8)).loaded.map {
      String(decoding: $0.name, as: UTF8.self)
    }
  }

  @Test func `the base is loaded first, then increments, and no history`() throws {
    let manifest = try Manifest(
      parsing: Array(
        """
        # a comment
        file i1 seq 1 type i
        file h1 seq 1 type h
        file b2 seq 2 type b
        file i2 seq 2 type i startoffset 12 endoffset 99

        """.utf8))
    #expect(manifest.loaded.map { String(decoding: $0.name, as: UTF8.self) } == ["b2", "i1", "i2"])
    #expect(manifest.entries.map(\.role) == [.increment, .history, .base, .increment])
    #expect(manifest.entries.map(\.line) == [2, 3, 4, 5])
    #expect(manifest.entries.map(\.sequence) == [1, 1, 2, 2])
  }

  @Test(arguments: [
    "file f seq 1 type i\n", "FILE f SEQ 1 TYPE i\n", "  file\tf seq 1 type i\r\n",
    "seq 1 type i file \"f\"\n", "file \"\\x66\" seq 1 type i\n", "file 'f' seq 1 type i\n",
    "file f seq 1x type i\n", "file f seq 1 type incr\n", "file f seq 1 type i foo bar\n",
    "file g seq 1 type i file f\n", "file f seq 1 type i foo \"\\x00\\q\\n\"\n",
    "file f seq 99999999999999999999 type i\n", "file f seq -1 type b\n",
    "file f seq 1 type i" + String(repeating: " ", count: 1004) + "\n",
  ])
  func `what a server takes is taken`(text: String) throws {
    #expect(try names(text) == ["f"])
  }

  @Test func `a manifest of comments has no files`() throws {
    #expect(try names("# c\n") == [])
  }

  @Test(arguments: [
    ("", "manifest-empty"), ("\n", "manifest-line"), ("  \n", "manifest-line"),
    ("file f seq 1 type i", "manifest-line-end"), ("file f seq 0 type i\n", "manifest-line"),
    ("file f seq x type i\n", "manifest-line"), ("file f seq 1 type\n", "manifest-line"),
    ("file f seq 1\n", "manifest-line"), ("file f seq 1 foo bar\n", "manifest-line"),
    ("file f seq 1 type i foo\n", "manifest-line"), ("file f seq 1 type \"\"\n", "manifest-line"),
    ("file \"f\"x seq 1 type i\n", "manifest-line"), ("file \"f seq 1 type i\n", "manifest-line"),
    (" # c\nfile f seq 1 type i\n", "manifest-line"),
    ("file f seq 1 type i \0x\n", "manifest-line-end"),
    ("file f seq 1 type i" + String(repeating: " ", count: 1005) + "\n", "manifest-line-end"),
    ("file ../f seq 1 type i\n", "manifest-file-name"),
    ("file a\\b seq 1 type i\n", "manifest-file-name"), ("file f seq 1 type x\n", "manifest-type"),
    ("file f seq -1 type i\n", "manifest-order"),
  ])
  func `what a server refuses is refused`(text: String, rule: String) throws {
    let error = try #require(#expect(throws: FormatError.self) { try names(text) })
    #expect(error.code == rule)
  }

  @Test(arguments: [
    ("file f seq 1 type i\n\n", "manifest-line"),
    ("file f seq 2 type i\nfile g seq 1 type i\n", "manifest-order"),
    ("file f seq 1 type i\nfile g seq 1 type i\n", "manifest-order"),
    ("file f seq 1 type b\nfile g seq 2 type b\n", "manifest-duplicate-base"),
  ])
  func `an error names line and offset`(text: String, rule: String) throws {
    let error = try #require(#expect(throws: FormatError.self) { try names(text) })
    #expect(error.code == rule)
    #expect(error.offset == 20)
    #expect(error.path == ["line 2"])
  }

  @Test func `a comment longer than a line goes on as a line`() throws {
    let comment = "#" + String(repeating: "x", count: 1100) + "\n"
    let error = try #require(
      #expect(throws: FormatError.self) { try names(comment + "file f seq 1 type i\n") })
    #expect(error.code == "manifest-line")
    #expect(error.offset == 1024)
  }

  @Test func `any flipped byte is taken or refused`() {
    let bytes = Array("file \"a\\x41\" seq 1 type b\n# c\nfile 'b' seq 12 type i\n".utf8)
    for index in bytes.indices {
      for byte in UInt8.min...UInt8.max {
        var flipped = bytes
        flipped[index] = byte
        _ = try? Manifest(parsing: flipped)
      }
    }
  }
}
