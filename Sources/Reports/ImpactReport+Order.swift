internal import Impact

/// What every format of the report on a restore goes through in the same order.
extension ImpactReport {
  /// The categories that something harmful happened to, worst first.
  var harmed: [CategoryImpact] {
    categories.filter { $0.severity > .none }
      .sorted { ($1.severity, $0.index) < ($0.severity, $1.index) }
  }

  /// The categories that the backup has keys of, worst first.
  var exposed: [CategoryImpact] {
    categories.filter { impact in impact.exposure.map { $0.alive + $0.expired > 0 } ?? false }
      .sorted { ($1.severity, $0.index) < ($0.severity, $1.index) }
  }

  /// The keys of no category together.
  var unknownCounts: ChangeCounts {
    unknown.reduce(into: ChangeCounts()) { sum, group in
      for change in KeyChange.allCases { sum[change] += group.counts[change] }
    }
  }
}
