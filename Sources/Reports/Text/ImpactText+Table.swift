internal import Impact

/// What happens to each category, in a table.
extension ImpactText {
  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 5

  var table: [String] {
    var table = TextTable(
      [(words.severityColumn.lowercased(), .left), (words.category.lowercased(), .left)]
        + words.countHeadings.map { ($0, .right) } + [(words.healsColumn.lowercased(), .left)])
    var rows = report.harmed.map { impact in
      (
        impact.severity,
        row(
          impact.severity, impact.category.id, impact.counts,
          words.heals(impact.heals, from: report.restoreAt))
      )
    }
    let unknown = report.unknownCounts
    if unknown.affected > 0 {
      let severity = report.policy.unknown.severity
      let place = rows.firstIndex { $0.0 < severity } ?? rows.count
      rows.insert(
        (
          severity,
          row(severity, words.noCategory, unknown, words.heals(nil, from: report.restoreAt))
        ),
        at: place)
    }
    for (_, row) in rows { table.add(row) }
    var lines =
      rows.isEmpty
      ? [words.nothingHarmful] : table.lines { line, row in style.paint(line, rows[row].0) }
    let harmless = report.categories.filter { $0.severity == .none && $0.counts.affected > 0 }
    if !harmless.isEmpty {
      let list = words.list(harmless.map { "\($0.category.id) \($0.counts.affected)" })
      lines.append(style.wrap(list, first: "  \(words.harmless)", rest: "    "))
    }
    return lines + queueLines + unknownLines + [""]
  }

  private func row(
    _ severity: Severity, _ name: String, _ counts: ChangeCounts, _ heals: String
  ) -> [String] {
    let numbers = [
      counts.lost, counts.regressed, counts.regressedExpiry, counts.resurrected, counts.unchanged,
    ]
    return [words.severity(severity), name] + numbers.map { $0 == 0 ? "-" : "\($0)" } + [heals]
  }

  private var queueLines: [String] {
    report.categories.compactMap { impact in
      impact.members.map { "  " + words.members(of: impact.category.id, $0) }
    }
  }

  private var unknownLines: [String] {
    let affected = report.unknown.filter { $0.counts.affected > 0 }
    guard !affected.isEmpty else { return [] }
    let shown = affected.sorted { $0.counts.affected > $1.counts.affected }
      .prefix(Self.listedPrefixes)
    var names = shown.map { "\(words.prefix($0.prefix)) \($0.counts.affected)" }
    if affected.count > shown.count { names.append(words.more(affected.count - shown.count)) }
    return [style.wrap(words.list(names), first: "  \(words.byPrefix)", rest: "    ")]
  }

  // MARK: Without a current state

  var exposureTable: [String] {
    var table = TextTable([
      (words.atWorst, .left), (words.category.lowercased(), .left),
      (words.comeBack.lowercased(), .right), (words.expired.lowercased(), .right),
      (words.liveKeys.lowercased(), .left),
    ])
    var severities: [Severity] = []
    for impact in report.exposed {
      guard let exposure = impact.exposure else { continue }
      table.add([
        words.severity(impact.severity), impact.category.id, "\(exposure.alive)",
        "\(exposure.expired)", words.rewritten(exposure.mustHaveBeenRewritten),
      ])
      severities.append(impact.severity)
    }
    let unknown = report.unknown.compactMap(\.exposure)
    if !unknown.isEmpty {
      table.add([
        words.severity(report.policy.unknown.severity), words.noCategory,
        "\(unknown.map(\.alive).reduce(0, +))", "\(unknown.map(\.expired).reduce(0, +))",
        words.rewritten(nil),
      ])
      severities.append(report.policy.unknown.severity)
    }
    return table.lines { line, row in style.paint(line, severities[row]) } + [""]
  }
}
