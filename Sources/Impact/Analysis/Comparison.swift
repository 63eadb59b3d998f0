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
  private var table: KeyTable
  private var affected: [AffectedKey] = []
  private var unchanged: [Int]
  private var unknownGroups = PrefixGroups(zero: ChangeCounts())
  private var claims: [ClaimCheck?]
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
    table = KeyTable(backupScan.keys)
    unchanged = Array(repeating: 0, count: classifier.policy.categories.count)
    claims = classifier.policy.categories.map { $0.document.map { ClaimCheck($0) } }
    for queue in backupScan.queues { add(queue, to: \.restored) }
    for queue in currentScan.queues { add(queue, to: \.live) }
  }

  // MARK: Joining

  /// Refuses a backup that has a key twice.
  func checkBackup() throws(FormatError) {
    guard let position = table.duplicate else { return }
    let offset = table.list.summaries[position].offset
    var lookup = SnapshotLookup(backup)
    var error = FormatError.malformed(
      .duplicateKey, "the key is there twice: a server that loads the file aborts", at: offset)
    error.key = try lookup.key(at: offset, in: table.list.database(at: position)) { (key) in
      [UInt8](copying: key.name)
    }
    throw error
  }

  /// Holds the keys of the current state against those of the backup: lost, regressed, unchanged.
  mutating func findChanged() throws(FormatError) {
    let seenAt = current.createdAt ?? restoreAt
    let restoredSeenAt = backup.createdAt ?? restoreAt
    let keys = currentScan.keys
    for position in keys.summaries.indices {
      let key = keys.summaries[position]
      let match = table.match(key.key)
      guard match?.wasMatched != true else {
        var error = Self.duplicate(at: key.offset)
        var lookup = SnapshotLookup(current)
        error.key = try lookup.name(at: key.offset, in: keys.database(at: position))
        throw error
      }
      let restored = match.map { table.list.summaries[$0.position] }
      let category = SideScan.category(of: key)
      if let category {
        // A key that both have was written before the older file was.
        let isSame = restored != nil && restored?.expiry == key.expiry
        claims[category]?.add(
          expiry: key.expiry, seenAt: isSame ? min(seenAt, restoredSeenAt) : seenAt)
      }
      guard let change = Self.change(from: restored, to: key) else {
        if let category {
          unchanged[category] += 1
        } else {
          unknownGroups.update(prefix: currentScan.unknownPrefix(of: key)) { $0.unchanged += 1 }
        }
        continue
      }
      affected.append(
        AffectedKey(
          database: keys.database(at: position), name: [], category: category, change: change,
          type: key.type,
          expiry: key.expiry, backupExpiry: restored?.expiry, backupOffset: restored?.offset,
          currentOffset: key.offset))
    }
  }

  /// Adds the keys of the backup that the current state lacks.
  mutating func findResurrected() {
    let seenAt = backup.createdAt ?? restoreAt
    let keys = backupScan.keys
    for position in keys.summaries.indices where !table.isMatched(position) {
      let key = keys.summaries[position]
      let category = SideScan.category(of: key)
      affected.append(
        AffectedKey(
          database: keys.database(at: position), name: [], category: category,
          change: .resurrected, type: key.type, expiry: key.expiry, backupExpiry: key.expiry,
          backupOffset: key.offset, currentOffset: nil))
      if let category { claims[category]?.add(expiry: key.expiry, seenAt: seenAt) }
    }
  }

  /// What a restore does to a key of the current state; nil if nothing.
  private static func change(from restored: KeySummary?, to key: KeySummary) -> KeyChange? {
    guard let restored else { return .lost }
    if restored.value != key.value || restored.type != key.type { return .regressed }
    return restored.expiry == key.expiry ? nil : .regressedExpiry
  }

  /// Reads the names of affected keys, and the values that the policy knows how to read, from both files.
  func readAffected() -> (
    current: Result<[AffectedReading], FormatError>, backup: Result<[AffectedReading], FormatError>
  ) {
    let (current, fromCurrent) = (current, placesToRead(of: .current))
    let (backup, fromBackup) = (backup, placesToRead(of: .backup))
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
      var error = Self.duplicate(at: second.currentOffset ?? 0)
      error.key = second.name
      throw error
    }
  }

  private static func duplicate(at offset: Int) -> FormatError {
    .malformed(.duplicateKey, "the key is there twice", at: offset)
  }

  /// What to read from one side: values, and the names that the other does not have.
  private func placesToRead(of side: Side) -> [AffectedPlace] {
    affected.enumerated().compactMap { index, key in
      guard let offset = side == .backup ? key.backupOffset : key.currentOffset else { return nil }
      let place = AffectedPlace(
        index: index, offset: offset, database: key.database,
        wantsName: side == .current || key.currentOffset == nil,
        wanted: key.category.flatMap { WantedValue(classifier.policy.categories[$0].value) })
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
    return table.contains(hasher.hash(name.span, in: queue.database))
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
    let today = Timestamp(milliseconds: restoreAt).date
    for index in affected.indices {
      guard let category = affected[index].category else {
        let key = affected[index]
        unknownGroups.update(key.name.span) { $0[key.change] += 1 }
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
    for (index, count) in unchanged.enumerated() { tallies[index].impact.counts.unchanged = count }
    for (index, check) in claims.enumerated() {
      tallies[index].impact.contradictions = check?.contradictions ?? []
    }
    report.categories = tallies.map { $0.finished() }
    report.unknown = unknownGroups.sorted.map { PrefixImpact(prefix: $0.prefix, counts: $0.count) }
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
      ? name.lexicographicallyPrecedes(other.name) : database < other.database
  }
}
