internal import BinaryInput
public import Patterns

/// Finds whom keys are about. Belongs to one thread at a time.
public struct WhomFinder {
  private let patterns: [BytePattern?]

  /// Compiles the patterns of a policy.
  ///
  /// - Throws: `PatternError` for one that can't be compiled, which reading the policy has excluded.
  public init(_ policy: Policy) throws(PatternError) {
    var patterns: [BytePattern?] = []
    for category in policy.categories {
      guard let whom = category.whom else {
        patterns.append(nil)
        continue
      }
      patterns.append(try BytePattern(whom.pattern, anchored: true))
    }
    self.patterns = patterns
  }

  /// Whom a key is about, safe to show; nil if its name does not say.
  public func whom(of name: [UInt8], category: Int) -> String? {
    guard let range = patterns[category]?.firstCapture(in: name.span) else { return nil }
    return EscapedBytes(Array(name[range]), limit: 80).description
  }
}
