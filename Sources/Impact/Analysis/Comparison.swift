internal import BinaryInput
internal import Hashing
internal import Keyspace
internal import RDB

/// The work of comparing a backup with a current state, once both have been read.
///
/// Their keys are joined by the fingerprints of their names. Names and values are read again, from both files at the
/// same time, only for keys that differ.
struct Comparison: ~Copyable {
  /// Which input a value is read from.
  enum Side { case backup, current }

  private let classifier: Classifier
  private let restoreAt: Int64
  private let hasher: FingerprintHasher
  private let threads: Int
  private let backup: Snapshot
  private let current: Snapshot
  private let backupScan: SideScan
  private let currentScan: SideScan
  /// The keys of both sides, joined in parts.
  private var joins: [KeyJoin]
  private var affected: [AffectedKey] = []
  private var queues: [QueueState] = []

  init(
    classifier: Classifier, restoreAt: Int64, hasher: FingerprintHasher, threads: Int,
    backup: (Snapshot, SideScan), current: (Snapshot, SideScan)
  ) {
    self.classifier = classifier
    self.restoreAt = restoreAt
    self.hasher = hasher
    self.threads = threads
    (self.backup, backupScan) = backup
    (self.current, currentScan) = current
    let sides = KeyJoin.Sides(
      backup: backupScan, backupSeenAt: backup.0.createdAt ?? restoreAt, current: currentScan,
      currentSeenAt: current.0.createdAt ?? restoreAt)
    joins = Self.join(sides, classifier.policy, threads: threads)
    for index in joins.indices { affected += joins[index].takeAffected() }
    for queue in backupScan.queues { add(queue, to: \.restored) }
    for queue in currentScan.queues { add(queue, to: \.live) }
  }

  // MARK: Joining

  private static func join(
    _ sides: KeyJoin.Sides, _ policy: Policy, threads: Int
  ) -> [KeyJoin] {
    guard threads > 1 else { return [KeyJoin(KeyPart(0, of: 1), of: sides, policy)] }
    let (first, second) = inParallel(
      threads: threads, { KeyJoin(KeyPart(0, of: 2), of: sides, policy) },
      { KeyJoin(KeyPart(1, of: 2), of: sides, policy) })
    return [first, second]
  }

  /// Refuses a backup that has a key twice.
  func checkBackup() throws(FormatError) {
    guard let position = joins.compactMap(\.table.duplicate).min() else { return }
    try refuse(
      position, of: backupScan, in: backup,
      "the key is there twice: a server that loads the file aborts")
  }

  /// Refuses a current state that has a key twice.
  func checkCurrent() throws(FormatError) {
    guard let position = joins.compactMap(\.duplicateInCurrent).min() else { return }
    try refuse(position, of: currentScan, in: current, Self.duplicate)
  }

  private static let duplicate = "the key is there twice"

  private func refuse(
    _ position: Int, of scan: SideScan, in snapshot: Snapshot, _ message: String
  ) throws(FormatError) {
    let offset = scan.keys.summaries[position].offset
    var lookup = SnapshotLookup(snapshot)
    var error = FormatError.malformed(.duplicateKey, message, at: offset)
    error.key = try lookup.name(at: offset, in: scan.keys.database(at: position))
    throw error
  }

  /// Reads the names of affected keys from both files, and with `values` those that the policy knows how to read.
  func readAffected(
    values: Bool
  ) -> (
    current: Result<[AffectedReading], FormatError>, backup: Result<[AffectedReading], FormatError>
  ) {
    let (current, fromCurrent) = (current, placesToRead(of: .current, values: values))
    let (backup, fromBackup) = (backup, placesToRead(of: .backup, values: values))
    return inParallel(
      threads: threads,
      { AffectedReading.all(fromCurrent, in: current) },
      { AffectedReading.all(fromBackup, in: backup) })
  }

  /// Takes in what has been read of the affected keys. The current state comes first: most names are from there.
  mutating func add(_ readings: [AffectedReading], from side: Side) {
    for reading in readings {
      if let name = reading.name { affected[reading.index].name = name }
      guard let value = reading.value, let category = affected[reading.index].category else {
        continue
      }
      affected[reading.index].evidence = evidence(
        of: affected[reading.index], category, side, value)
    }
  }

  /// A key that the current state has twice, and the backup not at all, was found lost twice.
  mutating func checkDuplicates() throws(FormatError) {
    affected.sort { $0.precedes($1) }
    for (first, second) in zip(affected, affected.dropFirst())
    where first.database == second.database && first.name == second.name {
      var error = FormatError.malformed(
        .duplicateKey, Self.duplicate, at: second.currentOffset ?? 0)
      error.key = second.name
      throw error
    }
  }

