internal import Impact

/// What heals by itself and when, and when the affected keys expire.
extension ImpactDocument {
  /// Moments after T that people think in, in milliseconds.
  private static let marks: [Int64] = [
    0, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
  ]
  /// Columns of the chart between two marks.
  private static let steps = 12

  var healing: [Block] {
    let recovery = Recovery(report)
    guard !recovery.rows.isEmpty else { return [.paragraph(words.nothingHarmful)] }
    let marks = marks(for: recovery)
    return [healingFigure(recovery, marks), expiryFigure].compactMap { $0.map { .figure($0) } }
  }

  /// The marks up to the one by which all have healed that will.
  private func marks(for recovery: Recovery) -> [Int64] {
    let last = recovery.rows.compactMap(\.ends.last).max() ?? report.restoreAt
    let distance = Timestamp(milliseconds: report.restoreAt).distance(
      to: Timestamp(milliseconds: last))
    let count = Self.marks.firstIndex { $0 >= distance } ?? Self.marks.count - 1
    return Array(Self.marks.prefix(max(2, count + 1)))
  }

  private func healingFigure(_ recovery: Recovery, _ marks: [Int64]) -> Figure? {
    let levels: [Severity] = [.high, .medium, .low]
    let layers = levels.map { level in
      let rows = recovery.rows.filter { severity(ofRow: $0) == level }
      let numbers = columns(marks).map { time in
        rows.reduce(0) { $0 + $1.remaining(at: time) }
      }
      return (series: Series(rawValue: level.rawValue) ?? .none, numbers: numbers)
    }
    let chart = TimeChart(
      layers: layers,
      ticks: marks.enumerated().map { index, mark in
        TimeChart.Tick(
          column: index * Self.steps, text: mark == 0 ? "T" : "+\(words.duration(mark))")
      })
    let start = recovery.rows.reduce(0) { $0 + $1.keys }
    return Figure(
      id: "recovery", title: words.healingChartTitle,
      description: words.healingDescription(
        start, recovery.rows.reduce(0) { $0 + $1.never },
        recovery.rows.reduce(0) { $0 + $1.unknown }),
      drawing: chart.areas,
      legend: levels.map { (Series(rawValue: $0.rawValue) ?? .none, words.severity($0)) },
      table: healingTable(recovery, marks))
  }

  /// Moments of the chart's columns: evenly between two marks, so that minutes and days both have room.
  private func columns(_ marks: [Int64]) -> [Int64] {
    var times: [Int64] = []
    for (from, to) in zip(marks, marks.dropFirst()) {
      for step in 0..<Self.steps {
        times.append(moment(from + (to - from) * Int64(step) / Int64(Self.steps)))
      }
    }
    return times + [moment(marks[marks.count - 1])]
  }

  private func moment(_ distance: Int64) -> Int64 {
    let (sum, overflow) = report.restoreAt.addingReportingOverflow(distance)
    return overflow ? .max : sum
  }

  /// The worst that happened to the keys of a row.
  private func severity(ofRow row: Recovery.Row) -> Severity {
    guard let category = row.category else { return report.policy.unknown.severity }
    return report.categories[category].severity
  }

  private func healingTable(_ recovery: Recovery, _ marks: [Int64]) -> Table {
    var table = Table(
      caption: words.healingCaption,
      columns: [Table.Column(title: words.category)]
        + marks.map { mark in
          Table.Column(
            title: mark == 0 ? words.atT : "+\(words.duration(mark))", isNumber: true)
        } + [Table.Column(title: words.healsColumn)])
    for row in recovery.rows {
      let category = row.category.map { report.policy.categories[$0] }
      let name: Cell =
        category.map { .named($0.title[words.language], $0.id) } ?? .text(words.noCategory)
      let heals: HealingTime? =
        row.never > 0 ? .never : row.unknown > 0 ? nil : row.ends.last.map { .at($0) }
      table.rows.append(
        Table.Row(
          cells: [name] + marks.map { .number(row.remaining(at: moment($0))) }
            + [self.heals(heals)],
          severity: severity(ofRow: row)))
    }
    return table
  }

  // MARK: Expiries

  /// How many affected keys expire within which time.
  private var expiryFigure: Figure? {
    var numbers = [Int](repeating: 0, count: Self.marks.count + 2)
    for key in report.keys {
      numbers[bucket(of: key.expiry)] += 1
    }
    let names =
      [words.passed] + Self.marks.dropFirst().map(words.within) + [words.later, words.noExpiry]
    let series: Series = .first
    let bars = zip(names, numbers).map { name, number in
      BarChart.Bar(name: name, parts: [(series, number, words.keysName)])
    }
    var table = Table(
      caption: words.expiryChartTitle,
      columns: [
        Table.Column(title: words.expiresAt), Table.Column(title: words.keysName, isNumber: true),
      ])
    for (index, (name, number)) in zip(names, numbers).enumerated() {
      table.rows.append(Table.Row(cells: [.text(name, order: Int64(index)), .number(number)]))
    }
    return Figure(
      id: "expiries", title: words.expiryChartTitle, description: words.expiryDescription,
      drawing: BarChart.lengths(bars), legend: [(series, words.keysName)], table: table)
  }

  private func bucket(of expiry: Int64?) -> Int {
    guard let expiry else { return Self.marks.count + 1 }
    let distance = Timestamp(milliseconds: report.restoreAt).distance(
      to: Timestamp(milliseconds: expiry))
    return Self.marks.firstIndex { distance <= $0 } ?? Self.marks.count
  }
}
