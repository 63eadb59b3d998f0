internal import BinaryInput
public import Impact

/// `rank`: a table for people, best first.
public struct RankingText {
  private let ranking: Ranking
  private let style: TextStyle
  private let words: Words

  /// How many categories with losses are named for each backup.
  private static let named = 4

  /// Prepares the ranking for output in a style.
  public init(_ ranking: Ranking, style: TextStyle, language: Language = .english) {
    self.ranking = ranking
    self.style = style
    words = Words(language: language)
  }

  /// Writes the table.
  public func write(to output: inout some TextOutputStream) {
    let moment = Timestamp(milliseconds: ranking.restoreAt)
    output.write(style.bold(words.rankTitle("\(moment)")) + "\n\n")
    if !ranking.entries.isEmpty {
      output.write(
        "  #  " + words.rankColumns.joined(separator: "  ") + "  \(words.backupLower)\n")
    }
    for (index, entry) in ranking.entries.enumerated() { write(entry, index + 1, to: &output) }
    if !ranking.failures.isEmpty {
      let gap = ranking.entries.isEmpty ? "" : "\n"
      output.write(gap + style.bold(words.notToBeRestored) + "\n")
    }
    for failure in ranking.failures {
      output.write("  \(EscapedBytes(Array(failure.path.utf8))): \(failure.reason)\n")
    }
  }

  private func write(
    _ entry: Ranking.Entry, _ place: Int, to output: inout some TextOutputStream
  ) {
    let totals = entry.totals
    let numbers = [totals.lost, totals.regressed, totals.regressedExpiry, totals.resurrected]
    let cells = zip(words.rankColumns.dropFirst(), numbers)
      .map { right("\($1)", displayWidth($0)) }
    let severity = style.paint(pad(words.severity(entry.severity)), entry.severity)
    let path = EscapedBytes(Array(entry.backup.path.utf8))
    let made = entry.backup.createdAt.map { ", \(Timestamp(milliseconds: $0))" } ?? ""
    output.write(
      "\(right("\(place)", 3))  " + ([severity] + cells).joined(separator: "  ")
        + "  \(path)\(made)\n")
    let losses = losses(of: entry)
    if !losses.isEmpty {
      output.write(style.wrap(losses, first: "       ", rest: "       ") + "\n")
    }
  }

  /// Of which categories most of the harm is: the worst first, the largest first.
  private func losses(of entry: Ranking.Entry) -> String {
    var groups = entry.categories.filter { $0.counts.lost > 0 }
      .map { (id: $0.category.id, severity: $0.severity, lost: $0.counts.lost) }
    if entry.unknown.lost > 0 {
      groups.append(("unknown", ranking.policy.unknown.severity, entry.unknown.lost))
    }
    groups.sort { ($0.severity, $0.lost, $1.id) > ($1.severity, $1.lost, $0.id) }
    var names = groups.prefix(Self.named).map { "\($0.id) \($0.lost)" }
    if groups.count > Self.named { names.append(words.moreItems(groups.count - Self.named)) }
    return names.isEmpty ? "" : words.lostLabel + words.list(names)
  }

  private func pad(_ text: String) -> String {
    text
      + String(
        repeating: " ", count: max(0, displayWidth(words.rankColumns[0]) - displayWidth(text)))
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
