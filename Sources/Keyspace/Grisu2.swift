/// The digits with which servers since 7.2 print a number: Florian Loitsch's Grisu2, as their `fpconv`
/// library has it.
///
/// It finds digits that read back to the number, and in all but about one case in a thousand the shortest.
/// In the others it must be wrong in the same way as the server, so no better algorithm will do.
struct Grisu2 {
  /// The digits, most significant first, without zeros in front.
  private(set) var digits: [UInt8] = []
  /// The number is the digits × 10^exponent.
  private(set) var exponent = 0

  /// Finds the digits of a positive, finite number.
  init(_ number: Double) {
    let value = BinaryFloat(number)
    var (lower, upper) = value.boundaries
    let (power, decimalExponent) = Self.power(for: upper.exponent)
    let scaled = value.normalized * power
    upper = upper * power
    lower = lower * power
    // The products may be off by one in the last place: stay inside.
    lower.fraction &+= 1
    upper.fraction &-= 1
    exponent = -decimalExponent
    generate(scaled, lower, upper)
  }

  /// A power of ten that brings a number with this binary exponent into the range where its integral part
  /// fits into 32 bits.
  private static func power(for exponent: Int) -> (BinaryFloat, decimalExponent: Int) {
    let powers = CachedPowersOfTen.all
    let approximate = Int(-Double(exponent + powers.count) * 0.30102999566398114)
    var index = (approximate - CachedPowersOfTen.firstPower) / CachedPowersOfTen.step
    while true {
      let scaled = exponent + powers[index].exponent + 64
      if scaled < -60 {
        index += 1
      } else if scaled > -32 {
        index -= 1
      } else {
        let power = BinaryFloat(
          fraction: powers[index].fraction, exponent: powers[index].exponent)
        return (power, CachedPowersOfTen.firstPower + index * CachedPowersOfTen.step)
      }
    }
  }

  /// Takes digits from the upper boundary until what is left no longer matters.
  private mutating func generate(
    _ value: BinaryFloat, _ lower: BinaryFloat, _ upper: BinaryFloat
  ) {
    let distance = upper.fraction &- value.fraction
    var tolerance = upper.fraction &- lower.fraction
    let shift = UInt64(-upper.exponent)
    let one: UInt64 = 1 << shift
    var integral = upper.fraction >> shift
    var fraction = upper.fraction & (one - 1)
    var power: UInt64 = 1_000_000_000
    var place = 10
    while place > 0 {
      append(integral / power)
      integral %= power
      place -= 1
      let rest = (integral << shift) &+ fraction
      if rest <= tolerance {
        exponent += place
        return round(tolerance, rest, unit: power << shift, distance)
      }
      power /= 10
    }
    var scale: UInt64 = 10
    while true {
      fraction &*= 10
      tolerance &*= 10
      place -= 1
      append(fraction >> shift)
      fraction &= one - 1
      if fraction < tolerance {
        exponent += place
        return round(tolerance, fraction, unit: one, distance &* scale)
      }
      scale &*= 10
    }
  }

  private mutating func append(_ digit: UInt64) {
    if digit > 0 || !digits.isEmpty { digits.append(UInt8(truncatingIfNeeded: digit)) }
  }

  /// Lowers the last digit as long as that brings the result nearer to the number.
  private mutating func round(
    _ tolerance: UInt64, _ rest: UInt64, unit: UInt64, _ distance: UInt64
  ) {
    guard let last = digits.indices.last else { return }
    var rest = rest
    while rest < distance, tolerance &- rest >= unit,
      rest &+ unit < distance || distance &- rest > rest &+ unit &- distance
    {
      digits[last] -= 1
      rest &+= unit
    }
  }
}

/// A number as fraction × 2^exponent.
private struct BinaryFloat {
  var fraction: UInt64
  var exponent: Int

  private static let hiddenBit: UInt64 = 1 << 52

  init(fraction: UInt64, exponent: Int) {
    self.fraction = fraction
    self.exponent = exponent
  }

  init(_ number: Double) {
    let stored = Int(number.exponentBitPattern)
    let bias = 1023 + 52
    fraction = number.significandBitPattern + (stored == 0 ? 0 : Self.hiddenBit)
    exponent = stored == 0 ? 1 - bias : stored - bias
  }

  /// The same number with the high bit of the fraction set.
  var normalized: BinaryFloat {
    let shift = fraction.leadingZeroBitCount
    return BinaryFloat(fraction: fraction << UInt64(shift), exponent: exponent - shift)
  }

  /// Halfway to the neighbours; what lies between reads back to the number. Both have one exponent.
  var boundaries: (lower: BinaryFloat, upper: BinaryFloat) {
    let upper = BinaryFloat(fraction: (fraction << 1) + 1, exponent: exponent - 1).normalized
    // The neighbour below a power of two is half as far away.
    let shift = fraction == Self.hiddenBit ? 2 : 1
    let lower = BinaryFloat(fraction: (fraction << UInt64(shift)) - 1, exponent: exponent - shift)
    let alignment = UInt64(lower.exponent - upper.exponent)
    return (
      BinaryFloat(fraction: lower.fraction << alignment, exponent: upper.exponent), upper
    )
  }

  /// The product, rounded to 64 bits from the upper halves and the carry of the lower ones.
  static func * (left: BinaryFloat, right: BinaryFloat) -> BinaryFloat {
    let low: UInt64 = 0xFFFF_FFFF
    let highLow = (left.fraction >> 32) * (right.fraction & low)
    let lowHigh = (left.fraction & low) * (right.fraction >> 32)
    let lowLow = (left.fraction & low) * (right.fraction & low)
    let highHigh = (left.fraction >> 32) * (right.fraction >> 32)
    let middle = (highLow & low) + (lowHigh & low) + (lowLow >> 32) + (1 << 31)
    return BinaryFloat(
      fraction: highHigh &+ (highLow >> 32) &+ (lowHigh >> 32) &+ (middle >> 32),
      exponent: left.exponent + right.exponent + 64)
  }
}
