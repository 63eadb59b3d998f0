internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB

/// What it means and for whom: events with their consequences, amounts, counters, queues.
extension ImpactDocument {
  /// More values than this are what machine output is for.
  private static let listedValues = 200

  var losses: [Block] {
    var table = Table(
      caption: words.eventsCaption,
      columns: [
        Table.Column(title: words.category), Table.Column(title: words.severityColumn),
        Table.Column(title: words.eventColumn), Table.Column(title: words.subjectColumn),
        Table.Column(title: words.consequenceColumn),
        Table.Column(title: words.healsColumn),
      ])
    // Reading the policy has tried the patterns.
    let finder = try? WhomFinder(report.policy)
    let events = harmed.flatMap { impact in
      impact.events.filter { $0.meaning.severity > .none }.map { (impact, $0) }
    }
    for (impact, event) in events.enumerated().sorted(by: {
      ($1.element.1.meaning.severity, $0.offset) < ($0.element.1.meaning.severity, $1.offset)
    }).map(\.element) {
      table.rows.append(
        Table.Row(
          cells: [
            .named(impact.category.title[words.language], impact.category.id),
            severity(event.meaning.severity), .text(words.event(event)),
            .text(whom(event, of: impact, finder)),
            .text(event.meaning.consequence[words.language]), heals(event.heals),
          ], severity: event.meaning.severity))
    }
    guard !table.rows.isEmpty else { return [.paragraph(words.nothingHarmful)] }
    return [.table(table)] + [amounts, counters, queues].compactMap(\.self)
  }

  /// More of them than this are counted, not named.
  private static let namedSubjects = 3

  /// Whom an event is about, as far as names of keys say: how many, and the first few.
  private func whom(
    _ event: EventImpact, of impact: CategoryImpact, _ finder: WhomFinder?
  ) -> String {
    guard let whom = impact.category.whom, let finder, case .keys(let change) = event.subject
    else { return "" }
    var subjects: Set<String> = []
    for key in report.keys
    where key.category == impact.index && key.change == change && event.isCase(of: key) {
      if let subject = finder.whom(of: key.name, category: impact.index) {
        subjects.insert(subject)
      }
    }
    guard !subjects.isEmpty else { return "" }
    var named = subjects.sorted().prefix(Self.namedSubjects).map(\.self)
    if subjects.count > named.count { named.append(words.more(subjects.count - named.count)) }
    return "\(whom.title[words.language])\(words.colon)\(grouped(subjects.count))"
      + words.aside(words.list(named))
  }

  /// Keys with something to say about their values, the worst first.
  private var telling: [AffectedKey] {
    report.keys.filter { $0.evidence != nil && report.severity(of: $0) > .none }
      .enumerated().sorted {
        (report.severity(of: $1.element), $0.offset) < (report.severity(of: $0.element), $1.offset)
      }.map(\.element)
  }

  private var amounts: Block? {
    var table = Table(
      caption: words.amountsCaption,
      columns: [
        Table.Column(title: words.subjectColumn), Table.Column(title: words.dateColumn),
        Table.Column(title: words.category), Table.Column(title: words.whatHappens),
        Table.Column(title: words.inBackup, isNumber: true),
        Table.Column(title: words.nowColumn, isNumber: true),
      ])
    for key in telling {
      guard case .amount(let amount) = key.evidence else { continue }
      table.rows.append(
        Table.Row(
          cells: [
            .code(amount.subject ?? name(key)), .text(amount.date ?? ""), category(of: key),
            .text(words.change(key.change)),
            value(amount.backup, isThere: key.change != .lost),
            value(amount.current, isThere: key.change != .resurrected),
          ], severity: report.severity(of: key)))
    }
    return cut(table)
  }

  private var counters: Block? {
    var table = Table(
      caption: words.countersCaption,
      columns: [
        Table.Column(title: words.key), Table.Column(title: words.category),
        Table.Column(title: words.whatHappens), Table.Column(title: words.inBackup, isNumber: true),
        Table.Column(title: words.nowColumn, isNumber: true),
        Table.Column(title: words.limitColumn, isNumber: true),
      ])
    for key in telling {
      guard case .counter(let counter) = key.evidence else { continue }
      table.rows.append(
        Table.Row(
          cells: [
            .code(name(key)), category(of: key), .text(words.change(key.change)),
            value(counter.backup, isThere: key.change != .lost),
            value(counter.current, isThere: key.change != .resurrected),
            .text(counter.limit.map { "\($0)" } ?? "", order: counter.limit),
          ], severity: report.severity(of: key)))
    }
    return cut(table)
  }

