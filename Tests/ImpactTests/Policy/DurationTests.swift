import Impact
import Testing

struct DurationTests {
  @Test(
    arguments: [
      ("0s", 0), ("1ms", 1), ("500ms", 500), ("10s", 10_000), ("15m", 900_000),
      ("48h", 172_800_000), ("7d", 604_800_000), ("007s", 7000),
      ("9223372036854775807ms", .max), ("106751991167d", 9_223_372_036_828_800_000),
    ] as [(String, Int64)])
  func `a duration is a whole number and a unit`(text: String, milliseconds: Int64) {
    #expect(parseDuration(text) == milliseconds)
  }

  @Test(arguments: [
    "", "s", "10", "10 s", " 10s", "10s ", "1.5h", "-1s", "+1s", "10S", "10min", "1w", "1h30m",
    "٣s", "９s", "9223372036854775808ms", "106751991168d", "9223372036854775807s",
  ])
  func `anything else is no duration`(text: String) {
    #expect(parseDuration(text) == nil)
  }
}
