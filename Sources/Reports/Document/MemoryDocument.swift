internal import BinaryInput
internal import Impact
internal import Keyspace
public import Memory
internal import RDB

/// What takes memory, as a document.
public struct MemoryDocument {
  private let report: MemoryReport
  private let settings: DocumentSettings
  private let words: Words

  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 50
  /// More bars than this are a table.
  private static let bars = 12

  /// Prepares the report.
  public init(_ report: MemoryReport, _ settings: DocumentSettings) {
    self.report = report
    self.settings = settings
    words = settings.words
  }

  /// The document.
  public var document: Document {
    Document(
      tag: words.tag, title: words.memoryTitle(words.shown(report.backup.path)),
      verdict: words.memoryVerdict(
        report.sum.keys, AmountText.bytes(report.total), report.target.name),
      severity: nil,
      sections: [
        Document.Section(id: "facts", title: words.facts, blocks: facts),
        Document.Section(
          id: "categories", title: words.categoriesTitleInMemory, blocks: categories),
        Document.Section(id: "types", title: words.typesTitle, blocks: types),
        Document.Section(id: "prefixes", title: words.prefixesTitle, blocks: prefixes),
        Document.Section(id: "largest", title: words.largestInMemory, blocks: largest),
        Document.Section(id: "maxmemory", title: words.limitTitle, blocks: limit),
      ].filter { !$0.blocks.isEmpty },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var facts: [Block] {
    var facts = words.facts(report.backup, as: words.file, settings)
    let overhead = report.overhead
    let parts = [
      (words.asMemoryUsage, report.sum.bytes), (words.allocator, overhead.allocator),
      (words.conversions, overhead.conversions), (words.expiryEntries, overhead.expiries),
      (words.buckets, overhead.buckets), (words.total, report.total),
    ]
    facts += parts.map { Fact(name: $0, value: .text(words.size($1))) }
    facts.append(
      Fact(
        name: words.policyName,
        value: .named(report.policy.title[words.language], report.policy.id)))
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    var notes: [Block] = settings.isRedacted ? [.note(words.redactedNote)] : []
    if report.backup.isIncomplete { notes.append(.note(words.commandsMissing)) }
    return notes + [.facts(facts)]
  }

  // MARK: Tables

  private var categories: [Block] {
    guard !report.categories.isEmpty else { return [] }
    let titles = Dictionary(
      report.policy.categories.map { ($0.id, $0.title[words.language]) }
    ) { first, _ in first }
    let ranked = report.categories.sorted { $0.sum.bytes > $1.sum.bytes }
    let rows = ranked.map { row in (name(of: row.id, titles), row.sum) }
    let bars = ranked.prefix(Self.bars).map { row in
      BarChart.Bar(
        name: row.id.map { titles[$0] ?? $0 } ?? words.noCategory,
        parts: [(Series.first, row.sum.bytes, words.bytes)])
    }
    return [
      .figure(
        Figure(
          id: "memory-shares", title: words.categoriesTitleInMemory,
          description: words.memoryDescription, drawing: BarChart.lengths(bars),
          legend: [(.first, words.bytes)], table: table(words.category, rows)))
    ]
  }

  private func name(of id: String?, _ titles: [String: String]) -> Cell {
    guard let id else { return .text(words.noCategory) }
    guard let title = titles[id] else { return .text(id) }
    return .named(title, id)
  }

  private var types: [Block] {
    let rows = report.encodings.map { row in
      (Cell.text("\(row.type.name), \(words.encoding(row.encoding))"), row.sum)
    }
    return rows.isEmpty ? [] : [.table(table(words.typesTitle, rows))]
  }

  private var prefixes: [Block] {
    let nodes = report.prefixes.children.sorted { $0.sum.bytes > $1.sum.bytes }
    guard !nodes.isEmpty else { return [] }
    var table = table(
      words.prefixColumn,
      nodes.prefix(Self.listedPrefixes).map { (words.prefixCell($0.segment), $0.sum) })
    if nodes.count > Self.listedPrefixes {
      table.omission = words.more(nodes.count - Self.listedPrefixes)
    }
    return [.table(table)]
  }

  private func table(_ first: String, _ rows: [(Cell, KeySum)]) -> Table {
    Table(
      caption: first,
      columns: [Table.Column(title: first)]
        + [words.keysName, words.bytes, words.withoutExpiry].map {
          Table.Column(title: $0, isNumber: true)
        },
      rows: rows.map { name, sum in
        Table.Row(cells: [
          name, .number(sum.keys), .number(sum.bytes), .number(sum.keysWithoutExpiry),
        ])
      })
  }

  private var limit: [Block] {
    guard let fit = report.fit else { return [] }
    let (used, limit) = (AmountText.bytes(fit.used), AmountText.bytes(fit.limit))
    guard fit.excess > 0 else { return [.paragraph(words.fits(used, limit))] }
    var table = Table(
      caption: words.limitTitle,
      columns: [
        Table.Column(title: "maxmemory-policy"),
        Table.Column(title: words.keysThatGo, isNumber: true),
        Table.Column(title: words.bytes, isNumber: true), Table.Column(title: words.firstToGo),
        Table.Column(title: words.remarkColumn),
      ])
    for outcome in fit.outcomes {
      table.rows.append(
        Table.Row(cells: [
          .code(outcome.policy.rawValue), .number(outcome.evicted.keys),
          .number(outcome.evicted.bytes), .text(words.order(outcome.order)),
          .text(words.remark(outcome, report.policy)),
        ]))
    }
    return [
      .paragraph(words.fitsNot(used, limit, AmountText.bytes(fit.excess))), .table(table),
    ]
  }

  private var largest: [Block] {
    guard !report.largest.isEmpty else { return [] }
    var table = Table(
      caption: words.largestInMemory,
      columns: [
        Table.Column(title: words.key), Table.Column(title: words.type),
        Table.Column(title: words.encoding), Table.Column(title: words.bytes, isNumber: true),
        Table.Column(title: words.expiresAt),
      ])
    for key in report.largest {
      table.rows.append(
        Table.Row(cells: [
          .code(
            (key.database == 0 ? "" : "db \(key.database) ")
              + EscapedBytes(key.name, limit: 120).description), .text(key.type.name),
          .text(words.encoding(key.encoding.name)), .number(key.bytes),
          .text(
            key.expiry.map { "\(Timestamp(milliseconds: $0))" } ?? words.never,
            order: key.expiry ?? .max),
        ]))
    }
    return [.table(table)]
  }
}
