internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// `impact --format text`: what a restore would do, on a screen.
public struct ImpactText {
  private let report: ImpactReport
  private let style: TextStyle
  private let language: Language
  private let hasDetails: Bool

  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 5
  /// More counters and amounts than this belong into machine output.
  private static let listedValues = 100

  /// Prepares the report for output; without details it fits on a screen.
  public init(_ report: ImpactReport, style: TextStyle, language: Language, details: Bool) {
    self.report = report
    self.style = style
    self.language = language
    hasDetails = details
  }

  /// Writes the report.
  public func write(to output: inout some TextOutputStream) {
    for line in lines { output.write(line + "\n") }
  }

  private var lines: [String] {
    if report.current == nil { return header + exposureTable + contradictions + exposureAdvice }
    if hasDetails { return header + table + advice + values + contradictions }
    return header + table + briefAdvice + contradictions + more
  }

  // MARK: What was compared

  private var header: [String] {
    let indent = "         "
    var lines = [style.wrap(describe(report.backup), first: "Restore  ", rest: indent)]
    if let current = report.current {
      lines.append(style.wrap(describe(current), first: "over     ", rest: indent))
    }
    var moment = "at       \(Timestamp(milliseconds: report.restoreAt))"
    if let createdAt = report.backup.createdAt, createdAt <= report.restoreAt {
      let gap = Timestamp(milliseconds: createdAt)
        .distance(to: Timestamp(milliseconds: report.restoreAt))
      moment += ", \(DurationText.text(gap, language)) after the backup"
    }
    moment += "; policy \(report.policy.id)"
    lines.append(moment)
    let severity = report.severity.rawValue.uppercased()
    let verdict: String
    if report.current == nil {
      verdict = "at worst, without a current state to compare with"
    } else {
      let totals = report.totals
      verdict =
        "\(totals.lost) lost, \(totals.regressed) regressed, "
        + "\(totals.regressedExpiry) with an older expiry, \(totals.resurrected) resurrected, "
        + "\(totals.unchanged) unchanged"
    }
    lines.append("Severity \(style.paint(severity, report.severity)): \(verdict)")
    lines += notes.map { style.wrap($0, first: "note: ", rest: "      ") }
    return lines + [""]
  }

  /// What makes it likely that the wrong files or the wrong moment were given.
  private var notes: [String] {
    var notes: [String] = []
    let createdAt = report.backup.createdAt
    if report.backup.kind == .rdb && report.backup.snapshot.checksum != .ok {
      notes.append("the backup has no checksum: its bytes are unverified")
    }
    if let createdAt, report.restoreAt < createdAt {
      notes.append("the backup was made after the moment of the restore: is --at right?")
    }
    if let createdAt, let now = report.current?.createdAt, now < createdAt {
      notes.append("the current state is older than the backup: are the two swapped?")
    }
    if report.backup.kind == .rdb, report.backup.snapshot.isLogBase {
      notes.append(
        "the backup was written as the base of an append-only file: what was logged later is missing"
      )
    }
    if let current = report.current, current.kind == .rdb, current.snapshot.isLogBase {
      notes.append(
        "the current state is the base of an append-only file: what was logged later is missing")
    }
    for side in [report.backup, report.current].compactMap(\.self) where side.isIncomplete {
      notes.append(
        "\(EscapedBytes(Array(side.path.utf8))) has commands that this build does not know: "
          + "what they did is missing here")
    }
    let known = report.categories.contains { impact in
      impact.counts.affected + impact.counts.unchanged > 0
        || impact.exposure.map { $0.alive + $0.expired > 0 } ?? false
    }
    if !known && !report.unknown.isEmpty {
      notes.append(
        "policy \(report.policy.id) knows none of these keys; --policy FILE takes one that does")
    }
    return notes
  }

