internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// `impact --format text`: what a restore would do, on a screen.
public struct ImpactText {
  let report: ImpactReport
  let style: TextStyle
  let words: Words
  private let hasDetails: Bool

  /// Prepares the report for output; without details it fits on a screen.
  public init(_ report: ImpactReport, style: TextStyle, language: Language, details: Bool) {
    self.report = report
    self.style = style
    words = Words(language: language)
    hasDetails = details
  }

  /// Writes the report.
  public func write(to output: inout some TextOutputStream) {
    for line in lines { output.write(line + "\n") }
  }

  private var lines: [String] {
    if report.current == nil {
      return header + exposureTable + contradictionsInFull + [words.nameCurrentState]
    }
    if hasDetails { return header + table + advice + values + contradictionsInFull }
    return header + table + briefAdvice + contradictionsInBrief + [words.moreWithDetails]
  }

  // MARK: What was compared

  private var header: [String] {
    let (restore, over, at) = words.inputLabels
    let indent = String(repeating: " ", count: displayWidth(restore))
    var lines = [style.wrap(describe(report.backup), first: restore, rest: indent)]
    if let current = report.current {
      lines.append(style.wrap(describe(current), first: over, rest: indent))
    }
    var moment = "\(at)\(Timestamp(milliseconds: report.restoreAt))"
    if let createdAt = report.backup.createdAt, createdAt <= report.restoreAt {
      let gap = Timestamp(milliseconds: createdAt)
        .distance(to: Timestamp(milliseconds: report.restoreAt))
      moment += words.text(", ", "，") + words.gap(gap)
    }
    lines.append(moment + words.semicolon + words.policy(report.policy.id))
    let verdict =
      report.current == nil ? words.atWorstVerdict : words.totals(report.totals)
    lines.append(
      words.severityLine(
        style.paint(words.loudSeverity(report.severity), report.severity), verdict))
    let note = words.noteLabel
    lines += report.cautions.map {
      style.wrap(
        words.caution($0), first: note, rest: String(repeating: " ", count: displayWidth(note)))
    }
    return lines + [""]
  }

  private func describe(_ backup: BackupDescription) -> String {
    let snapshot = backup.snapshot
    var facts = [snapshot.shownServer ?? snapshot.version.map { "RDB \($0)" }].compactMap(\.self)
    if backup.kind != .rdb { facts.append(words.replayed) }
    if let createdAt = backup.createdAt {
      facts.append("\(Timestamp(milliseconds: createdAt))")
    } else if let baseCreatedAt = backup.baseCreatedAt {
      facts.append(words.base(of: "\(Timestamp(milliseconds: baseCreatedAt))"))
    }
    facts.append(words.keysAndExpired(snapshot.keys, snapshot.expired))
    return "\(EscapedBytes(Array(backup.path.utf8)))" + words.aside(facts)
  }
}
