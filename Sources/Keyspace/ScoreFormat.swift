internal import Foundation
public import RDB

extension ScoreText {
  /// The text of a score.
  public func format(_ score: Double) -> String {
    if score.isInfinite { return score < 0 ? "-inf" : "inf" }
    switch self {
    case .seventeenDigits: return String(format: "%.17g", score)
    case .shortest: return Self.shortest(score)
    }
  }

  /// Digits that read back to the same number, mostly the shortest, laid out as the server does
  /// (`fpconv_dtoa`).
  ///
  /// With n digits D and value D × 10^K: K zeros behind where the exponent is small, a decimal point where
  /// that stays short, else scientific notation with an unpadded exponent.
  private static func shortest(_ score: Double) -> String {
    let sign = score.sign == .minus ? "-" : ""
    if score == 0 { return sign + "0" }
    let decimal = Grisu2(score.magnitude)
    let digits = String(decoding: decimal.digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    let exponent = decimal.exponent
    let count = digits.utf8.count
    let scientific = exponent + count - 1
    if exponent >= 0 && abs(scientific) < count + 7 {
      return sign + digits + String(repeating: "0", count: exponent)
    }
    if exponent < 0 && (exponent > -7 || abs(scientific) < 4) {
      return sign + plain(digits, exponent)
    }
    let fraction = digits.dropFirst()
    let mantissa = digits.prefix(1) + (fraction.isEmpty ? "" : ".\(fraction)")
    return "\(sign)\(mantissa)e\(scientific < 0 ? "-" : "+")\(abs(scientific))"
  }

  /// Digits with a decimal point, and `0.` with zeros in front where needed.
  private static func plain(_ digits: String, _ exponent: Int) -> String {
    let point = digits.count + exponent
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
    return "\(digits.prefix(point)).\(digits.dropFirst(point))"
  }
}
