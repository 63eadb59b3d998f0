internal import BinaryInput
public import Impact
internal import Keyspace
public import Preflight
internal import RDB

/// `preflight --format text`: what a server would load, and what there is to know about it.
public struct PreflightText {
  private let preflight: Preflight
  private let style: TextStyle
  private let words: Words

  /// Prepares what was found for output in a style.
  public init(_ preflight: Preflight, style: TextStyle, language: Language = .english) {
    self.preflight = preflight
    self.style = style
    words = Words(language: language)
  }

  /// Writes the report.
  public func write(to output: inout some TextOutputStream) {
    let moment = "\(Timestamp(milliseconds: preflight.startAt))"
    let title = words.startTitle(preflight.target.name, words.shown(preflight.path), moment)
    output.write(style.bold(title) + "\n")
    for pitfall in preflight.pitfalls { write(pitfall, to: &output) }
    for outcome in preflight.outcomes { write(outcome, to: &output) }
  }

  private func write(_ outcome: StartOutcome, to output: inout some TextOutputStream) {
    let isBad = outcome.start == .refuses || outcome.start == .empty
    let summary = words.summary(outcome)
    let line = outcome.setting + words.colon + (isBad ? style.paint(summary, .high) : summary)
    output.write("\n" + style.wrap(line, first: "", rest: "  ") + "\n")
    if outcome.isBackup == true { output.write("  \(words.isWhatBackupHolds)\n") }
    for pitfall in outcome.pitfalls { write(pitfall, to: &output) }
    write(outcome.files, to: &output)
  }

  private func write(_ pitfall: Pitfall, to output: inout some TextOutputStream) {
    let severity = style.paint(words.pitfall(pitfall.severity), pitfall.level)
    let path = pitfall.path.map { words.shown($0) + words.colon } ?? ""
    let sentence = PitfallSentence(pitfall: pitfall, words: words).text
    let line = "\(severity)\(words.colon)\(path)\(sentence) [\(pitfall.code.rawValue)]"
    output.write(style.wrap(line, first: "  ", rest: "    ") + "\n")
  }

  private func write(_ files: [FileFate], to output: inout some TextOutputStream) {
    guard !files.isEmpty else { return }
    var table = TextTable([
      (words.file.lowercased(), .left), (words.bytes, .right),
      (words.changedColumn.lowercased(), .left), (words.atStartColumn.lowercased(), .left),
      (words.laterColumn.lowercased(), .left),
    ])
    for file in files {
      table.add([
        words.shown(file.path), file.bytes.map { "\($0)" } ?? "-", file.modified ?? "-",
        words.atStart(file), file.later.map(words.change) ?? "-",
      ])
    }
    output.write(table.lines().joined(separator: "\n") + "\n")
  }
}

extension StartOutcome {
  /// The setting that leads to it, as the server's configuration has it.
  var setting: String { appendonly ? "appendonly yes" : "appendonly no" }
}

extension Pitfall {
  /// How bad it is, on the scale of everything else.
  var level: Impact.Severity {
    switch severity {
    case .note: .none
    case .warning: .medium
    case .error: .high
    }
  }
}

extension FileFate {
  /// When it was changed, to the second.
  var modified: String? {
    modifiedAt.map { "\(Timestamp(milliseconds: $0 / 1000 * 1000))" }
  }
}
