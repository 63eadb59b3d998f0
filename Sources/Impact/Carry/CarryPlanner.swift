internal import BinaryInput
internal import Hashing
public import Keyspace
internal import RDB

extension ImpactAnalysis {
  /// What the policy wants carried from `current` over a restored `backup`, and what of that must go. With
  /// `chosen`, of these categories only, by id. Both are read at the same time.
  ///
  /// - Throws: `BackupError` if one of them is damaged.
  public func carryPlan(
    from current: Snapshot, over backup: Snapshot, categories chosen: Set<String> = []
  ) throws(BackupError) -> CarryPlan {
    let hasher = FingerprintHasher()
    let (policy, restoreAt) = (policy, restoreAt)
    let (backupScan, currentScan) = inParallel(
      threads: threads,
      { Self.scan(backup, policy, at: restoreAt, hasher) },
      { Self.scan(current, policy, at: restoreAt, hasher) })
    try Self.throwWorse(backupScan, currentScan)
    let sides = (backup: try backupScan.get(), current: try currentScan.get())
    let report = try compare((backup, sides.backup), (current, sides.current), hasher)
    var planner = CarryPlanner(
      of: report, BackupDescription(of: current, sides.current.description), classifier,
      chosen, hasher, sides)
    planner.carry()
    try naming(backup) { () throws(FormatError) in try planner.drop(from: backup) }
    return planner.finished()
  }
}

/// The work of making a plan from what a restore would do.
private struct CarryPlanner: ~Copyable {
  private let report: ImpactReport
  private let classifier: Classifier
  private let hasher: FingerprintHasher
  private let backup: SideScan
  private let current: SideScan
  private let today: String
  /// The categories that count, by index.
  private let isChosen: [Bool]
  private var plan: CarryPlan
  /// The keys that differ, by name.
  private var changes: [Fingerprint: KeyChange] = [:]
  private var isCarried: Set<Fingerprint> = []
  private var isDropped: Set<Fingerprint> = []

  init(
    of report: ImpactReport, _ description: BackupDescription, _ classifier: Classifier,
    _ chosen: Set<String>, _ hasher: FingerprintHasher,
    _ sides: (backup: SideScan, current: SideScan)
  ) {
    self.report = report
    self.classifier = classifier
    self.hasher = hasher
    (backup, current) = sides
    today = Timestamp(milliseconds: report.restoreAt).date
    isChosen = report.policy.categories.map { chosen.isEmpty || chosen.contains($0.id) }
    plan = CarryPlan(of: report, current: description)
    for key in report.keys {
      changes[hasher.hash(key.name.span, in: key.database)] = key.change
    }
  }

  private func rules(of category: Int) -> (carry: Condition?, drop: Condition?) {
    guard isChosen[category] else { return (nil, nil) }
    let category = classifier.policy.categories[category]
    return (category.carry, category.drop)
  }

  // MARK: Bringing forward

  mutating func carry() {
    for key in report.keys where key.change != .resurrected {
      guard let category = key.category, let offset = key.currentOffset,
        let rule = rules(of: category).carry,
        rule.holds(
          for: facts(about: key.name, key.database, category, expiry: key.expiry, on: current))
      else { continue }
      plan.carried.append(
        CarryPlan.CarriedKey(
          database: key.database, name: key.name, category: category, change: key.change,
          offset: offset))
      isCarried.insert(hasher.hash(key.name.span, in: key.database))
      switch key.change {
      case .lost: plan.counts[category].lost += 1
      case .regressed: plan.counts[category].regressed += 1
      case .regressedExpiry: plan.counts[category].regressedExpiry += 1
      case .resurrected: break
      }
    }
  }

  // MARK: Dropping

