/// Collects what happens to a category.
struct CategoryTally {
  var impact: CategoryImpact
  private var events: [EventImpact] = []

  init(_ impact: CategoryImpact) {
    self.impact = impact
  }

  /// Takes in an affected key whose case has been found.
  mutating func add(_ key: AffectedKey, restoreAt: Int64) {
    impact.counts[key.change] += 1
    add(
      .keys(key.change), key.caseIndex, of: impact.category.cases(of: key.change),
      expiry: key.change == .lost ? key.expiry : key.backupExpiry, restoreAt: restoreAt)
  }

  /// Takes in what happens to the members of one of the category's queues.
  mutating func add(_ changes: QueueChanges, restoreAt: Int64) {
    impact.members = (impact.members ?? QueueChanges()) + changes
    guard let cases = impact.category.members else { return }
    let withoutJob = Set(changes.withoutJobKey)
    for member in changes.resurrected {
      var facts = CaseFacts()
      facts.job = withoutJob.contains(member) ? .absent : .present
      add(.resurrected, cases.resurrected, facts, restoreAt: restoreAt)
    }
    for _ in changes.lost { add(.lost, cases.lost, CaseFacts(), restoreAt: restoreAt) }
    for _ in changes.rescored { add(.rescored, cases.rescored, CaseFacts(), restoreAt: restoreAt) }
  }

  private mutating func add(
    _ change: MemberChange, _ cases: [EventCase], _ facts: CaseFacts, restoreAt: Int64
  ) {
    // Members of a queue have no expiry of their own.
    add(
      .members(change), cases.firstIndex(for: facts), of: cases, expiry: nil, restoreAt: restoreAt)
  }

  private mutating func add(
    _ subject: EventImpact.Subject, _ caseIndex: Int, of cases: [EventCase], expiry: Int64?,
    restoreAt: Int64
  ) {
    let heals = cases[caseIndex].heals?.time(expiry: expiry, restoreAt: restoreAt)
    let known = events.firstIndex { $0.subject == subject && $0.caseIndex == caseIndex }
    guard let known else {
      events.append(
        EventImpact(
          subject: subject, caseIndex: caseIndex, count: 1, meaning: cases[caseIndex],
          heals: heals))
      return
    }
    events[known].count += 1
    if let earlier = events[known].heals, let heals {
      events[known].heals = .later(earlier, heals)
    } else {
      events[known].heals = nil
    }
  }

  /// The category with its events sorted and its severity and healing time worked out.
  func finished() -> CategoryImpact {
    var impact = impact
    // A stable order for the same input: worst first, then as the policy lists the events.
    impact.events = events.sorted {
      ($1.meaning.severity, $0.order, $1.count) < ($0.meaning.severity, $1.order, $0.count)
    }
    let harmful = impact.events.filter { $0.meaning.severity > .none }
    impact.severity = harmful.first?.meaning.severity ?? .none
    impact.heals = Self.latest(harmful.map(\.heals))
    return impact
  }

  /// The last of several healing times; never if one never heals, nil if one is not known.
  private static func latest(_ times: [HealingTime?]) -> HealingTime? {
    if times.contains(.never) { return .never }
    guard var latest = times.first ?? nil else { return nil }
    for time in times {
      guard let time else { return nil }
      latest = .later(latest, time)
    }
    return latest
  }
}

extension EventImpact {
  /// Where the event stands among others as bad.
  fileprivate var order: Int {
    switch subject {
    case .keys(.lost): 0
    case .keys(.resurrected): 1
    case .keys(.regressed): 2
    case .keys(.regressedExpiry): 3
    case .members(.lost): 4
    case .members(.resurrected): 5
    case .members(.rescored): 6
    }
  }
}

extension ImpactReport {
  /// Adds up totals and the severity of the whole from the categories.
  mutating func sumUp() {
    severity = categories.map(\.severity).max() ?? .none
    for counts in categories.map(\.counts) + unknown.map(\.counts) {
      for change in KeyChange.allCases { totals[change] += counts[change] }
      totals.unchanged += counts.unchanged
    }
    if unknown.contains(where: { $0.counts.affected > 0 }) {
      severity = max(severity, policy.unknown.severity)
    }
  }
}