  private func describe(_ backup: BackupDescription) -> String {
    let snapshot = backup.snapshot
    var facts = [snapshot.shownServer ?? snapshot.version.map { "RDB \($0)" }].compactMap(\.self)
    if backup.kind != .rdb { facts.append("a log replayed") }
    if let createdAt = backup.createdAt {
      facts.append("\(Timestamp(milliseconds: createdAt))")
    } else if let baseCreatedAt = backup.baseCreatedAt {
      facts.append("base of \(Timestamp(milliseconds: baseCreatedAt))")
    }
    facts.append("\(snapshot.keys) keys, \(snapshot.expired) expired")
    return "\(EscapedBytes(Array(backup.path.utf8))) (\(facts.joined(separator: ", ")))"
  }

  // MARK: What happens to each category

  /// The categories that something harmful happened to, worst first.
  private var harmed: [CategoryImpact] {
    report.categories.filter { $0.severity > .none }
      .sorted { ($1.severity, $0.index) < ($0.severity, $1.index) }
  }

  private var table: [String] {
    var table = TextTable([
      ("severity", .left), ("category", .left), ("lost", .right), ("regressed", .right),
      ("expiry", .right), ("resurrected", .right), ("same", .right), ("heals", .left),
    ])
    var severities: [Severity] = []
    var rows = harmed.map { impact in
      (
        impact.severity,
        row(impact.severity, impact.category.id, impact.counts, heals(impact.heals))
      )
    }
    let unknown = unknownCounts
    if unknown.affected > 0 {
      let severity = report.policy.unknown.severity
      let place = rows.firstIndex { $0.0 < severity } ?? rows.count
      rows.insert((severity, row(severity, "(no category)", unknown, "not known")), at: place)
    }
    for (severity, row) in rows {
      table.add(row)
      severities.append(severity)
    }
    var lines =
      severities.isEmpty
      ? ["Nothing harmful happens."]
      : table.lines { line, row in
        style.paint(line, severities[row])
      }
    let harmless = report.categories.filter { $0.severity == .none && $0.counts.affected > 0 }
    if !harmless.isEmpty {
      let list = harmless.map { "\($0.category.id) \($0.counts.affected)" }.joined(separator: ", ")
      lines.append(style.wrap(list, first: "  harmless: ", rest: "    "))
    }
    lines += queueLines + unknownLines
    return lines + [""]
  }

  private func row(
    _ severity: Severity, _ name: String, _ counts: ChangeCounts, _ heals: String
  ) -> [String] {
    let numbers = [
      counts.lost, counts.regressed, counts.regressedExpiry, counts.resurrected, counts.unchanged,
    ]
    return [severity.rawValue, name] + numbers.map { $0 == 0 ? "-" : "\($0)" } + [heals]
  }

  private func heals(_ time: HealingTime?) -> String {
    switch time {
    case nil: return "not known"
    case .never: return "never"
    case .at(let moment):
      if moment <= report.restoreAt { return "at once" }
      let distance = Timestamp(milliseconds: report.restoreAt)
        .distance(to: Timestamp(milliseconds: moment))
      return "in \(DurationText.text(distance, language))"
    }
  }

  private var queueLines: [String] {
    report.categories.compactMap { impact in
      guard let members = impact.members else { return nil }
      return "  \(impact.category.id) members: \(members.lost.count) lost, "
        + "\(members.resurrected.count) resurrected, \(members.rescored.count) rescored; restored "
        + "queue: \(members.withoutJobKey.count) without job key, \(members.due.count) due"
    }
  }

  private var unknownCounts: ChangeCounts {
    report.unknown.reduce(into: ChangeCounts()) { sum, group in sum.add(group.counts) }
  }

  private var unknownLines: [String] {
    let affected = report.unknown.filter { $0.counts.affected > 0 }
    guard !affected.isEmpty else { return [] }
    let shown = affected.sorted { $0.counts.affected > $1.counts.affected }
      .prefix(Self.listedPrefixes)
    var names = shown.map { "\($0.label) \($0.counts.affected)" }
    if affected.count > shown.count { names.append("and \(affected.count - shown.count) more") }
    return [
      style.wrap(names.joined(separator: ", "), first: "  no category, by prefix: ", rest: "    ")
    ]
  }

