/// Holds keys against what a document claims about their category.
struct ClaimCheck: Sendable {
  private let document: DocumentedImpact
  private var tooLong = 0
  private var longest: Int64 = 0
  private var withoutExpiry = 0

  /// `ctime` has whole seconds: a key may have been written up to a second after it.
  private static let clockGrain: Int64 = 1000

  init(_ document: DocumentedImpact) {
    self.document = document
  }

  /// Puts together what was found in different keys; nil if there is nothing.
  init?(merging checks: [ClaimCheck]) {
    guard let first = checks.first else { return nil }
    self = first
    for check in checks.dropFirst() {
      tooLong += check.tooLong
      longest = max(longest, check.longest)
      withoutExpiry += check.withoutExpiry
    }
  }

  /// Takes in a key with this expiry, which a file that was written at `seenAt` has.
  mutating func add(expiry: Int64?, seenAt: Int64) {
    guard let expiry else {
      withoutExpiry += 1
      return
    }
    guard let allowed = document.maxLifetime else { return }
    // It was written before the file was: so long, at least, it lives.
    let (lived, overflow) = expiry.subtractingReportingOverflow(seenAt)
    guard !overflow, lived > 0, lived - Self.clockGrain > allowed else { return }
    tooLong += 1
    longest = max(longest, lived)
  }

  /// What was found against the document.
  var contradictions: [Contradiction] {
    var found: [Contradiction] = []
    if tooLong > 0 {
      found.append(
        Contradiction(
          code: "lives-longer", keys: tooLong, longest: longest, allowed: document.maxLifetime))
    }
    if withoutExpiry > 0 && document.alwaysExpires {
      found.append(
        Contradiction(code: "never-expires", keys: withoutExpiry, longest: nil, allowed: nil))
    }
    return found
  }
}
