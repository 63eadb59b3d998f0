internal import BinaryInput
public import Diff
internal import Impact
internal import Keyspace
internal import RDB

/// `diff --format markdown`: what differs, for a ticket or a review.
public struct DiffMarkdown {
  private let report: DiffReport

  /// Prepares the report for output.
  public init(_ report: DiffReport) {
    self.report = report
  }

  /// Writes what was compared, and how many keys differ.
  public func writeSummary(to output: inout some TextOutputStream) {
    output.write("# Differences\n\n")
    for (label, files) in [("Old", report.old), ("New", report.new)] {
      for file in files {
        output.write(
          "- \(label): \(Self.code(Array(file.path.utf8))), \(file.snapshot.keys) keys\n")
      }
    }
    if let time = report.time { output.write("- At: \(Timestamp(milliseconds: time))\n") }
    output.write("- Policy: \(report.policy.id)\n\n")
    table("category", report.rows.map { ($0.name, $0.diff.counts) }, &output)
    table("type", report.types.map { ($0.type.name, $0.counts) }, &output)
  }

  /// Writes a key that differs; keys come by category.
  public func write(
    _ key: Difference, _ values: ValueDifference?, _ heading: inout DiffText.Heading,
    to output: inout some TextOutputStream
  ) {
    if heading.moves(to: key.category) { output.write("\n## \(report.name(of: key.category))\n\n") }
    var line = "- `\(key.change.mark)` \(key.typeText) "
    if key.database != 0 { line += "db \(key.database) " }
    line += Self.code(key.name)
    if let expiry = key.expiryText { line += " \(expiry)" }
    output.write(line + "\n")
    for line in values?.lines ?? [] { output.write("  - \(Self.code(line))\n") }
  }

  private func table(
    _ first: String, _ rows: [(name: String, counts: DiffCounts)],
    _ output: inout some TextOutputStream
  ) {
    let columns = DiffChange.allCases.map(\.rawValue) + ["unchanged"]
    output.write("| \(([first] + columns).joined(separator: " | ")) |\n")
    output.write("|---|" + String(repeating: "---:|", count: columns.count) + "\n")
    for row in rows + [("**all**", report.totals)] {
      let counts = DiffChange.allCases.map { row.counts[$0] } + [row.counts.unchanged]
      guard counts.contains(where: { $0 > 0 }) || row.name == "**all**" else { continue }
      output.write("| \(row.name) | \(counts.map { "\($0)" }.joined(separator: " | ")) |\n")
    }
    output.write("\n")
  }

  private static func code(_ bytes: [UInt8]) -> String {
    code(EscapedBytes(bytes, limit: 200).description)
  }

  /// Text that is safe already, in a code span: what would end it or a table's cell is escaped like bytes.
  private static func code(_ text: String) -> String {
    var safe = ""
    for character in text.unicodeScalars {
      switch character {
      case "`": safe += "\\x60"
      case "|": safe += "\\x7c"
      default: safe.unicodeScalars.append(character)
      }
    }
    return "`\(safe)`"
  }
}
