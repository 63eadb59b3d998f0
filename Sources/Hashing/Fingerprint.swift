internal import CXXHash

/// 128 bits that stand for some bytes: two different inputs share them by accident alone.
///
/// Key names and values come from outside, so fingerprints are made under a secret seed: nobody can
/// prepare two values that lossmap takes for one.
public struct Fingerprint: Hashable, Sendable {
  /// The low half.
  public var low: UInt64
  /// The high half.
  public var high: UInt64

  /// The fingerprint of nothing, to begin a sum with.
  public static let zero = Fingerprint(low: 0, high: 0)

  /// Puts two halves together.
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Adds the fingerprint of a member of something that has no order.
  public static func += (sum: inout Fingerprint, member: Fingerprint) {
    let (low, carry) = sum.low.addingReportingOverflow(member.low)
    sum.low = low
    sum.high = sum.high &+ member.high &+ (carry ? 1 : 0)
  }
}

/// Makes fingerprints under one seed, with XXH3 of the xxHash library.
public struct FingerprintHasher: Sendable {
  private let seed: UInt64

  /// Makes fingerprints under `seed`; without one, under a new secret one.
  public init(seed: UInt64? = nil) {
    self.seed = seed ?? UInt64.random(in: 1...UInt64.max)
  }

  /// The fingerprint of `bytes`.
  public func hash(_ bytes: Span<UInt8>) -> Fingerprint {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let hash = unsafe XXH3_128bits_withSeed(buffer.baseAddress, buffer.count, seed)
      return Fingerprint(low: hash.low64, high: hash.high64)
    }
  }

  /// The fingerprint of `bytes` in a name space of its own: the same bytes elsewhere have another.
  public func hash(_ bytes: Span<UInt8>, in space: UInt64) -> Fingerprint {
    var hash = hash(bytes)
    if space != 0 { hash = combine(hash, Fingerprint(low: space, high: ~space)) }
    return hash
  }

  /// The fingerprint of two things in this order.
  public func combine(_ first: Fingerprint, _ second: Fingerprint) -> Fingerprint {
    let words: InlineArray<4, UInt64> = [first.low, first.high, second.low, second.high]
    let hash = unsafe words.span.withUnsafeBytes { bytes in
      unsafe XXH3_128bits_withSeed(bytes.baseAddress, bytes.count, seed)
    }
    return Fingerprint(low: hash.low64, high: hash.high64)
  }

  /// The fingerprint of a thing and two numbers.
  public func combine(_ first: Fingerprint, _ number: UInt64, _ other: UInt64) -> Fingerprint {
    combine(first, Fingerprint(low: number, high: other))
  }
  /// The fingerprint of two things and two numbers.
  public func combine(
    _ first: Fingerprint, _ second: Fingerprint, _ number: UInt64, _ other: UInt64
  ) -> Fingerprint {
    let words: InlineArray<6, UInt64> = [
      first.low, first.high, second.low, second.high, number, other,
    ]
    let hash = unsafe words.span.withUnsafeBytes { bytes in
      unsafe XXH3_128bits_withSeed(bytes.baseAddress, bytes.count, seed)
    }
    return Fingerprint(low: hash.low64, high: hash.high64)
  }
}
