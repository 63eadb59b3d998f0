internal import BinaryInput
internal import Hashing
internal import Keyspace
internal import RDB

/// The work of judging a backup without a current state to compare it with.
struct ExposureAnalysis: ~Copyable {
  private let classifier: Classifier
  private let restoreAt: Int64
  private let backup: Snapshot
  private var fingerprinter = ValueFingerprinter(FingerprintHasher())
  private var exposures: [Exposure]
  private var claims: [ClaimCheck?]
  private var unknownGroups = PrefixGroups(zero: Exposure())

  /// `ctime` has whole seconds: a key may have been written up to a second after it.
  private static let clockGrain: Int64 = 1000

  init(classifier: Classifier, restoreAt: Int64, backup: Snapshot) {
    self.classifier = classifier
    self.restoreAt = restoreAt
    self.backup = backup
    let categories = classifier.policy.categories
    exposures = Array(repeating: Exposure(), count: categories.count)
    claims = categories.map { $0.document.map { ClaimCheck($0) } }
  }

  /// Reads the backup. Values are decoded, so that damage in one of them does not pass.
  mutating func read() throws(FormatError) -> SnapshotDescription {
    let seenAt = backup.createdAt ?? restoreAt
    return try backup.walk(at: restoreAt) { (key) throws(FormatError) in
      _ = try fingerprinter.fingerprint(key.value)
      let isAlive = key.isAlive
      guard let category = classifier.category(of: key.name) else {
        return unknownGroups.update(key.name) { $0.count(isAlive: isAlive) }
      }
      exposures[category].count(isAlive: isAlive)
      if isAlive { claims[category]?.add(expiry: key.attributes.expiry, seenAt: seenAt) }
    }
  }

  /// Judges what was found by the policy.
  consuming func report(_ description: BackupDescription) -> ImpactReport {
    var report = ImpactReport(
      backup: description, current: nil, restoreAt: restoreAt, policy: classifier.policy)
    for (index, category) in classifier.policy.categories.enumerated() {
      var impact = CategoryImpact(index: index, category: category)
      var exposure = exposures[index]
      exposure.mustHaveBeenRewritten = mustHaveBeenRewritten(category.lifetime)
      impact.exposure = exposure
      impact.contradictions = claims[index]?.contradictions ?? []
      impact.severity = worstCase(category, exposure)
      report.categories.append(impact)
    }
    report.unknown = unknownGroups.sorted.map {
      PrefixImpact(prefix: $0.prefix, exposure: $0.count)
    }
    report.severity = report.categories.map(\.severity).max() ?? .none
    if !report.unknown.isEmpty {
      report.severity = max(report.severity, report.policy.unknown.severity)
    }
    return report
  }

  private func mustHaveBeenRewritten(_ lifetime: Lifetime?) -> Bool? {
    switch lifetime {
    case nil: return nil
    case .forever: return false
    case .milliseconds(let longest):
      guard let createdAt = backup.createdAt else { return nil }
      let (gap, overflow) = restoreAt.subtractingReportingOverflow(createdAt)
      return !overflow && gap - Self.clockGrain > longest
    }
  }

  /// The worst that could happen to a category: keys written since would be lost, all of them where the
  /// backup has none; keys that come back could be older, or could have gone.
  private func worstCase(_ category: Category, _ exposure: Exposure) -> Severity {
    var cases = category.lost
    if exposure.alive > 0 {
      cases += category.regressed + category.resurrected + (category.members?.resurrected ?? [])
    }
    return cases.map(\.severity).max() ?? .none
  }
}

extension Exposure: Summable {
  package static func += (sum: inout Exposure, other: Exposure) {
    sum.alive += other.alive
    sum.expired += other.expired
  }

  /// Takes in a key.
  mutating func count(isAlive: Bool) {
    if isAlive { alive += 1 } else { expired += 1 }
  }
}