  // MARK: Values

  /// Counters and amounts of keys whose change does harm, worst first.
  private var values: [String] {
    let harmful = report.keys.filter { $0.evidence != nil && report.severity(of: $0) > .none }
    let ranked = harmful.enumerated().sorted {
      (report.severity(of: $1.element), $0.offset) < (report.severity(of: $0.element), $1.offset)
    }.map(\.element)
    guard !ranked.isEmpty else { return [] }
    var lines = ["Counters and amounts, in the backup and now"]
    for key in ranked.prefix(Self.listedValues) {
      lines.append(style.wrap(value(of: key), first: "  ", rest: "    "))
    }
    if ranked.count > Self.listedValues {
      lines.append("  and \(ranked.count - Self.listedValues) more: see --format json")
    }
    return lines + [""]
  }

  private func value(of key: AffectedKey) -> String {
    let name = shortened(key.name, columns: 56)
    func number(_ value: (some CustomStringConvertible)?, isThere: Bool) -> String {
      value.map { "\($0)" } ?? (isThere ? "?" : "-")
    }
    let (isRestored, isLive) = (key.change != .lost, key.change != .resurrected)
    switch key.evidence {
    case .counter(let counter):
      var text = "\(name): backup \(number(counter.backup, isThere: isRestored))"
      if let limit = counter.limit { text += " of \(limit)" }
      if let remaining = counter.remaining {
        text += remaining == 0 ? ", locked" : ", \(remaining) left"
      }
      return text + "; now \(number(counter.current, isThere: isLive)) (\(key.change.word))"
    case .amount(let amount):
      let owner = amount.subject.map { "\($0) \(amount.date ?? "")" } ?? name
      return "\(owner): backup \(number(amount.backup, isThere: isRestored)); "
        + "now \(number(amount.current, isThere: isLive)) (\(key.change.word))"
    case nil: return name
    }
  }

