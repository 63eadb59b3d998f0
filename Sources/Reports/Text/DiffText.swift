internal import BinaryInput
public import Diff
public import Impact
internal import Keyspace
internal import RDB

/// `diff --format text`: what differs, on a screen.
public struct DiffText {
  private let report: DiffReport
  private let style: TextStyle
  private let words: Words

  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 5

  /// Prepares the report for output.
  public init(_ report: DiffReport, style: TextStyle, language: Language = .english) {
    self.report = report
    self.style = style
    words = Words(language: language)
  }

  /// Which category the keys that were written last belong to.
  public struct Heading {
    /// The index of the category; nil for none.
    private var category: Int??

    /// Nothing written yet.
    public init() {}

    /// Moves to a category; says whether it is another one.
    mutating func moves(to category: Int?) -> Bool {
      defer { self.category = .some(category) }
      return self.category != .some(category)
    }
  }

  /// Writes what was compared, and how many keys differ.
  public func writeSummary(to output: inout some TextOutputStream) {
    for line in header + categories + types { output.write(line + "\n") }
  }

  /// Writes a key that differs; keys come by category.
  public func write(
    _ key: Difference, _ values: ValueDifference?, _ heading: inout Heading,
    to output: inout some TextOutputStream
  ) {
    if heading.moves(to: key.category) {
      output.write("\n" + style.bold(report.name(of: key.category, words)) + "\n")
    }
    var facts = [key.change.mark, key.typeText]
    if key.database != 0 { facts.append("db \(key.database)") }
    facts.append("\"\(EscapedBytes(key.name, limit: 200))\"")
    if let expiry = key.expiryText(words) { facts.append(expiry) }
    output.write("  " + style.paint(facts.joined(separator: "  "), key.change) + "\n")
    for line in values?.lines(words) ?? [] { output.write("      \(line)\n") }
  }

  private var header: [String] {
    var lines: [String] = []
    let labels = words.sideLabels
    let indent = String(repeating: " ", count: displayWidth(labels.old))
    for (label, files) in [(labels.old, report.old), (labels.new, report.new)] {
      for (index, file) in files.enumerated() {
        lines.append(style.wrap(describe(file), first: index == 0 ? label : indent, rest: indent))
      }
    }
    if let time = report.time {
      lines.append(labels.at + words.leavesOutExpired("\(Timestamp(milliseconds: time))"))
    }
    let totals = report.totals
    lines.append(
      [
        style.bold(words.counts(totals)), words.unchanged(totals.unchanged),
        words.policy(report.policy.id),
      ].joined(separator: words.semicolon))
    return lines
  }

  private func describe(_ backup: BackupDescription) -> String {
    let snapshot = backup.snapshot
    var facts = [snapshot.shownServer ?? snapshot.version.map { "RDB \($0)" }].compactMap(\.self)
    if let createdAt = backup.createdAt {
      facts.append("\(Timestamp(milliseconds: createdAt))")
    }
    facts.append(words.plainKeys(snapshot.keys))
    if report.time != nil { facts.append(words.expiredByThen(snapshot.expired)) }
    return "\(EscapedBytes(Array(backup.path.utf8)))\(words.aside(facts))"
  }

  private var categories: [String] {
    guard report.totals.differing > 0 else { return [] }
    var table = TextTable(columns(words.category.lowercased()))
    for (name, diff) in report.rows(words) where diff.counts.differing > 0 {
      table.add(Self.row(name, diff.counts))
    }
    var lines = [""] + table.lines()
    let same = report.rows(words).filter {
      $0.diff.counts.differing == 0 && $0.diff.counts.unchanged > 0
    }
    if !same.isEmpty {
      let list = words.list(same.map { "\($0.name) \($0.diff.counts.unchanged)" })
      lines.append(style.wrap(list, first: "  \(words.noDifference)", rest: "    "))
    }
    let groups = report.prefixes.sorted { $0.counts.differing > $1.counts.differing }
    if !groups.isEmpty {
      var names = groups.prefix(Self.listedPrefixes).map {
        "\(words.prefix($0.prefix)) \($0.counts.differing)"
      }
      if groups.count > names.count { names.append(words.more(groups.count - names.count)) }
      lines.append(
        style.wrap(
          words.list(names), first: "  \(words.byPrefix)", rest: "    "))
    }
    return lines
  }

  private var types: [String] {
    guard report.totals.differing > 0 else { return [] }
    var table = TextTable(columns(words.type.lowercased()))
    for row in report.types where row.counts.differing > 0 {
      table.add(Self.row(row.type.name, row.counts))
    }
    return [""] + table.lines()
  }

  private func columns(_ first: String) -> [(title: String, alignment: TextTable.Alignment)] {
    [(first, .left)] + DiffChange.allCases.map { (words.change($0), .right) }
      + [(words.unchanged, .right)]
  }

  private static func row(_ name: String, _ counts: DiffCounts) -> [String] {
    [name]
      + (DiffChange.allCases.map { counts[$0] } + [counts.unchanged]).map {
        $0 == 0 ? "-" : "\($0)"
      }
  }
}

extension DiffReport {
  /// The categories by name, keys of none last.
  func rows(_ words: Words) -> [(name: String, diff: CategoryDiff)] {
    zip(policy.categories.map(\.id), categories).map { ($0, $1) } + [(words.noCategory, unknown)]
  }

  /// What a category is called in a list.
  func name(of category: Int?, _ words: Words) -> String {
    category.map { policy.categories[$0].id } ?? words.noCategory
  }
}
