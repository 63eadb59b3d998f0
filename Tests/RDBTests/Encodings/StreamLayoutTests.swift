import BinaryInput
import RDB
import TestSupport
import Testing

/// What servers derive for the first layout of streams, which does not say it.
struct StreamLayoutTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "nothing was ever added", stream([], last: (0, 0), group: (0, 0)),
      [
        "length 0 last 0-0 first 0-0 deleted 0-0 added 0", "group g at 0-0 read 0 pending 0",
      ]),
    WorkedExample(
      "the group has read everything", stream([1, 2, 3], last: (3, 0), group: (3, 0)),
      [
        "entry 1-0", "entry 2-0", "entry 3-0",
        "length 3 last 3-0 first 1-0 deleted 0-0 added 3", "group g at 3-0 read 3 pending 0",
      ]),
    WorkedExample(
      "the group is ahead", stream([1], last: (3, 0), group: (9, 0)),
      [
        "entry 1-0", "length 1 last 3-0 first 1-0 deleted 0-0 added 1",
        "group g at 9-0 read unknown pending 0",
      ]),
    WorkedExample(
      "the group has read nothing", stream([2, 3], last: (3, 0), group: (0, 0)),
      [
        "entry 2-0", "entry 3-0", "length 2 last 3-0 first 2-0 deleted 0-0 added 2",
        "group g at 0-0 read 0 pending 0",
      ]),
    WorkedExample(
      "the group has read the first", stream([2, 3], last: (3, 0), group: (2, 0)),
      [
        "entry 2-0", "entry 3-0", "length 2 last 3-0 first 2-0 deleted 0-0 added 2",
        "group g at 2-0 read 1 pending 0",
      ]),
    WorkedExample(
      "the group is in the middle", stream([1, 2, 3], last: (3, 0), group: (2, 0)),
      [
        "entry 1-0", "entry 2-0", "entry 3-0", "length 3 last 3-0 first 1-0 deleted 0-0 added 3",
        "group g at 2-0 read unknown pending 0",
      ]),
    WorkedExample(
      "everything was deleted", stream([], last: (5, 5), group: (1, 0)),
      [
        // Its length is 0, and so is what counts as added: that much has been read.
        "length 0 last 5-5 first 0-0 deleted 0-0 added 0", "group g at 1-0 read 0 pending 0",
      ]),
  ]

  /// A stream of type 15 with entries without fields at `times`, and one group.
  private static func stream(
    _ times: [Int64], last: (UInt64, UInt64), group: (UInt64, UInt64)
  ) -> [UInt8] {
    var record: [UInt8] = [15, times.isEmpty ? 0 : 1]
    if !times.isEmpty {
      var node = ListpackBuilder(["\(times.count)", "0", "0", "0"])
      for time in times {
        for number in [2, time, 0, 3] { node.add(number) }
      }
      record += RDBBuilder.string([UInt8](repeating: 0, count: 16)) + node.string()
    }
    record += RDBBuilder.length(UInt64(times.count))
    record += RDBBuilder.length(last.0) + RDBBuilder.length(last.1)
    return record + [1] + RDBBuilder.string("g") + RDBBuilder.length(group.0)
      + RDBBuilder.length(group.1) + [0, 0]
  }

  @Test(arguments: examples)
  func `what the first layout lacks is derived as servers do`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test func `the first live entry is not a deleted one`() throws {
    var node = ListpackBuilder(["1", "1", "0", "0"])
    for number: Int64 in [3, 1, 0, 3, 2, 2, 0, 3] { node.add(number) }
    let record =
      [15, 1] + RDBBuilder.string([UInt8](repeating: 0, count: 16)) + node.string()
      + hex("01 02 00 00")
    #expect(
      try decode(record) == ["entry 2-0", "length 1 last 2-0 first 2-0 deleted 0-0 added 1"])
  }
}
