internal import Impact

/// The report without a current state: what could happen.
extension ImpactDocument {
  var exposureSections: [Document.Section] {
    [
      section(
        "summary", words.summary,
        notes + [.steps([Step(text: words.compareAgain, commands: [question])])]),
      section("facts", words.facts, facts),
      section("categories", words.exposureTitle, exposure),
      section("document", words.contradictionsTitle, contradictions),
    ]
  }

  private var question: String {
    ShellWords.line(["lossmap", "impact", report.backup.path, "--current"]) + " CURRENT"
  }

  private var exposure: [Block] {
    var table = Table(
      caption: words.exposureCaption,
      columns: [
        Table.Column(title: words.category), Table.Column(title: words.severityColumn),
        Table.Column(title: words.comeBack, isNumber: true),
        Table.Column(title: words.expired, isNumber: true), Table.Column(title: words.liveKeys),
      ])
    for impact in report.exposed {
      guard let exposure = impact.exposure else { continue }
      table.rows.append(
        Table.Row(
          cells: [
            .named(impact.category.title[words.language], impact.category.id),
            severity(impact.severity), .number(exposure.alive), .number(exposure.expired),
            .text(words.rewritten(exposure.mustHaveBeenRewritten)),
          ], severity: impact.severity))
    }
    let unknown = report.unknown.compactMap(\.exposure)
    if !unknown.isEmpty {
      let level = report.policy.unknown.severity
      table.rows.append(
        Table.Row(
          cells: [
            .text(words.noCategory), severity(level),
            .number(unknown.reduce(0) { $0 + $1.alive }),
            .number(unknown.reduce(0) { $0 + $1.expired }), .text(words.rewritten(nil)),
          ], severity: level))
    }
    return [.table(table)]
  }
}
