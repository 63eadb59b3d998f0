import Impact
import Testing

struct TimestampTests {
  /// A moment and its only text.
  struct Moment: CustomStringConvertible, Sendable {
    let milliseconds: Int64
    let text: String

    init(_ milliseconds: Int64, _ text: String) {
      (self.milliseconds, self.text) = (milliseconds, text)
    }

    var description: String { text }
  }

  static let moments: [Moment] = [
    Moment(0, "1970-01-01T00:00:00Z"),
    Moment(1, "1970-01-01T00:00:00.001Z"),
    Moment(999, "1970-01-01T00:00:00.999Z"),
    Moment(-1, "1969-12-31T23:59:59.999Z"),
    Moment(-1000, "1969-12-31T23:59:59Z"),
    Moment(-86_400_000, "1969-12-31T00:00:00Z"),
    Moment(951_782_400_000, "2000-02-29T00:00:00Z"),
    Moment(951_868_799_999, "2000-02-29T23:59:59.999Z"),
    Moment(951_868_800_000, "2000-03-01T00:00:00Z"),
    Moment(1_709_164_800_000, "2024-02-29T00:00:00Z"),
    Moment(1_773_190_800_000, "2026-03-11T01:00:00Z"),
    Moment(4_107_456_000_000, "2100-02-28T00:00:00Z"),
    Moment(4_107_542_400_000, "2100-03-01T00:00:00Z"),
    Moment(-2_203_977_600_000, "1900-02-28T00:00:00Z"),
    Moment(-2_203_891_200_000, "1900-03-01T00:00:00Z"),
    Moment(-62_167_219_200_000, "0000-01-01T00:00:00Z"),
    Moment(253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
  ]

  @Test(arguments: moments)
  func `a moment has one text`(moment: Moment) {
    #expect(Timestamp(milliseconds: moment.milliseconds).description == moment.text)
  }

  @Test(arguments: moments)
  func `the text of a moment is read as that moment`(moment: Moment) {
    #expect(Timestamp(parsing: moment.text)?.milliseconds == moment.milliseconds)
  }

  @Test func `every day of two centuries has its date`() {
    var date = (year: 1896, month: 1, day: 1)
    for day in Int64(-27_028)..<49_308 {
      let expected =
        "\(date.year)-\(date.month < 10 ? "0" : "")\(date.month)-\(date.day < 10 ? "0" : "")\(date.day)"
      guard Timestamp(milliseconds: day * 86_400_000).date == expected,
        Timestamp(milliseconds: day * 86_400_000 + 86_399_999).date == expected
      else {
        Issue.record("day \(day) is not \(expected)")
        return
      }
      date.day += 1
      if date.day > Self.days(in: date.month, of: date.year) {
        date = date.month == 12 ? (date.year + 1, 1, 1) : (date.year, date.month + 1, 1)
      }
    }
    #expect(date == (2105, 1, 1))
  }

  @Test func `a moment before the year 0 has a text`() {
    let moment = Timestamp(milliseconds: -62_167_219_200_001)
    #expect(moment.description == "-0001-12-31T23:59:59.999Z")
  }

  @Test func `the last moment of all has a text`() {
    #expect(Timestamp(milliseconds: .max).description == "292278994-08-17T07:12:55.807Z")
    #expect(Timestamp(milliseconds: .max).nextDay.milliseconds == .max)
  }

  @Test func `the first moment of all has a text`() async {
    // A trap ends the process: in another one it is a finding, here it would be the end of all tests.
    await #expect(processExitsWith: .success) {
      #expect(Timestamp(milliseconds: .min).description == "-292275055-05-16T16:47:04.192Z")
      #expect(Timestamp(milliseconds: .min).date == "-292275055-05-16")
      #expect(Timestamp(milliseconds: .min).nextDay.description == "-292275055-05-17T00:00:00Z")
    }
  }

  @Test(arguments: [
    ("2026-03-11T00:00:00Z", "2026-03-12T00:00:00Z"),
    ("2026-03-11T23:59:59.999Z", "2026-03-12T00:00:00Z"),
    ("2024-02-28T12:00:00Z", "2024-02-29T00:00:00Z"),
    ("2025-12-31T12:00:00Z", "2026-01-01T00:00:00Z"),
    ("1969-12-31T12:00:00Z", "1970-01-01T00:00:00Z"),
  ])
  func `the next day begins at the next midnight in UTC`(moment: String, midnight: String) throws {
    let moment = try #require(Timestamp(parsing: moment))
    #expect(moment.nextDay.description == midnight)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}
