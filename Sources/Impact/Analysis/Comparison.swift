internal import BinaryInput
internal import Hashing
internal import Keyspace
internal import RDB

/// The work of comparing a backup with a current state, step by step.
///
/// The backup's keys go into a compact table; the current state is read against it; names and values are
/// read again only for keys that differ.
struct Comparison: ~Copyable {
  /// Which input a value is read from.
  enum Side { case backup, current }

  private let classifier: Classifier
  private let restoreAt: Int64
  private let backup: Snapshot
  private let current: Snapshot
  private let hasher = FingerprintHasher()
  private var fingerprinter: ValueFingerprinter
  private var table = KeyTable()
  private var affected: [AffectedKey] = []
  private var unchanged: [Int]
  private var unknownGroups = PrefixGroups()
  private var claims: [ClaimCheck?]
  private var queues: [QueueState] = []

  init(classifier: Classifier, restoreAt: Int64, backup: Snapshot, current: Snapshot) {
    self.classifier = classifier
    self.restoreAt = restoreAt
    self.backup = backup
    self.current = current
    fingerprinter = ValueFingerprinter(hasher)
    unchanged = Array(repeating: 0, count: classifier.policy.categories.count)
    claims = classifier.policy.categories.map { $0.document.map { ClaimCheck($0) } }
  }

  // MARK: Reading

  /// Fills the table with the keys of the backup that are alive at the restore.
  mutating func readBackup() throws(FormatError) -> SnapshotDescription {
    try backup.walk(at: restoreAt) { (key) throws(FormatError) in
      guard key.isAlive else { return }
      let value = try fingerprinter.fingerprint(key.value)
      let summary = KeySummary(
        key: key.fingerprint(hasher), value: value, expiry: key.attributes.expiry,
        type: key.value.type.type, offset: key.offset)
      guard table.insert(summary, database: key.database) else {
        throw .malformed(
          .duplicateKey, "the key is there twice: a server that loads the file aborts",
          at: key.offset)
      }
      if let category = classifier.category(of: key.name) {
        try addQueue(key, category, to: \.restored)
      }
    }
  }

  /// Reads the current state's keys that are alive at the restore and holds them against the table.
  mutating func readCurrent() throws(FormatError) -> SnapshotDescription {
    let seenAt = current.createdAt ?? restoreAt
    let restoredSeenAt = backup.createdAt ?? restoreAt
    return try current.walk(at: restoreAt) { (key) throws(FormatError) in
      guard key.isAlive else { return }
      let value = try fingerprinter.fingerprint(key.value)
      let category = classifier.category(of: key.name)
      let expiry = key.attributes.expiry
      if let category { try addQueue(key, category, to: \.live) }
      let match = table.match(key.fingerprint(hasher))
      guard match?.wasMatched != true else { throw Self.duplicate(at: key.offset) }
      let restored = match?.summary
      if let category {
        // A key that both have was written before the older file was.
        let isSame = restored != nil && restored?.expiry == expiry
        claims[category]?.add(expiry: expiry, seenAt: isSame ? min(seenAt, restoredSeenAt) : seenAt)
      }
      let type = key.value.type.type
      let change: KeyChange
      switch restored {
      case nil: change = .lost
      case let restored? where restored.value != value || restored.type != type:
        change = .regressed
      case let restored? where restored.expiry != expiry: change = .regressedExpiry
      default:
        countUnchanged(key.name, category)
        return
      }
      affected.append(
        AffectedKey(
          database: key.database, name: [UInt8](copying: key.name), category: category,
          change: change, type: type, expiry: expiry, backupExpiry: restored?.expiry,
          backupOffset: restored?.offset, currentOffset: key.offset))
    }
  }

  /// Adds the keys of the backup that the current state lacks; their names are read again.
  mutating func findResurrected() throws(FormatError) {
    var lookup = SnapshotLookup(backup)
    let seenAt = backup.createdAt ?? restoreAt
    var resurrected: [AffectedKey] = []
    try table.forEachUnmatched { (summary, database) throws(FormatError) in
      let name = try lookup.key(at: summary.offset, in: database) { (key) in
        [UInt8](copying: key.name)
      }
      resurrected.append(
        AffectedKey(
          database: database, name: name, category: classifier.category(of: name.span),
          change: .resurrected, type: summary.type, expiry: summary.expiry,
          backupExpiry: summary.expiry, backupOffset: summary.offset, currentOffset: nil))
    }
    for key in resurrected {
      guard let category = key.category else { continue }
      claims[category]?.add(expiry: key.expiry, seenAt: seenAt)
    }
    affected += resurrected
  }