  /// Finds what goes from the backup: keys that the policy drops, unless the current state has them and they
  /// are to be carried.
  mutating func drop(from snapshot: Snapshot) throws(FormatError) {
    var lookup = SnapshotLookup(snapshot)
    let keys = backup.keys
    for position in keys.summaries.indices {
      let key = keys.summaries[position]
      guard let category = SideScan.category(of: key) else { continue }
      let rules = rules(of: category)
      guard rules.carry != nil || rules.drop != nil else { continue }
      let database = keys.database(at: position)
      let name = try lookup.name(at: key.offset, in: database)
      let facts = facts(about: name, database, category, expiry: key.expiry, on: backup)
      let isUnchanged = changes[key.key] == nil
      if isUnchanged, rules.carry?.holds(for: facts) == true {
        plan.counts[category].unchanged += 1
        continue
      }
      // The members of a queue are judged below.
      if case .queue = classifier.policy.categories[category].value { continue }
      guard rules.drop?.holds(for: facts) == true, !isCarried.contains(key.key) else { continue }
      drop(name, key.key, in: database, category)
    }
    guard !backup.queues.isEmpty else { return }
    let table = KeyTable(keys)
    for queue in backup.queues { dropMembers(of: queue, table) }
  }

  private mutating func drop(
    _ name: [UInt8], _ key: Fingerprint, in database: UInt64, _ category: Int
  ) {
    guard isDropped.insert(key).inserted else { return }
    plan.dropped.append(
      CarryPlan.DroppedKey(database: database, name: name, category: category))
    plan.counts[category].dropped += 1
  }

  /// Finds the members that the current queue does not have, which are older than the incident; their jobs go
  /// with them.
  private mutating func dropMembers(
    of queue: SideScan.QueueMembers, _ known: borrowing KeyTable
  ) {
    guard let rule = rules(of: queue.category).drop,
      case .queue(let prefix) = classifier.policy.categories[queue.category].value
    else { return }
    let live = current.queues.first { $0.database == queue.database && $0.name == queue.name }
    var gone: [[UInt8]] = []
    for member in queue.members.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where live?.members[member] == nil {
      let job = Array(prefix.utf8) + member
      let key = hasher.hash(job.span, in: queue.database)
      let hasJob = known.contains(key)
      guard rule.holds(for: CaseFacts(job: hasJob ? .present : .absent)) else { continue }
      gone.append(member)
      // A job that the current state still has is none that has run.
      if hasJob, changes[key] == .resurrected { drop(job, key, in: queue.database, queue.category) }
    }
    let name = hasher.hash(queue.name.span, in: queue.database)
    guard !gone.isEmpty else { return }
    plan.counts[queue.category].droppedMembers += gone.count
    // A queue that is brought forward as a whole takes the place of the old one.
    guard !isCarried.contains(name) else { return }
    plan.droppedMembers.append(
      CarryPlan.DroppedMembers(
        database: queue.database, name: queue.name, category: queue.category, members: gone))
  }

  // MARK: Facts

  private func facts(
    about name: [UInt8], _ database: UInt64, _ category: Int, expiry: Int64?, on side: SideScan
  ) -> CaseFacts {
    var facts = CaseFacts()
    facts.expires = expiry != nil
    if let date = classifier.date(in: name, category: category) {
      facts.day = date == today ? .today : .other
    }
    if case .job(let queue, let prefix) = classifier.policy.categories[category].value {
      let id = Array(name.dropFirst(prefix.utf8.count))
      facts.isQueued = side.queues.contains {
        $0.database == database && classifier.policy.categories[$0.category].id == queue
          && $0.members[id] != nil
      }
    }
    return facts
  }

  /// Puts the plan in order: keys of a file in its order, which is how they are read fastest, all others by
  /// database and name.
  consuming func finished() -> CarryPlan {
    plan.carried.sort { left, right in
      if left.offset >= 0 && right.offset >= 0 { return left.offset < right.offset }
      if (left.offset < 0) != (right.offset < 0) { return right.offset < 0 }
      return precedes((left.database, left.name), (right.database, right.name))
    }
    plan.dropped.sort { precedes(($0.database, $0.name), ($1.database, $1.name)) }
    plan.droppedMembers.sort { precedes(($0.database, $0.name), ($1.database, $1.name)) }
    return plan
  }
}

/// Orders keys by database and name.
private func precedes(_ left: (UInt64, [UInt8]), _ right: (UInt64, [UInt8])) -> Bool {
  left.0 == right.0 ? left.1.lexicographicallyPrecedes(right.1) : left.0 < right.0
}
