internal import BinaryInput
public import Diff
internal import Impact
internal import Keyspace
internal import RDB

/// What differs between two backups, as a document. Keys are added one by one, by category.
public struct DiffDocument {
  private let report: DiffReport
  private let settings: DocumentSettings
  private let words: Words
  private var groups: [(category: Int?, rows: [Table.Row])] = []
  private var listed = 0

  /// More keys than this, in all and of one category, are what `ndjson` is for: a report is to stay small.
  private static let listedKeys = 4000
  private static let listedKeysEach = 250

  /// Prepares the report.
  public init(_ report: DiffReport, _ settings: DocumentSettings) {
    self.report = report
    self.settings = settings
    words = settings.words
  }

  /// Whether there is room for another key of a category, so that its values are worth reading.
  public func hasRoom(for category: Int?) -> Bool {
    guard listed < Self.listedKeys else { return false }
    guard let last = groups.last, last.category == category else { return true }
    return last.rows.count < Self.listedKeysEach
  }

  /// Adds a key that differs, if there is room; keys come by category.
  public mutating func add(_ key: Difference, _ values: ValueDifference?) {
    guard hasRoom(for: key.category) else { return }
    if groups.last?.category != key.category || groups.isEmpty {
      groups.append((key.category, []))
    }
    listed += 1
    let name = EscapedBytes(key.name, limit: 120).description
    let details = ([key.expiryText(words)].compactMap(\.self) + (values?.lines(words) ?? []))
    groups[groups.count - 1].rows.append(
      Table.Row(cells: [
        .code((key.database == 0 ? "" : "db \(key.database) ") + name),
        .text(words.change(key.change)), .text(key.typeText),
        .text(details.joined(separator: words.semicolon)),
      ]))
  }

  /// The document.
  public var document: Document {
    Document(
      tag: words.tag, title: words.differencesTitle, verdict: words.diffVerdict(report.totals),
      severity: nil,
      sections: [
        Document.Section(id: "summary", title: words.summary, blocks: summary),
        Document.Section(id: "facts", title: words.facts, blocks: facts),
        Document.Section(id: "keys", title: words.appendix, blocks: appendix),
      ].filter { !$0.blocks.isEmpty },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private static let series: [Series] = [.third, .lost, .regressed, .expiry, .unchanged]

  private var summary: [Block] {
    let categories = report.rows(words).filter { $0.diff.counts.differing > 0 }
      .map { ($0.name, $0.diff.counts) }
    let types = report.types.filter { $0.counts.differing > 0 }.map { ($0.type.name, $0.counts) }
    let names = DiffChange.allCases.map(words.change) + [words.unchanged]
    let tiles = zip(zip(names, numbers(report.totals)), Self.series).map {
      Tile(name: $0.0, number: $0.1, series: $1)
    }
    guard !categories.isEmpty else { return [.tiles(tiles)] }
    let bars = categories.map { name, counts in
      BarChart.Bar(
        name: name,
        parts: zip(zip(Self.series, numbers(counts)), names).map { ($0.0, $0.1, $1) })
    }
    return [
      .tiles(tiles),
      .figure(
        Figure(
          id: "shares", title: words.sharesTitle, description: words.diffVerdict(report.totals),
          drawing: BarChart.shares(bars), legend: zip(Self.series, names).map { ($0, $1) },
          table: table(words.category, categories))),
      .table(table(words.type, types)),
    ]
  }

  private func numbers(_ counts: DiffCounts) -> [Int] {
    DiffChange.allCases.map { counts[$0] } + [counts.unchanged]
  }

  private func table(_ first: String, _ rows: [(String, DiffCounts)]) -> Table {
    var table = Table(
      caption: first,
      columns: [Table.Column(title: first)]
        + (DiffChange.allCases.map(words.change) + [words.unchanged]).map {
          Table.Column(title: $0, isNumber: true)
        })
    for (name, counts) in rows {
      table.rows.append(Table.Row(cells: [.text(name)] + numbers(counts).map(Cell.number)))
    }
    return table
  }

  private var facts: [Block] {
    var facts: [Fact] = []
    for (role, files) in [(words.old, report.old), (words.new, report.new)] {
      for file in files {
        facts += words.facts(file, as: role, settings)
        facts.append(Fact(name: words.keysName, value: .number(file.snapshot.keys)))
      }
    }
    if let time = report.time {
      facts.append(
        Fact(
          name: words.moment,
          value: .text(words.leavesOutExpired("\(Timestamp(milliseconds: time))"))))
    }
    facts.append(
      Fact(
        name: words.policyName,
        value: .named(report.policy.title[words.language], report.policy.id)))
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    return (settings.isRedacted ? [.note(words.redactedNote)] : []) + [.facts(facts)]
  }

  private var appendix: [Block] {
    groups.map { category, rows in
      let title = report.name(of: category, words)
      let counts = category.map { report.categories[$0].counts } ?? report.unknown.counts
      var table = Table(
        caption: title,
        columns: [words.key, words.whatHappens, words.type, words.changesInside].map {
          Table.Column(title: $0)
        }, rows: rows)
      if counts.differing > rows.count {
        table.omission = words.omitted(
          counts.differing - rows.count, see: "lossmap diff … --format ndjson")
      }
      return .group(
        title: title, count: counts.differing, severity: nil, blocks: [.table(table)])
    }
  }
}
