/// A moment in UTC, in the form that reports and command lines have (RFC 3339).
///
/// Written out here rather than taken from a calendar: expiries come from files, and every 64-bit number
/// has to come out as a text, the same on every machine.
public struct Timestamp: Equatable, Sendable, CustomStringConvertible {
  /// Unix milliseconds.
  public let milliseconds: Int64

  /// Names a moment in Unix milliseconds.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  private static let millisecondsPerDay: Int64 = 86_400_000

  /// `2026-03-11T01:00:00Z`, with milliseconds only if there are any.
  public var description: String {
    let rest = milliseconds.flooredRemainder(by: Self.millisecondsPerDay)
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
    let fraction = rest % 1000 == 0 ? "" : ".\(padded(rest % 1000, 3))"
    return "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))\(fraction)Z"
  }

  /// The day, as `2026-03-11`.
  public var date: String {
    let (year, month, day) = Self.civil(
      day: milliseconds.flooredQuotient(by: Self.millisecondsPerDay))
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// How many milliseconds later `other` is, or the nearest that 64 bits can say.
  public func distance(to other: Timestamp) -> Int64 {
    let (distance, overflow) = other.milliseconds.subtractingReportingOverflow(milliseconds)
    return overflow ? (other.milliseconds < milliseconds ? .min : .max) : distance
  }

  /// The next midnight.
  public var nextDay: Timestamp {
    let day = milliseconds.flooredQuotient(by: Self.millisecondsPerDay)
    let (next, overflow) = (day + 1).multipliedReportingOverflow(by: Self.millisecondsPerDay)
    return overflow ? self : Timestamp(milliseconds: next)
  }

  /// Year, month and day of the proleptic Gregorian calendar from days since 1970-01-01.
  ///
  /// Counted in eras of 400 years that begin in March, so that the leap day is an era's last.
  private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01 of a date.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear.flooredQuotient(by: 400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Timestamp {
  /// Reads RFC 3339 with a zone, or a bare number: below 10^11 seconds, else milliseconds; nil for others.
  public init?(parsing text: String) {
    if let number = Int64(text) {
      self.init(milliseconds: number.magnitude < 100_000_000_000 ? number * 1000 : number)
      return
    }
    guard let milliseconds = Self.parseRFC3339(Array(text.utf8)) else { return nil }
    self.init(milliseconds: milliseconds)
  }

  private static func parseRFC3339(_ text: [UInt8]) -> Int64? {
    var scanner = Scanner(text)
    guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2),
      scanner.take("-"), let day = scanner.digits(2), scanner.take("Tt "),
      let hour = scanner.digits(2), scanner.take(":"), let minute = scanner.digits(2),
      scanner.take(":"), let second = scanner.digits(2)
    else { return nil }
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    let date = days(year: year, month: month, day: day)
    // A day that its month does not have comes out as another date.
    guard civil(day: date) == (year, month, day) else { return nil }
    var milliseconds: Int64 = 0
    if scanner.take(".") {
      guard let fraction = scanner.fraction() else { return nil }
      milliseconds = fraction
    }
    guard let offset = scanner.zoneMinutes(), scanner.isAtEnd else { return nil }
    let minutes = date * 1440 + hour * 60 + minute - offset
    return (minutes * 60 + second) * 1000 + milliseconds
  }

  /// Reads the parts of a timestamp.
  private struct Scanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: [UInt8]) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ choices: String) -> Bool {
      guard let byte = rest.first, choices.utf8.contains(byte) else { return false }
      rest.removeFirst()
      return true
    }

    mutating func digits(_ count: Int) -> Int64? {
      guard rest.count >= count else { return nil }
      var number: Int64 = 0
      for byte in rest.prefix(count) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      rest.removeFirst(count)
      return number
    }

    /// Milliseconds from the digits behind a point, of which those behind the third don't count.
    mutating func fraction() -> Int64? {
      var milliseconds: Int64 = 0
      var unit: Int64 = 100
      var count = 0
      while let digit = digits(1) {
        milliseconds += digit * unit
        unit /= 10
        count += 1
      }
      return count > 0 ? milliseconds : nil
    }

    /// `Z`, or the zone's distance from UTC.
    mutating func zoneMinutes() -> Int64? {
      if take("Zz") { return 0 }
      let isEast = rest.first == UInt8(ascii: "+")
      guard take("+-"), let hours = digits(2), take(":"), let minutes = digits(2), hours < 24,
        minutes < 60
      else { return nil }
      return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  fileprivate func flooredRemainder(by divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.count))
  return (number < 0 ? "-" : "") + zeros + digits
}