  private var contradictions: [String] {
    let found = report.categories.flatMap { impact in
      impact.contradictions.map { (impact.category, $0) }
    }
    guard !found.isEmpty else { return [] }
    if hasDetails || report.current == nil {
      return ["The data contradict the document"]
        + found.map { category, contradiction in
          style.wrap(
            contradiction.message(language)
              + (category.document.map { "; the document: \($0.impact)" } ?? ""),
            first: "  \(category.id): ", rest: "    ")
        } + [""]
    }
    let first = found.prefix(2).map { "\($0.id): \($1.message(language))" }
    let rest = found.count - first.count
    return [
      style.wrap(
        first.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : ""),
        first: "Against the document: ", rest: "  ")
    ]
  }

  // MARK: What to do

  /// What to do about the worst, each advice once.
  private var briefAdvice: [String] {
    let unknown = unknownCounts.affected > 0 ? report.policy.unknown.severity : .none
    let worst = max(harmed.first?.severity ?? .none, unknown)
    guard worst > .none else { return [] }
    var steps: [(recovery: String, subjects: [String])] = []
    for impact in harmed where impact.severity == worst {
      for event in impact.events where event.meaning.severity == worst {
        let recovery = event.meaning.recovery[language]
        let subject = "\(impact.category.id) (\(event.text))"
        if let known = steps.firstIndex(where: { $0.recovery == recovery }) {
          steps[known].subjects.append(subject)
        } else {
          steps.append((recovery, [subject]))
        }
      }
    }
    if unknown == worst {
      steps.append(
        (report.policy.unknown.recovery[language], ["no category (\(unknownCounts.affected) keys)"])
      )
    }
    var lines = ["What to do about what is \(style.paint(worst.rawValue, worst))"]
    for (number, step) in steps.enumerated() {
      let bullet = "  \(number + 1). "
      let indent = String(repeating: " ", count: bullet.count)
      lines.append(
        style.wrap(
          "\(step.subjects.joined(separator: ", ")): \(step.recovery)", first: bullet, rest: indent)
      )
    }
    return lines + [""]
  }

  private var more: [String] {
    [
      "What each event means, what to do about the rest, values: --details. Every key: --format ndjson"
    ]
  }

  /// Every harmful event with what it means and what to do.
  private var advice: [String] {
    var lines: [String] = []
    for impact in harmed {
      for event in impact.events where event.meaning.severity > .none {
        lines += advice(event.meaning, "\(impact.category.id): \(event.text)")
      }
      let harmless = impact.events.filter { $0.meaning.severity == .none }
      if !harmless.isEmpty {
        let list = harmless.map(\.text).joined(separator: ", ")
        lines.append(style.wrap(list, first: "  none  \(impact.category.id): ", rest: "    "))
      }
    }
    if unknownCounts.affected > 0 {
      lines += advice(report.policy.unknown, "no category: \(unknownCounts.affected) keys")
    }
    return lines.isEmpty ? [] : ["What happens and what to do, worst first"] + lines + [""]
  }

  private func advice(_ meaning: EventCase, _ what: String) -> [String] {
    [
      "  " + style.paint("\(meaning.severity.rawValue)  \(what)", meaning.severity),
      style.wrap(meaning.consequence[language], first: "    ", rest: "    "),
      style.wrap(meaning.recovery[language], first: "    -> ", rest: "       "),
    ]
  }

  // MARK: Exposure

  private var exposureTable: [String] {
    var table = TextTable([
      ("at worst", .left), ("category", .left), ("come back", .right), ("expired", .right),
      ("live keys are lost", .left),
    ])
    var severities: [Severity] = []
    let present = report.categories.filter { impact in
      impact.exposure.map { $0.alive + $0.expired > 0 } ?? false
    }.sorted { ($1.severity, $0.index) < ($0.severity, $1.index) }
    for impact in present {
      guard let exposure = impact.exposure else { continue }
      table.add([
        impact.severity.rawValue, impact.category.id, "\(exposure.alive)", "\(exposure.expired)",
        Self.text(exposure.mustHaveBeenRewritten),
      ])
      severities.append(impact.severity)
    }
    let unknown = report.unknown.compactMap(\.exposure)
    if !unknown.isEmpty {
      table.add([
        report.policy.unknown.severity.rawValue, "(no category)",
        "\(unknown.map(\.alive).reduce(0, +))", "\(unknown.map(\.expired).reduce(0, +))",
        Self.text(nil),
      ])
      severities.append(report.policy.unknown.severity)
    }
    return table.lines { line, row in style.paint(line, severities[row]) } + [""]
  }

  private static func text(_ mustHaveBeenRewritten: Bool?) -> String {
    switch mustHaveBeenRewritten {
    case true?: "all: none lives this long"
    case false?: "those written since"
    case nil: "not known"
    }
  }

  private var exposureAdvice: [String] {
    [
      "Name the current state to see which keys: lossmap impact BACKUP --current CURRENT"
    ]
  }
}

extension EventImpact {
  /// `19 lost`, `11 members resurrected`.
  fileprivate var text: String {
    switch subject {
    case .keys(let change):
      return "\(count) \(change.word)"
    case .members(let change):
      return "\(count) \(count == 1 ? "member" : "members") \(change.rawValue)"
    }
  }
}

extension ChangeCounts {
  fileprivate mutating func add(_ other: ChangeCounts) {
    for change in KeyChange.allCases { self[change] += other[change] }
  }
}

extension KeyChange {
  /// The word in a sentence.
  fileprivate var word: String { self == .regressedExpiry ? "with an older expiry" : rawValue }
}
