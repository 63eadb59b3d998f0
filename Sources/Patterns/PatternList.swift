/// An ordered list of anchored patterns: which is the first that matches?
///
/// A key is compared with the literal beginnings of the patterns that can match its first byte; PCRE2
/// runs only where such a beginning fits and the pattern asks for more. Belongs to one thread at a time.
public final class PatternList {
  private struct Candidate {
    let index: Int
    let prefix: [UInt8]
    /// What has to match beside the prefix.
    let pattern: BytePattern?
  }

  /// For each first byte, and at 256 for the empty key, what could match.
  private let candidates: [[Candidate]]

  /// Compiles patterns, in their order.
  ///
  /// - Throws: `PatternError` for the first that can't be compiled.
  public init(_ patterns: [String]) throws(PatternError) {
    var candidates = [[Candidate]](repeating: [], count: 257)
    for (index, source) in patterns.enumerated() {
      let pattern = try BytePattern(source, anchored: true)
      let literals = LiteralPrefixes(of: source)
      for prefix in literals.alternatives {
        let candidate = Candidate(
          index: index, prefix: prefix, pattern: literals.isWhole ? nil : pattern)
        if let first = prefix.first {
          candidates[Int(first)].append(candidate)
        } else {
          for slot in candidates.indices { candidates[slot].append(candidate) }
        }
      }
    }
    self.candidates = candidates
  }

  /// The index of the first pattern that matches `key` from its start; nil if none does.
  public func firstMatch(_ key: Span<UInt8>) -> Int? {
    let slot = key.isEmpty ? 256 : Int(key[0])
    for index in candidates[slot].indices {
      guard Self.matches(candidates[slot][index], key) else { continue }
      return candidates[slot][index].index
    }
    return nil
  }

  private static func matches(_ candidate: borrowing Candidate, _ key: Span<UInt8>) -> Bool {
    let prefix = candidate.prefix.span
    guard prefix.count <= key.count else { return false }
    for index in prefix.indices where prefix[index] != key[index] { return false }
    return candidate.pattern?.matches(key) ?? true
  }
}
