internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// The report on a restore as a document: what somebody hands to people who were not there.
public struct ImpactDocument {
  let report: ImpactReport
  let settings: DocumentSettings
  let words: Words

  /// Prepares the report.
  public init(_ report: ImpactReport, _ settings: DocumentSettings) {
    self.report = report
    self.settings = settings
    words = settings.words
  }

  /// The document.
  public var document: Document {
    Document(
      tag: words.tag,
      title: words.impactTitle(
        words.shown(report.backup.path), over: report.current.map { words.shown($0.path) }),
      verdict: words.verdict(
        report, worst: harmed.count { $0.severity == report.severity },
        unhealing: harmed.count { $0.heals == .never }),
      severity: words.badge(report.severity),
      sections: report.current == nil ? exposureSections : sections,
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var sections: [Document.Section] {
    [
      section("summary", words.summary, summary),
      section("facts", words.facts, facts),
      section("categories", words.categoriesTitle, categories),
      section("losses", words.lossesTitle, losses),
      section("healing", words.healingTitle, healing),
      section("steps", words.stepsTitle, [.steps(steps)]),
      section("document", words.contradictionsTitle, contradictions),
      section("unknown", words.unknownTitle, unknown),
      section("keys", words.appendix, appendix),
    ].filter { !$0.blocks.isEmpty }
  }

  private func section(_ id: String, _ title: String, _ blocks: [Block]) -> Document.Section {
    Document.Section(id: id, title: title, blocks: blocks)
  }

  // MARK: Summary and facts

  private var summary: [Block] {
    let totals = report.totals
    return [
      .tiles([
        Tile(name: words.change(KeyChange.lost), number: totals.lost, series: .lost),
        Tile(name: words.change(.regressed), number: totals.regressed, series: .regressed),
        Tile(name: words.change(.regressedExpiry), number: totals.regressedExpiry, series: .expiry),
        Tile(
          name: words.change(KeyChange.resurrected), number: totals.resurrected,
          series: .resurrected),
        Tile(name: words.unchanged, number: totals.unchanged, series: .unchanged),
      ])
    ] + notes
  }

  /// What makes it likely that the wrong files or the wrong moment were given.
  private var notes: [Block] {
    (settings.isRedacted ? [.note(words.redactedNote)] : [])
      + report.cautions.map { .note(words.caution($0)) }
  }

  private var facts: [Block] {
    var facts: [Fact] = []
    var moment = "\(Timestamp(milliseconds: report.restoreAt))"
    if let createdAt = report.backup.createdAt, createdAt <= report.restoreAt {
      let gap = Timestamp(milliseconds: createdAt)
        .distance(to: Timestamp(milliseconds: report.restoreAt))
      moment += words.text(", ", "，") + words.gap(gap)
    }
    facts.append(Fact(name: words.restoreAtName, value: .text(moment)))
    facts.append(
      Fact(
        name: words.policyName,
        value: .named(report.policy.title[words.language], report.policy.id)))
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    return [.table(inputs), .facts(facts)]
  }

  /// What is known of backup and current state, side by side.
  private var inputs: Table {
    let sides = [report.backup, report.current].compactMap(\.self).map { side in
      words.facts(side, as: words.file, settings) + [keys(of: side)]
    }
    var names: [String] = []
    for fact in sides.joined() where !names.contains(fact.name) { names.append(fact.name) }
    return Table(
      caption: words.inputsCaption,
      columns: [words.fact, words.backupName, words.currentName].prefix(sides.count + 1).map {
        Table.Column(title: $0)
      },
      rows: names.map { name in
        Table.Row(
          cells: [.text(name)]
            + sides.map { side in side.first { $0.name == name }?.value ?? .text("–") })
      })
  }

  private func keys(of backup: BackupDescription) -> Fact {
    Fact(
      name: words.keysName,
      value: .text(
        words.keysAtRestore(backup.snapshot.keys, expired: backup.snapshot.expired)))
  }

  // MARK: Categories

  /// The categories that something harmful happened to, worst first.
  var harmed: [CategoryImpact] { report.harmed }

  private var categories: [Block] {
    let rows = categoryRows
    guard !rows.isEmpty else { return [.paragraph(words.nothingHarmful)] }
    let series: [(Series, KeyChange?)] = [
      (.lost, .lost), (.regressed, .regressed), (.expiry, .regressedExpiry),
      (.resurrected, .resurrected), (.unchanged, nil),
    ]
    let bars = rows.map { row in
      BarChart.Bar(
        name: row.name,
        parts: series.map { series, change in
          (
            series, change.map { row.counts[$0] } ?? row.counts.unchanged,
            change.map(words.change) ?? words.unchanged
          )
        })
    }
    return [
      .figure(
        Figure(
          id: "shares", title: words.sharesTitle, description: words.sharesDescription,
          drawing: BarChart.shares(bars),
          legend: series.map { ($0, $1.map(words.change) ?? words.unchanged) },
          table: categoryTable(rows)))
    ]
  }

  private struct CategoryRow {
    let name: String
    let id: String
    let severity: Severity
    let counts: ChangeCounts
    let heals: HealingTime?
  }

  /// Categories with keys that change, worst first, and the keys of none.
  private var categoryRows: [CategoryRow] {
    var rows = report.categories.filter { $0.counts.affected > 0 || $0.severity > .none }
      .map { impact in
        CategoryRow(
          name: impact.category.title[words.language], id: impact.category.id,
          severity: impact.severity, counts: impact.counts, heals: impact.heals)
      }
    let counts = report.unknownCounts
    if counts.affected > 0 {
      rows.append(
        CategoryRow(
          name: words.noCategory, id: "unknown", severity: report.policy.unknown.severity,
          counts: counts, heals: nil))
    }
    return rows.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }.map(\.element)
  }

  private func categoryTable(_ rows: [CategoryRow]) -> Table {
    var table = Table(
      caption: words.categoriesCaption,
      columns: [Table.Column(title: words.category), Table.Column(title: words.severityColumn)]
        + (KeyChange.allCases.map(words.change) + [words.unchanged]).map {
          Table.Column(title: $0, isNumber: true)
        } + [Table.Column(title: words.healsColumn)])
    for row in rows {
      let numbers = KeyChange.allCases.map { row.counts[$0] } + [row.counts.unchanged]
      table.rows.append(
        Table.Row(
          cells: [.named(row.name, row.id), severity(row.severity)] + numbers.map(Cell.number)
            + [heals(row.heals, isHarmed: row.severity > .none)],
          severity: row.severity))
    }
    return table
  }

  func severity(_ severity: Severity) -> Cell {
    Cell(content: .severity(severity, words.severity(severity)), order: severity.order)
  }

  func heals(_ time: HealingTime?, isHarmed: Bool = true) -> Cell {
    guard isHarmed else { return .text("–", order: .min) }
    let order: Int64 =
      switch time {
      case nil: .max - 1
      case .never: .max
      case .at(let moment): moment
      }
    return .text(words.heals(time, from: report.restoreAt), order: order)
  }

  // MARK: Document and unknown keys

  private var contradictions: [Block] {
    var table = Table(
      caption: words.contradictionsCaption,
      columns: [
        Table.Column(title: words.category), Table.Column(title: words.documentSays),
        Table.Column(title: words.dataShow), Table.Column(title: words.foundColumn),
      ])
    for impact in report.categories where !impact.contradictions.isEmpty {
      let document = impact.category.document
      table.rows.append(
        Table.Row(
          cells: [
            .named(impact.category.title[words.language], impact.category.id),
            .text(document.map { "\($0.impact)\(words.semicolon)\($0.recovery)" } ?? ""),
            .text(
              impact.contradictions.map(words.contradiction)
                .joined(separator: words.semicolon)),
            .text(document?.found?[words.language] ?? ""),
          ]))
    }
    return [table.rows.isEmpty ? .paragraph(words.noContradiction) : .table(table)]
  }

  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 50

  private var unknown: [Block] {
    let groups = report.unknown.filter { $0.counts.affected > 0 }
      .sorted { $0.counts.affected > $1.counts.affected }
    guard !groups.isEmpty else { return [] }
    var table = Table(
      caption: words.unknownCaption,
      columns: [Table.Column(title: words.prefixColumn)]
        + KeyChange.allCases.map { Table.Column(title: words.change($0), isNumber: true) })
    for group in groups.prefix(Self.listedPrefixes) {
      table.rows.append(
        Table.Row(
          cells: [
            words.prefixCell(group.prefix)
          ]
            + KeyChange.allCases.map { .number(group.counts[$0]) }))
    }
    if groups.count > Self.listedPrefixes {
      table.omission = words.more(groups.count - Self.listedPrefixes)
    }
    let meaning = report.policy.unknown
    return [
      .paragraph(meaning.consequence[words.language] + " " + meaning.recovery[words.language]),
      .table(table),
    ]
  }

  // MARK: Without a current state

  private var exposureSections: [Document.Section] {
    [
      section(
        "summary", words.summary,
        notes + [.paragraph(words.compareAgain)]),
      section("facts", words.facts, facts),
      section("categories", words.exposureTitle, exposure),
      section("document", words.contradictionsTitle, contradictions),
    ]
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

extension Severity {
  /// The place among severities, for sorting.
  var order: Int64 { Int64(Severity.allCases.firstIndex(of: self) ?? 0) }
}
