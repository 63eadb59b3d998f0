import BinaryInput
import RDB
import TestSupport
import Testing

/// The worked example of the format's reference, in all layouts, and what stands beside the entries.
struct StreamValueTests {
  private static let node = """
    01 | 10 00 00 00 00 00 00 03 E8 00 00 00 00 00 00 00 00
    3F | 3F 00 00 00 19 00 | 02 01 01 01 02 01 81 66 02 81 67 02 00 01
    02 01 00 01 00 01 01 01 81 78 02 05 01
    03 01 00 01 01 01 02 01 81 79 02 05 01
    00 01 05 01 00 01 01 01 81 68 02 81 7A 02 06 01 FF
    """
  private static let state = "02 | 43 ED 00"
  private static let state2 = "43 E8 00 | 43 E8 01 | 03"
  private static let id = "00 00 00 00 00 00 03 E8 00 00 00 00 00 00 00 00"
  private static let pending = "01 | \(id) | EF 2E D9 02 A2 01 00 00 | 01"
  private static let seen1 = "EF 2E D9 02 A2 01 00 00"
  private static let seen2 = "F0 2E D9 02 A2 01 00 00"
  private static let never = "FF FF FF FF FF FF FF FF"
  private static let unknown = "81 FF FF FF FF FF FF FF FF"

  private static let entries = [
    "entry 1000-0", "f = 1", "g = x", "entry 1005-0", "h = z",
  ]

  static let examples: [WorkedExample] = [
    WorkedExample(
      "type 21",
      hex(
        """
        15 \(node) \(state) \(state2) 01 | 03 67 72 70 | 43 E8 00 | \(unknown) | \(pending)
        02 | 02 63 31 \(seen1) \(seen1) 01 \(id) | 02 63 32 \(seen2) \(never) 00
        """),
      entries + [
        "length 2 last 1005-0 first 1000-0 deleted 1000-1 added 3",
        "group grp at 1000-0 read unknown pending 1",
        "pending 1000-0 since 1795344117487 times 1",
        "consumer c1 seen 1795344117487 active 1795344117487 pending 1", "owns 1000-0",
        "consumer c2 seen 1795344117488 active never pending 0",
      ]),
    WorkedExample(
      "type 19 has no active time",
      hex(
        """
        13 \(node) \(state) \(state2) 01 | 03 67 72 70 | 43 E8 00 | 05 | \(pending)
        02 | 02 63 31 \(seen1) 01 \(id) | 02 63 32 \(seen2) 00
        """),
      entries + [
        "length 2 last 1005-0 first 1000-0 deleted 1000-1 added 3",
        "group grp at 1000-0 read 5 pending 1",
        "pending 1000-0 since 1795344117487 times 1",
        "consumer c1 seen 1795344117487 active 1795344117487 pending 1", "owns 1000-0",
        "consumer c2 seen 1795344117488 active 1795344117488 pending 0",
      ]),
    WorkedExample(
      "type 15 has to be completed",
      hex(
        """
        0F \(node) \(state) 01 | 03 67 72 70 | 43 E8 00 | \(pending)
        02 | 02 63 31 \(seen1) 01 \(id) | 02 63 32 \(seen2) 00
        """),
      entries + [
        "length 2 last 1005-0 first 1000-0 deleted 0-0 added 2",
        "group grp at 1000-0 read 1 pending 1",
        "pending 1000-0 since 1795344117487 times 1",
        "consumer c1 seen 1795344117487 active 1795344117487 pending 1", "owns 1000-0",
        "consumer c2 seen 1795344117488 active 1795344117488 pending 0",
      ]),
    WorkedExample(
      "type 26 recognizes repeated messages",
      hex(
        """
        1A \(node) \(state) \(state2) 00
        3C | 40 64 | 01 | 02 70 31 | 02 | 02 6D 31 43 E8 00 | C0 07 43 ED 00 | 02 | 01
        """),
      entries + [
        "length 2 last 1005-0 first 1000-0 deleted 1000-1 added 3",
        "p1 sent m1 as 1000-0", "p1 sent 7 as 1005-0",
        "remembers 60 s 100 entries added 2 repeated 1",
      ]),
    WorkedExample(
      "type 27 has entries that were given back",
      hex(
        """
        1B \(node) \(state) \(state2) 01 | 03 67 72 70 | 43 E8 00 | 02 | \(pending)
        00 | 01 \(id) | 3C 40 64 00 00 00
        """),
      entries + [
        "length 2 last 1005-0 first 1000-0 deleted 1000-1 added 3",
        "group grp at 1000-0 read 2 pending 1",
        "pending 1000-0 since 1795344117487 times 1", "given back 1000-0",
        "remembers 60 s 100 entries added 0 repeated 0",
      ]),
    WorkedExample(
      "a stream may be empty", hex("15 00 00 43 ED 00 00 00 43 ED 00 03 00"),
      ["length 0 last 1005-0 first 0-0 deleted 1005-0 added 3"]),
  ]

  @Test(arguments: examples)
  func `a stream has entries, a state and groups`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `a stream's node may be compressed`() throws {
    let record = Self.examples[0].record
    let plain = RDBBuilder.compressed(Array(record[20..<83]))
    #expect(record[19] == 0x3F)
    let compressed = Array(record[..<19]) + plain + record[83...]
    #expect(try decode(compressed) == Self.examples[0].value)

    var damaged = Array(record[20..<83])
    damaged[7] = 2  // the backlength of the first entry
    let error = try expectFailure(
      Array(record[..<19]) + RDBBuilder.compressed(damaged) + record[83...],
      .listpackBacklength, at: 18)
    #expect(error.path.first == "stream")
    #expect(error.path.last == "decompressed byte 7")
    #expect(error.path.contains("stream node 0"))
  }

  @Test(arguments: [
    "0F \(String(repeating: "00", count: 15))", "11 \(String(repeating: "00", count: 17))", "C0 05",
  ])
  func `the key of a node is an id of 16 bytes`(key: String) throws {
    try expectFailure(
      hex("15 01 \(key) 0D 0D 00 00 00 04 00 00 01 00 01 00 01 FF"), .streamNodeKey, at: 1)
  }

  @Test(arguments: [
    "00 40 64",  // no second at all
    "80 00 01 51 81 40 64",  // more than a day
    "3C 00",
    "3C 67 11",  // 10001 messages
  ])
  func `the settings for repeated messages are in range`(settings: String) throws {
    try expectFailure(
      hex("1A 00 00 00 00 00 00 00 00 00 00 \(settings) 00 00 00"), .streamIdempotence, at: 10)
  }
}
