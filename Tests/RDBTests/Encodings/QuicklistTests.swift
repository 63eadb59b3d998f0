import BinaryInput
import RDB
import TestSupport
import Testing

struct QuicklistTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "one packed node",
      hex("12 01 02 13 | 13 00 00 00 03 00 81 61 02 01 01 85 68 65 6C 6C 6F 06 FF"),
      ["element a", "element 1", "element hello"]),
    WorkedExample(
      "two packed nodes",
      hex(
        """
        12 02 | 02 0D 0D 00 00 00 02 00 81 61 02 81 62 02 FF
        02 0A 0A 00 00 00 01 00 81 63 02 FF
        """),
      ["element a", "element b", "element c"]),
    WorkedExample(
      "a plain node between packed ones",
      hex(
        """
        12 03 | 02 0A 0A 00 00 00 01 00 81 61 02 FF | 01 0A "plainnode!"
        02 0A 0A 00 00 00 01 00 81 62 02 FF
        """),
      ["element a", "element plainnode!", "element b"]),
    WorkedExample(
      "ziplists",
      hex(
        """
        0E 02 | 10 10 00 00 00 0D 00 00 00 02 00 00 01 61 03 F2 FF
        0E 0E 00 00 00 0A 00 00 00 01 00 00 01 62 FF
        """),
      ["element a", "element 1", "element b"]),
    WorkedExample(
      "a compressed plain node", hex("12 01 01 C3 09 40 40 01 61 61 E0 33 00 01 61 61"),
      ["element \(String(repeating: "a", count: 64))"]),
  ]

  @Test(arguments: examples)
  func `a list has the elements of its nodes`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `a list without nodes is empty`() throws {
    #expect(try decode(hex("12 00")) == [])
    #expect(try decode(hex("0E 00")) == [])
  }

  @Test(arguments: [0, 3, 63] as [UInt8])
  func `a node is plain or packed`(container: UInt8) throws {
    let error = try expectFailure([18, 1, container, 1, 0x61], .quicklistNode, at: 1)
    #expect(error.path == ["list", "node 0"])
  }

  @Test(arguments: [("12 01 01 00", 2), ("12 01 02 00", 2), ("0E 01 00", 1)])
  func `a node has bytes`(record: String, offset: Int) throws {
    try expectFailure(hex(record), .quicklistNode, at: offset)
  }

  @Test(arguments: ["40 00", "80 00 00 00 00"])
  func `a plain node has bytes, whatever the form of its length`(length: String) throws {
    try expectFailure(hex("12 01 01 \(length)"), .quicklistNode, at: 2)
  }

  @Test func `an error says in which node it is`() throws {
    let first = "02 0A 0A 00 00 00 01 00 81 61 02 FF"
    let error = try expectFailure(
      hex("12 02 | \(first) | 02 0A 0A 00 00 00 01 00 81 61 03 FF"), .listpackBacklength, at: 23)
    #expect(error.path == ["list", "node 1", "listpack entry 0"])
    #expect(
      error.description
        == "offset 0x23: key \"k\" (list, node 1, listpack entry 0): "
        + "the backlength is not that of the entry's 2 bytes")
  }

  @Test func `an error in a compressed node stands where the node's string stands`() throws {
    let blob = RDBBuilder.compressed(hex("0A 00 00 00 01 00 81 61 03 FF"))
    let error = try expectFailure(hex("12 01 02") + blob, .listpackBacklength, at: 2)
    #expect(
      error.path == ["list", "node 0", "listpack entry 0", "decompressed byte 8"])
  }
}
