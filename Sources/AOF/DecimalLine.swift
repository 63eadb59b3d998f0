/// A number as C's `strtol` reads it from a line.
struct DecimalLine {
  /// The number, at most as far from 0 as 64 bits go.
  let value: Int64
  /// Whether the line has digits and a line end, and nothing else.
  let isCanonical: Bool

  /// Reads what stands behind the first `start` bytes of `line`; nil if that is nothing at all.
  init?(_ line: Span<UInt8>, from start: Int) {
    guard start < line.count else { return nil }
    var cursor = start
    while cursor < line.count, Self.isSpace(line[cursor]) { cursor += 1 }
    let isNegative = cursor < line.count && line[cursor] == UInt8(ascii: "-")
    let isSigned = isNegative || (cursor < line.count && line[cursor] == UInt8(ascii: "+"))
    if isSigned { cursor += 1 }
    let first = cursor
    var value: Int64 = 0
    var isSaturated = false
    while cursor < line.count, (0x30...0x39).contains(line[cursor]) {
      let digit = Int64(line[cursor] - 0x30)
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      isSaturated = isSaturated || overflow || carry
      value = isSaturated ? (isNegative ? .min : .max) : sum
      cursor += 1
    }
    self.value = value
    let isEnded =
      line.count - cursor == 2 && line[cursor] == UInt8(ascii: "\r")
      && line[cursor + 1] == UInt8(ascii: "\n")
    isCanonical = first == start && cursor > first && isEnded && !isSaturated
  }

  /// C's `isspace`.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }
}