  private func cut(_ table: Table) -> Block? {
    guard !table.rows.isEmpty else { return nil }
    var table = table
    if table.rows.count > Self.listedValues {
      table.omission = words.omitted(
        table.rows.count - Self.listedValues, see: "`--format json`")
      table.rows.removeSubrange(Self.listedValues...)
    }
    return .table(table)
  }

  private func value(_ number: (some Numeric & CustomStringConvertible)?, isThere: Bool) -> Cell {
    if settings.isRedacted && isThere { return .text(words.omittedValue) }
    guard let number else { return .text(isThere ? "?" : "–") }
    return .text("\(number)")
  }

  private var queues: Block? {
    var table = Table(
      caption: words.queuesCaption,
      columns: [Table.Column(title: words.category)]
        + (0..<5).map { Table.Column(title: words.queueColumn($0), isNumber: true) })
    for impact in report.categories {
      guard let members = impact.members else { continue }
      let lists = [
        members.lost, members.resurrected, members.rescored, members.withoutJobKey, members.due,
      ]
      table.rows.append(
        Table.Row(
          cells: [.named(impact.category.title[words.language], impact.category.id)]
            + lists.map { .number($0.count) }))
    }
    return table.rows.isEmpty ? nil : .table(table)
  }

  // MARK: Appendix

  /// More keys than this, in all and of one category, are what `ndjson` is for: a report is to stay small.
  private static let listedKeys = 4000
  private static let listedKeysEach = 250

  /// The keys by category, the worst categories first, as far as there is room.
  var appendix: [Block] {
    guard !report.keys.isEmpty else { return [] }
    var byCategory: [Int?: [Int]] = [:]
    for (index, key) in report.keys.enumerated() {
      byCategory[key.category, default: []].append(index)
    }
    var room = Self.listedKeys
    let groups = byCategory.map {
      (category: $0.key, keys: $0.value, severity: worst(of: $0.value))
    }
    .sorted {
      ($1.severity, $0.category ?? .max) < ($0.severity, $1.category ?? .max)
    }
    return [.paragraph(words.appendixNote)]
      + groups.map { category, keys, severity in
        let shown = min(keys.count, room, Self.listedKeysEach)
        room -= shown
        return group(category, keys, shown: shown, severity)
      }
  }

  private func worst(of keys: [Int]) -> Severity {
    keys.lazy.map { report.severity(of: report.keys[$0]) }.max() ?? .none
  }

  private func group(_ category: Int?, _ keys: [Int], shown: Int, _ level: Severity) -> Block {
    let title =
      category.map { report.policy.categories[$0].title[words.language] } ?? words.noCategory
    let id = category.map { report.policy.categories[$0].id } ?? "unknown"
    var table = Table(
      caption: "\(title) (\(id))",
      columns: [
        Table.Column(title: words.key), Table.Column(title: words.whatHappens),
        Table.Column(title: words.severityColumn), Table.Column(title: words.type),
        Table.Column(title: words.expiresAt), Table.Column(title: words.healsColumn),
      ])
    let ranked = keys.sorted {
      let (first, second) = (
        report.severity(of: report.keys[$0]), report.severity(of: report.keys[$1])
      )
      return first == second ? $0 < $1 : first > second
    }
    for index in ranked.prefix(shown) {
      let key = report.keys[index]
      let level = report.severity(of: key)
      table.rows.append(
        Table.Row(
          cells: [
            .code((key.database == 0 ? "" : "db \(key.database) ") + name(key)),
            .text(words.change(key.change)), severity(level), .text(key.type.name),
            .text(
              key.expiry.map { "\(Timestamp(milliseconds: $0))" } ?? words.never,
              order: key.expiry ?? .max),
            heals(report.healing(of: key), isHarmed: level > .none),
          ], severity: level))
    }
    if keys.count > shown {
      table.omission = words.omitted(
        keys.count - shown, see: "lossmap impact … --format ndjson --category \(id)")
    }
    return .group(
      title: "\(title) · \(id)", count: keys.count, severity: level, blocks: [.table(table)])
  }

  private func category(of key: AffectedKey) -> Cell {
    guard let category = key.category else { return .text(words.noCategory) }
    return .text(report.policy.categories[category].title[words.language])
  }

  func name(_ key: AffectedKey) -> String { EscapedBytes(key.name, limit: 120).description }
}
