internal import BinaryInput
public import Diff
public import Impact
internal import Keyspace
internal import RDB

/// `diff --format markdown`: what differs, for a ticket or a review.
public struct DiffMarkdown {
  private let report: DiffReport
  private let words: Words

  /// Prepares the report for output.
  public init(_ report: DiffReport, language: Language = .english) {
    self.report = report
    words = Words(language: language)
  }

  /// Writes what was compared, and how many keys differ.
  public func writeSummary(to output: inout some TextOutputStream) {
    output.write("# \(words.differencesTitle)\n\n")
    for (label, files) in [(words.old, report.old), (words.new, report.new)] {
      for file in files {
        output.write(
          "- \(label)\(words.colon)\(Self.code(Array(file.path.utf8))), \(words.plainKeys(file.snapshot.keys))\n"
        )
      }
    }
    if let time = report.time {
      output.write("- \(words.moment)\(words.colon)\(Timestamp(milliseconds: time))\n")
    }
    output.write("- \(words.policyName)\(words.colon)\(report.policy.id)\n\n")
    table(
      words.category.lowercased(), report.rows(words).map { ($0.name, $0.diff.counts) }, &output)
    table(words.type.lowercased(), report.types.map { ($0.type.name, $0.counts) }, &output)
  }

  /// Writes a key that differs; keys come by category.
  public func write(
    _ key: Difference, _ values: ValueDifference?, _ heading: inout DiffText.Heading,
    to output: inout some TextOutputStream
  ) {
    if heading.moves(to: key.category) {
      output.write("\n## \(report.name(of: key.category, words))\n\n")
    }
    var line = "- `\(key.change.mark)` \(key.typeText) "
    if key.database != 0 { line += "db \(key.database) " }
    line += Self.code(key.name)
    if let expiry = key.expiryText(words) { line += " \(expiry)" }
    output.write(line + "\n")
    for line in values?.lines(words) ?? [] { output.write("  - \(Markdown.code(line))\n") }
  }

  private func table(
    _ first: String, _ rows: [(name: String, counts: DiffCounts)],
    _ output: inout some TextOutputStream
  ) {
    let columns = DiffChange.allCases.map(words.change) + [words.unchanged]
    output.write("| \(([first] + columns).joined(separator: " | ")) |\n")
    output.write("|---|" + String(repeating: "---:|", count: columns.count) + "\n")
    for row in rows + [("**\(words.all)**", report.totals)] {
      let counts = DiffChange.allCases.map { row.counts[$0] } + [row.counts.unchanged]
      guard counts.contains(where: { $0 > 0 }) || row.name == "**\(words.all)**" else { continue }
      output.write("| \(row.name) | \(counts.map { "\($0)" }.joined(separator: " | ")) |\n")
    }
    output.write("\n")
  }

  private static func code(_ bytes: [UInt8]) -> String {
    Markdown.code(EscapedBytes(bytes, limit: 200).description)
  }
}
