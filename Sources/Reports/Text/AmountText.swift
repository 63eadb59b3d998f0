/// Amounts for people.
enum AmountText {
  /// An amount of memory in the units that the server's `INFO` uses: powers of 1024.
  static func bytes(_ bytes: Int) -> String {
    guard bytes.magnitude >= 10_000 else { return "\(bytes)" }
    var amount = Double(bytes)
    for unit in ["K", "M", "G", "T"] {
      amount /= 1024
      if amount.magnitude < 1000 || unit == "T" { return "\(decimal(amount))\(unit)" }
    }
    return "\(bytes)"
  }

  /// A part of a whole: `12.5 %`.
  static func share(_ part: Int, of whole: Int) -> String {
    whole > 0 ? "\(decimal(100 * Double(part) / Double(whole))) %" : "-"
  }

  private static func decimal(_ number: Double) -> String {
    let tenfold = Int((number.magnitude * 10).rounded())
    return "\(number < 0 && tenfold > 0 ? "-" : "")\(tenfold / 10).\(tenfold % 10)"
  }
}
