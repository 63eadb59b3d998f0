/// An ordered list of anchored patterns: which is the first that matches?
///
/// The first eight bytes of a key are compared, all at once, with the literal beginnings of the patterns that can match
/// its first byte; the rest of a beginning, and PCRE2, only where they fit. Belongs to one thread at a time.
public final class PatternList {
  private struct Candidate {
    let index: Int
    let prefix: [UInt8]
    /// What has to match beside the prefix.
    let pattern: BytePattern?
  }

  /// What could match, by first byte; behind them what could match the empty key.
  private let candidates: [Candidate]
  /// Where in `candidates` those for a first byte begin; one more than there are.
  private let starts: [Int]
  /// The first bytes of the candidates' beginnings, as `word(of:)` has those of a key.
  private let words: [UInt64]
  /// Which bits of a key's word must be those of the candidate's.
  private let masks: [UInt64]

  /// Compiles patterns, in their order.
  ///
  /// - Throws: `PatternError` for the first that can't be compiled.
  public init(_ patterns: [String]) throws(PatternError) {
    var slots = [[Candidate]](repeating: [], count: 257)
    for (index, source) in patterns.enumerated() {
      let literals = LiteralPrefixes(of: source)
      // What consists of literals needs no expression.
      let pattern = literals.isWhole ? nil : try BytePattern(source, anchored: true)
      for prefix in literals.alternatives {
        let candidate = Candidate(index: index, prefix: prefix, pattern: pattern)
        if let first = prefix.first {
          slots[Int(first)].append(candidate)
        } else {
          for slot in slots.indices { slots[slot].append(candidate) }
        }
      }
    }
    candidates = slots.flatMap(\.self)
    starts = slots.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    words = candidates.map { Self.word(of: $0.prefix.span) }
    masks = candidates.map {
      $0.prefix.count >= 8 ? .max : (1 << UInt64(8 * $0.prefix.count)) - 1
    }
  }

  /// The index of the first pattern that matches `key` from its start; nil if none does.
  public func firstMatch(_ key: Span<UInt8>) -> Int? {
    let slot = key.isEmpty ? 256 : Int(key[0])
    let word = Self.word(of: key)
    for place in starts[slot]..<starts[slot + 1] where word & masks[place] == words[place] {
      if Self.matches(candidates[place], key) { return candidates[place].index }
    }
    return nil
  }

  /// The first eight bytes, the first one lowest; those that are missing are 0.
  private static func word(of bytes: Span<UInt8>) -> UInt64 {
    if bytes.count >= 8 {
      return unsafe UInt64(
        littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    }
    var word: UInt64 = 0
    for index in bytes.indices { word |= UInt64(bytes[index]) << UInt64(8 * index) }
    return word
  }

  private static func matches(_ candidate: borrowing Candidate, _ key: Span<UInt8>) -> Bool {
    let prefix = candidate.prefix.span
    guard prefix.count <= key.count else { return false }
    for index in prefix.indices where prefix[index] != key[index] { return false }
    return candidate.pattern?.matches(key) ?? true
  }
}
