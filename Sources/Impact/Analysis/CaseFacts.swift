/// What is known of a key or a member when the cases of its event are tried; nil if it does not apply.
struct CaseFacts {
  var expires: Bool?
  var day: Condition.Day?
  var job: Condition.Presence?
  var isQueued: Bool?
}

extension [EventCase] {
  /// The index of the first case whose condition holds. The last of a policy's cases has none.
  func firstIndex(for facts: CaseFacts) -> Int {
    firstIndex { $0.condition?.holds(for: facts) ?? true } ?? count - 1
  }
}

extension Condition {
  /// Whether the condition holds, of which every part that matters must be known.
  func holds(for facts: CaseFacts) -> Bool {
    (expires == nil || expires == facts.expires) && (day == nil || day == facts.day)
      && (job == nil || job == facts.job) && (isQueued == nil || isQueued == facts.isQueued)
  }
}

extension Healing {
  /// When the consequences end for a key that expires at `expiry`, after a restore at `time`.
  func time(expiry: Int64?, restoreAt time: Int64) -> HealingTime {
    switch self {
    case .never: .never
    case .expiry: expiry.map { .at(Swift.max($0, time)) } ?? .never
    case .nextDay: .at(Timestamp(milliseconds: time).nextDay.milliseconds)
    case .atOnce: .at(time)
    case .after(let duration): .at(time.saturatingAdd(duration))
    }
  }
}

extension Int64 {
  /// The sum, or the end of all time.
  func saturatingAdd(_ duration: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(duration)
    return overflow ? (duration < 0 ? .min : .max) : sum
  }
}

extension HealingTime {
  /// The later of two.
  static func later(_ first: HealingTime, _ second: HealingTime) -> HealingTime {
    guard case .at(let left) = first, case .at(let right) = second else { return .never }
    return .at(max(left, right))
  }
}