  /// Reads the values of affected keys that the policy knows how to read, in the order of the file.
  mutating func readValues(of side: Side) throws(FormatError) {
    var lookup = SnapshotLookup(side == .backup ? backup : current)
    var scratch = ValueScratch()
    for position in positionsToRead(of: side) {
      let key = affected[position.index]
      guard let category = key.category else { continue }
      let evidence = try lookup.key(at: position.offset, in: key.database) {
        (found) throws(FormatError) -> Evidence? in
        var capture = ValueCapture()
        try found.value.decode(into: &capture, scratch: &scratch)
        return self.evidence(of: key, category, side, capture)
      }
      affected[position.index].evidence = evidence
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

  private mutating func countUnchanged(_ name: Span<UInt8>, _ category: Int?) {
    if let category {
      unchanged[category] += 1
    } else {
      unknownGroups.update(name) { $0.counts.unchanged += 1 }
    }
  }

  private func positionsToRead(of side: Side) -> [(index: Int, offset: Int)] {
    var positions: [(index: Int, offset: Int)] = []
    for (index, key) in affected.enumerated() {
      guard let category = key.category,
        let offset = side == .backup ? key.backupOffset : key.currentOffset
      else { continue }
      switch classifier.policy.categories[category].value {
      case .counter, .amount: positions.append((index, offset))
      default: continue
      }
    }
    return positions.sorted { $0.offset < $1.offset }
  }

  /// What is known of a key's values, with what one side has to say.
  private func evidence(
    of key: AffectedKey, _ category: Int, _ side: Side, _ capture: borrowing ValueCapture
  ) -> Evidence? {
    switch classifier.policy.categories[category].value {
    case .counter:
      var (backup, current): (Int64?, Int64?) = (nil, nil)
      if case .counter(let known, _, _)? = key.evidence { backup = known }
      if side == .backup { backup = capture.number } else { current = capture.number }
      return .counter(
        backup: backup, current: current, limit: classifier.limit(of: key.name, category: category))
    case .amount(let field, _):
      var (backup, current): (Double?, Double?) = (nil, nil)
      if case .amount(let known, _, _, _)? = key.evidence { backup = known }
      let amount = capture.amount(at: field)
      if side == .backup { backup = amount } else { current = amount }
      return .amount(
        backup: backup, current: current,
        subject: classifier.subject(of: key.name, category: category),
        date: classifier.date(in: key.name, category: category))
    default: return nil
    }
  }

  // MARK: Queues

  /// Keeps the members of a key that the policy calls a queue.
  private mutating func addQueue(
    _ key: borrowing SnapshotKey, _ category: Int,
    to side: WritableKeyPath<QueueState, [[UInt8]: Double]>
  ) throws(FormatError) {
    guard case .queue = classifier.policy.categories[category].value,
      key.value.type.type == .zset
    else { return }
    var capture = ValueCapture()
    var scratch = ValueScratch()
    try key.value.decode(into: &capture, scratch: &scratch)
    let name = [UInt8](copying: key.name)
    let database = key.database
    let known = queues.firstIndex { $0.database == database && $0.name == name }
    let index = known ?? queues.count
    if known == nil {
      queues.append(QueueState(database: database, category: category, name: name))
    }
    queues[index][keyPath: side] = capture.members
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
  consuming func report(
    backup: BackupDescription, current: BackupDescription
  ) -> ImpactReport {
    var report = ImpactReport(
      backup: backup, current: current, restoreAt: restoreAt, policy: classifier.policy)
    var tallies = classifier.policy.categories.enumerated().map { index, category in
      CategoryTally(CategoryImpact(index: index, category: category))
    }
    let today = Timestamp(milliseconds: restoreAt).date
    for index in affected.indices {
      guard let category = affected[index].category else {
        let key = affected[index]
        unknownGroups.update(key.name.span) { $0.counts[key.change] += 1 }
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
    report.unknown = unknownGroups.sorted
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