  /// What to read from one side: values, and the names that the other does not have.
  private func placesToRead(of side: Side, values: Bool) -> [AffectedPlace] {
    affected.enumerated().compactMap { index, key in
      guard let offset = side == .backup ? key.backupOffset : key.currentOffset else { return nil }
      let place = AffectedPlace(
        index: index, offset: offset, database: key.database,
        wantsName: side == .current || key.currentOffset == nil,
        wanted: !values
          ? nil : key.category.flatMap { WantedValue(classifier.policy.categories[$0].value) })
      return place.wantsName || place.wanted != nil ? place : nil
    }
  }

  /// What is known of a key's values, with what one side has to say.
  private func evidence(
    of key: AffectedKey, _ category: Int, _ side: Side, _ value: AffectedReading.Value
  ) -> Evidence {
    switch value {
    case .count(let number):
      var counter = CounterEvidence(limit: classifier.limit(of: key.name, category: category))
      if case .counter(let known)? = key.evidence { counter = known }
      if side == .backup {
        counter.backup = number
      } else {
        counter.current = number
      }
      return .counter(counter)
    case .amount(let value):
      var amount = AmountEvidence(
        subject: classifier.subject(of: key.name, category: category),
        date: classifier.date(in: key.name, category: category))
      if case .amount(let known)? = key.evidence { amount = known }
      if side == .backup { amount.backup = value } else { amount.current = value }
      return .amount(amount)
    }
  }

  // MARK: Queues

  private mutating func add(
    _ queue: SideScan.QueueMembers, to side: WritableKeyPath<QueueState, [[UInt8]: Double]>
  ) {
    let known = queues.firstIndex { $0.database == queue.database && $0.name == queue.name }
    if known == nil {
      queues.append(
        QueueState(database: queue.database, category: queue.category, name: queue.name))
    }
    queues[known ?? queues.count - 1][keyPath: side] = queue.members
  }

  private func hasJob(_ member: [UInt8], of queue: QueueState) -> Bool {
    guard case .queue(let prefix) = classifier.policy.categories[queue.category].value else {
      return false
    }
    let name = Array(prefix.utf8) + member
    let key = hasher.hash(name.span, in: queue.database)
    return joins.contains { $0.table.contains(key) }
  }

  private func isQueued(_ key: AffectedKey, queue: String, prefix: String) -> Bool {
    let id = Array(key.name.dropFirst(prefix.utf8.count))
    return queues.contains {
      $0.database == key.database && classifier.policy.categories[$0.category].id == queue
        && $0.restored[id] != nil
    }
  }

  // MARK: Judging

  /// Judges what was found by the policy.
  consuming func report() -> ImpactReport {
    var report = ImpactReport(
      backup: BackupDescription(of: backup, backupScan.description),
      current: BackupDescription(of: current, currentScan.description),
      restoreAt: restoreAt, policy: classifier.policy)
    var tallies = classifier.policy.categories.enumerated().map { index, category in
      CategoryTally(CategoryImpact(index: index, category: category))
    }
    var unknown = PrefixGroups(zero: ChangeCounts())
    for join in joins { unknown.add(join.unknown) }
    let today = Timestamp(milliseconds: restoreAt).date
    for index in affected.indices {
      guard let category = affected[index].category else {
        let key = affected[index]
        unknown.update(key.name.span) { $0[key.change] += 1 }
        continue
      }
      let cases = classifier.policy.categories[category].cases(of: affected[index].change)
      affected[index].caseIndex = cases.firstIndex(
        for: facts(about: affected[index], category, today: today))
      tallies[category].add(affected[index], restoreAt: restoreAt)
    }
    for queue in queues {
      let changes = queue.changes(restoreAt: restoreAt) { hasJob($0, of: queue) }
      tallies[queue.category].add(changes, restoreAt: restoreAt)
    }
    for index in tallies.indices {
      tallies[index].impact.counts.unchanged = joins.reduce(0) { $0 + $1.unchanged[index] }
      tallies[index].impact.contradictions =
        ClaimCheck(merging: joins.compactMap { $0.claims[index] })?.contradictions ?? []
    }
    report.categories = tallies.map { $0.finished() }
    report.unknown = unknown.sorted.map { PrefixImpact(prefix: $0.prefix, counts: $0.count) }
    report.keys = affected
    report.sumUp()
    return report
  }

  private func facts(about key: AffectedKey, _ category: Int, today: String) -> CaseFacts {
    var facts = CaseFacts()
    facts.expires = (key.change == .lost ? key.expiry : key.backupExpiry) != nil
    if let date = classifier.date(in: key.name, category: category) {
      facts.day = date == today ? .today : .other
    }
    if case .job(let queue, let prefix) = classifier.policy.categories[category].value {
      facts.isQueued = isQueued(key, queue: queue, prefix: prefix)
    }
    return facts
  }
}

extension AffectedKey {
  /// Orders keys by database and the bytes of their names.
  fileprivate func precedes(_ other: AffectedKey) -> Bool {
    database == other.database
      ? name.span.order(to: other.name.span) < 0 : database < other.database
  }
}
