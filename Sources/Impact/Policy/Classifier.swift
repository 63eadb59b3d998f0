internal import BinaryInput
internal import Patterns

/// Finds the category of a key, and what its name says beyond that. Belongs to one thread at a time.
final class Classifier {
  let policy: Policy
  private let patterns: PatternList
  private let dates: [BytePattern?]
  private let subjects: [BytePattern?]
  private let limits: [[(pattern: BytePattern?, limit: Int64)]]

  /// Compiles the patterns of a policy.
  ///
  /// - Throws: `PatternError` for a pattern that can't be compiled; a policy that was read from a file has
  ///   none.
  init(_ policy: Policy) throws(PatternError) {
    self.policy = policy
    patterns = try PatternList(policy.categories.map(\.pattern))
    var dates: [BytePattern?] = []
    var subjects: [BytePattern?] = []
    var limits: [[(pattern: BytePattern?, limit: Int64)]] = []
    for category in policy.categories {
      dates.append(try category.datePattern.compiled(anchored: false))
      var subject: String?
      var counterLimits: [(pattern: BytePattern?, limit: Int64)] = []
      switch category.value {
      case .amount(_, let pattern): subject = pattern
      case .counter(let stated):
        for limit in stated {
          counterLimits.append((try limit.pattern.compiled(anchored: true), limit.limit))
        }
      default: break
      }
      subjects.append(try subject.compiled(anchored: true))
      limits.append(counterLimits)
    }
    (self.dates, self.subjects, self.limits) = (dates, subjects, limits)
  }

  /// The index in the policy of the category of a key; nil if it has none.
  func category(of key: Span<UInt8>) -> Int? {
    patterns.firstMatch(key)
  }

  /// The date that a key is about, as `YYYY-MM-DD`; nil if its name has none.
  func date(in key: [UInt8], category: Int) -> String? {
    capture(dates[category], in: key)
  }

  /// Whom a key is about; nil if the policy does not say how to tell.
  func subject(of key: [UInt8], category: Int) -> String? {
    capture(subjects[category], in: key)
  }

  /// The count at which a counter locks; nil if the policy knows none for this key.
  func limit(of key: [UInt8], category: Int) -> Int64? {
    limits[category].first { $0.pattern?.matches(key.span) ?? true }?.limit
  }

  private func capture(_ pattern: BytePattern?, in key: [UInt8]) -> String? {
    guard let range = pattern?.firstCapture(in: key.span) else { return nil }
    return EscapedBytes(Array(key[range])).description
  }
}

extension String? {
  fileprivate func compiled(anchored: Bool) throws(PatternError) -> BytePattern? {
    guard let self else { return nil }
    return try BytePattern(self, anchored: anchored)
  }
}
