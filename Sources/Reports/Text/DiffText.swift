internal import BinaryInput
public import Diff
internal import Impact
internal import Keyspace
internal import RDB

/// `diff --format text`: what differs, on a screen.
public struct DiffText {
  private let report: DiffReport
  private let style: TextStyle

  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 5

  /// Prepares the report for output.
  public init(_ report: DiffReport, style: TextStyle) {
    self.report = report
    self.style = style
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
      output.write("\n" + style.bold(report.name(of: key.category)) + "\n")
    }
    var facts = [key.change.mark, key.typeText]
    if key.database != 0 { facts.append("db \(key.database)") }
    facts.append("\"\(EscapedBytes(key.name, limit: 200))\"")
    if let expiry = key.expiryText { facts.append(expiry) }
    output.write("  " + style.paint(facts.joined(separator: "  "), key.change) + "\n")
    for line in values?.lines ?? [] { output.write("      \(line)\n") }
  }

  private var header: [String] {
    var lines: [String] = []
    for (label, files) in [("Old  ", report.old), ("New  ", report.new)] {
      for (index, file) in files.enumerated() {
        lines.append(
          style.wrap(describe(file), first: index == 0 ? label : "     ", rest: "     "))
      }
    }
    if let time = report.time {
      lines.append("at   \(Timestamp(milliseconds: time)): what has expired by then is left out")
    }
    let totals = report.totals
    let what =
      totals.differing == 0
      ? "No difference"
      : DiffChange.allCases.map { "\(totals[$0]) \($0.word)" }.joined(separator: ", ")
    lines.append("\(style.bold(what)); \(totals.unchanged) unchanged; policy \(report.policy.id)")
    return lines
  }

  private func describe(_ backup: BackupDescription) -> String {
    let snapshot = backup.snapshot
    var facts = [snapshot.shownServer ?? snapshot.version.map { "RDB \($0)" }].compactMap(\.self)
    if let createdAt = backup.createdAt {
      facts.append("\(Timestamp(milliseconds: createdAt))")
    }
    facts.append("\(snapshot.keys) keys")
    if report.time != nil { facts.append("\(snapshot.expired) expired by then") }
    return "\(EscapedBytes(Array(backup.path.utf8))) (\(facts.joined(separator: ", ")))"
  }

  private var categories: [String] {
    guard report.totals.differing > 0 else { return [] }
    var table = TextTable(Self.columns("category"))
    for (name, diff) in report.rows where diff.counts.differing > 0 {
      table.add(Self.row(name, diff.counts))
    }
    var lines = [""] + table.lines()
    let same = report.rows.filter { $0.diff.counts.differing == 0 && $0.diff.counts.unchanged > 0 }
    if !same.isEmpty {
      let list = same.map { "\($0.name) \($0.diff.counts.unchanged)" }.joined(separator: ", ")
      lines.append(style.wrap(list, first: "  no difference: ", rest: "    "))
    }
    let groups = report.prefixes.sorted { $0.counts.differing > $1.counts.differing }
    if !groups.isEmpty {
      var names = groups.prefix(Self.listedPrefixes).map { "\($0.label) \($0.counts.differing)" }
      if groups.count > names.count { names.append("and \(groups.count - names.count) more") }
      lines.append(
        style.wrap(
          names.joined(separator: ", "), first: "  no category, by prefix: ", rest: "    "))
    }
    return lines
  }

  private var types: [String] {
    guard report.totals.differing > 0 else { return [] }
    var table = TextTable(Self.columns("type"))
    for row in report.types where row.counts.differing > 0 {
      table.add(Self.row(row.type.name, row.counts))
    }
    return [""] + table.lines()
  }

  private static func columns(_ first: String) -> [(title: String, alignment: TextTable.Alignment)]
  {
    [(first, .left)] + DiffChange.allCases.map { ($0.rawValue, .right) } + [("unchanged", .right)]
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
  var rows: [(name: String, diff: CategoryDiff)] {
    zip(policy.categories.map(\.id), categories).map { ($0, $1) } + [("(no category)", unknown)]
  }

  /// What a category is called in a list.
  func name(of category: Int?) -> String {
    category.map { policy.categories[$0].id } ?? "(no category)"
  }
}

extension PrefixDiff {
  /// The prefix as it is shown.
  fileprivate var label: String {
    guard let prefix else { return "(others)" }
    return prefix.isEmpty ? "(no prefix)" : "\"\(EscapedBytes(prefix, limit: 40))\""
  }
}

extension DiffChange {
  /// The word in a sentence.
  var word: String { self == .expiry ? "with another expiry only" : rawValue }
}
