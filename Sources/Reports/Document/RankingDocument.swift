internal import BinaryInput
public import Impact

/// Which backup loses least, as a document.
public struct RankingDocument {
  private let ranking: Ranking
  private let settings: DocumentSettings
  private let words: Words

  /// Prepares the ranking.
  public init(_ ranking: Ranking, _ settings: DocumentSettings) {
    self.ranking = ranking
    self.settings = settings
    words = settings.words
  }

  /// The document.
  public var document: Document {
    let best = ranking.entries.first
    return Document(
      tag: words.tag, title: words.rankDocumentTitle,
      verdict: words.rankVerdict(
        best.map { words.shown($0.backup.path) }, best?.severity ?? .none, best?.totals.lost ?? 0,
        of: ranking.entries.count + ranking.failures.count),
      severity: best.map { words.badge($0.severity) },
      sections: [
        Document.Section(id: "ranking", title: words.summary, blocks: entries),
        Document.Section(id: "failures", title: words.notToBeRestored, blocks: failures),
        Document.Section(id: "facts", title: words.facts, blocks: facts),
      ].filter { !$0.blocks.isEmpty },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var entries: [Block] {
    guard !ranking.entries.isEmpty else { return [] }
    var table = Table(
      caption: words.rankTitle("\(Timestamp(milliseconds: ranking.restoreAt))"),
      columns: [
        Table.Column(title: words.file), Table.Column(title: words.placeColumn, isNumber: true),
        Table.Column(title: words.severityColumn), Table.Column(title: words.madeAt),
      ] + KeyChange.allCases.map { Table.Column(title: words.change($0), isNumber: true) })
    let series: [Series] = [.lost, .regressed, .expiry, .resurrected]
    var bars: [BarChart.Bar] = []
    for (index, entry) in ranking.entries.enumerated() {
      let numbers = KeyChange.allCases.map { entry.totals[$0] }
      let path = words.shown(entry.backup.path)
      table.rows.append(
        Table.Row(
          cells: [
            .code(path), .number(index + 1),
            Cell(
              content: .severity(entry.severity, words.severity(entry.severity)),
              order: entry.severity.order),
            .text(words.created(entry.backup), order: entry.backup.createdAt),
          ] + numbers.map(Cell.number), severity: entry.severity))
      bars.append(
        BarChart.Bar(
          name: path,
          parts: zip(zip(series, numbers), KeyChange.allCases).map {
            ($0.0, $0.1, words.change($1))
          }))
    }
    return [
      .figure(
        Figure(
          id: "chart", title: words.rankingChart, description: words.rankingDescription,
          drawing: BarChart.lengths(bars),
          legend: zip(series, KeyChange.allCases).map { ($0, words.change($1)) }, table: table))
    ]
  }

  private var failures: [Block] {
    guard !ranking.failures.isEmpty else { return [] }
    var table = Table(
      caption: words.notToBeRestored,
      columns: [Table.Column(title: words.file), Table.Column(title: words.reason)])
    for failure in ranking.failures {
      table.rows.append(
        Table.Row(cells: [.code(words.shown(failure.path)), .text(failure.reason)]))
    }
    return [.table(table)]
  }

  private var facts: [Block] {
    var facts: [Fact] = []
    if let current = ranking.current {
      facts += words.facts(current, as: words.currentName, settings)
    }
    for entry in ranking.entries {
      facts.append(Fact(name: words.file, value: .code(words.shown(entry.backup.path))))
      facts += words.evidence(of: entry.backup.path, settings)
    }
    facts.append(
      Fact(
        name: words.restoreAtName, value: .text("\(Timestamp(milliseconds: ranking.restoreAt))")))
    facts.append(
      Fact(
        name: words.policyName,
        value: .named(ranking.policy.title[words.language], ranking.policy.id)))
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    return [.facts(facts)]
  }
}
