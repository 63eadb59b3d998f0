extension Verification {
  /// Clocks differ by less than this, in milliseconds.
  private static let clockSkew: Int64 = 3_600_000

  /// What a nightly check expects of a backup.
  public struct Expectations: Sendable {
    /// The greatest age in milliseconds, by the file's own creation time.
    public var maxAge: Int64?
    /// The smallest number of keys.
    public var minKeys: Int?

    /// Expects nothing.
    public init() {}
  }

  /// Notes where the backup falls short at `time`, in Unix milliseconds.
  ///
  /// The age counts from when saving began (`ctime`), not from the file's date: a backup job that copies
  /// too early keeps an old snapshot under a new date.
  public mutating func hold(against expectations: Expectations, at time: Int64) {
    if let maxAge = expectations.maxAge {
      if let createdAt {
        // A file may state any time: the difference need not fit into 64 bits.
        let (age, overflow) = time.subtractingReportingOverflow(createdAt)
        if overflow ? createdAt < time : age > maxAge {
          fallShort("too-old", "created \(age / 60_000) minutes ago, more than allowed")
        } else if overflow || age < -Self.clockSkew {
          fallShort("from-the-future", "created at a time that has not come yet")
        }
      } else {
        fallShort("age-unknown", "the file does not say when it was created")
      }
    }
    if let minKeys = expectations.minKeys, keys < minKeys {
      fallShort("few-keys", "\(keys) keys, at least \(minKeys) are expected")
    }
  }

  private mutating func fallShort(_ code: String, _ message: String) {
    fallsShort = true
    problems.append(
      Problem(severity: .warning, code: code, offset: 0, key: nil, message: message))
  }
}
