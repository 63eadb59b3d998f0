internal import AOF
internal import BinaryInput
public import Impact
internal import Keyspace

/// When a log wrote what, as a document.
public struct TimelineDocument {
  private let timeline: Timeline
  private let incident: Int64?
  private let settings: DocumentSettings
  private let words: Words

  /// Prepares a timeline; `incident` is a moment to mark, in Unix milliseconds.
  public init(_ timeline: Timeline, incident: Int64?, _ settings: DocumentSettings) {
    self.timeline = timeline
    self.incident = incident
    self.settings = settings
    words = settings.words
  }

  /// The document.
  public var document: Document {
    let path = words.shown(timeline.path)
    let span = timeline.span.map { words.span(words.moment($0.first), words.moment($0.last)) }
    return Document(
      tag: words.tag, title: words.timelineTitle(path),
      verdict: words.timelineVerdict(timeline.commands, span), severity: nil,
      sections: [
        Document.Section(id: "facts", title: words.facts, blocks: facts),
        Document.Section(id: "writes", title: words.writesTitle, blocks: writes),
        Document.Section(id: "gaps", title: words.gapsTitle, blocks: gaps),
        Document.Section(id: "flushes", title: words.flushesTitle, blocks: flushes),
      ].filter { !$0.blocks.isEmpty },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var facts: [Block] {
    var facts = [Fact(name: words.file, value: .code(words.shown(timeline.path)))]
    facts.append(Fact(name: words.commandsColumn, value: .number(timeline.commands)))
    facts += words.evidence(of: timeline.path, settings)
    if let incident {
      facts.append(
        Fact(name: words.moment, value: .text("\(Timestamp(milliseconds: incident))")))
    }
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    var blocks: [Block] = []
    if !timeline.hasTimes { blocks.append(.note(words.logHasNoTimes)) }
    if timeline.isIncomplete { blocks.append(.note(words.incompleteLog)) }
    return blocks + [.facts(facts)]
  }

  // MARK: Writes

  /// More categories than this share a colour.
  private static let colors = 5

  private var writes: [Block] {
    guard !timeline.categories.isEmpty else { return [] }
    let scale = TimelineScale(timeline, columns: Timeline.slices)
    let ranked = timeline.categories.sorted { $0.counts.total > $1.counts.total }
    var layers: [(series: Series, numbers: [Int])] = []
    for (category, series) in zip(ranked, Series.ranked(ranked.count)) {
      let numbers = scale.columns(of: category)
      if series == .others, let last = layers.last, last.series == .others {
        layers[layers.count - 1].numbers = zip(last.numbers, numbers).map { $0 + $1 }
      } else {
        layers.append((series, numbers))
      }
    }
    let length = timeline.hasTimes ? words.duration(scale.width * 60_000) : words.sixtieth
    let chart = TimeChart(layers: layers, ticks: ticks(scale), mark: mark(scale))
    var legend = zip(ranked.prefix(Self.colors), layers).map { ($1.series, name(of: $0)) }
    if ranked.count > Self.colors { legend.append((.others, words.otherCategories)) }
    return [
      .figure(
        Figure(
          id: "chart", title: words.writes(by: length),
          description: words.writesDescription(length), drawing: chart.bars, legend: legend,
          table: table))
    ]
  }

  private func name(of category: Timeline.Category) -> String { category.id ?? words.noCategory }

  private func ticks(_ scale: TimelineScale) -> [TimeChart.Tick] {
    guard timeline.hasTimes, scale.count > 1 else { return [] }
    return [0, scale.count / 2, scale.count - 1].map { column in
      let minute = scale.first + Int64(column) * scale.width
      return TimeChart.Tick(
        column: column, text: Timestamp(milliseconds: minute * 60_000).description)
    }
  }

  private func mark(_ scale: TimelineScale) -> TimeChart.Tick? {
    guard timeline.hasTimes, let incident else { return nil }
    let minute = incident / 60_000
    guard minute >= scale.first else { return nil }
    let column = min(Int64(scale.count - 1), (minute - scale.first) / scale.width)
    return TimeChart.Tick(column: Int(column), text: "T")
  }

  private var table: Table {
    var table = Table(
      caption: words.writesTitle,
      columns: [Table.Column(title: words.category)]
        + KeyEvent.allCases.map { Table.Column(title: words.event($0), isNumber: true) }
        + [Table.Column(title: words.lastWrite)])
    for category in timeline.categories {
      let last =
        category.lastWrite.map(words.moment)
        ?? words.part(category.lastPart + 1, "0x\(String(category.lastOffset, radix: 16))")
      table.rows.append(
        Table.Row(
          cells: [.text(name(of: category))]
            + KeyEvent.allCases.map { .number(category.counts[$0]) }
            + [.text(last, order: category.lastWrite)]))
    }
    return table
  }

  // MARK: What stands out

  private var gaps: [Block] {
    guard !timeline.gaps.isEmpty else { return [] }
    var table = Table(
      caption: words.gapsTitle,
      columns: [words.from, words.to, words.length].map { Table.Column(title: $0) })
    for gap in timeline.gaps {
      table.rows.append(
        Table.Row(cells: [
          .text(words.moment(gap.from), order: gap.from),
          .text(words.moment(gap.to), order: gap.to),
          .text(words.duration((gap.to - gap.from) * 1000), order: gap.to - gap.from),
        ]))
    }
    return [.table(table)]
  }

  private var flushes: [Block] {
    guard !timeline.flushes.isEmpty else { return [] }
    var table = Table(
      caption: words.flushesTitle,
      columns: [
        Table.Column(title: words.moment), Table.Column(title: words.place),
        Table.Column(title: words.keysName, isNumber: true),
      ])
    for flush in timeline.flushes {
      table.rows.append(
        Table.Row(
          cells: [
            .text(flush.time.map(words.moment) ?? words.notStated, order: flush.time),
            .text("\(words.shown(flush.path))\(words.colon)\(words.offset(flush.offset))"),
            .number(flush.keys),
          ], severity: .high))
    }
    return [.table(table)]
  }
}
