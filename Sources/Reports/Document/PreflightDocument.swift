internal import BinaryInput
internal import Impact
internal import Keyspace
public import Preflight
internal import RDB

/// What a server would load from a data directory, as a document.
public struct PreflightDocument {
  private let preflight: Preflight
  private let settings: DocumentSettings
  private let words: Words

  /// Prepares what was found.
  public init(_ preflight: Preflight, _ settings: DocumentSettings) {
    self.preflight = preflight
    self.settings = settings
    words = settings.words
  }

  private var pitfalls: [Pitfall] {
    preflight.pitfalls + preflight.outcomes.flatMap(\.pitfalls)
  }

  /// The document.
  public var document: Document {
    let worst = pitfalls.map(\.level).max() ?? .none
    return Document(
      tag: words.tag, title: words.preflightTitle(words.shown(preflight.path)),
      verdict: words.preflightVerdict(
        preflight.target.name,
        preflight.outcomes.map { $0.setting + words.colon + words.summary($0) }),
      severity: words.badge(worst),
      sections: [
        Document.Section(id: "pitfalls", title: words.pitfallsTitle, blocks: pitfallBlocks),
        Document.Section(id: "files", title: words.filesTitle, blocks: files),
        Document.Section(id: "facts", title: words.facts, blocks: facts),
      ].filter { !$0.blocks.isEmpty },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var pitfallBlocks: [Block] {
    var blocks: [Block] = []
    if preflight.outcomes.contains(where: { $0.isBackup == true }) {
      blocks.append(.paragraph(words.isWhatBackupHolds))
    }
    guard !pitfalls.isEmpty else { return blocks + [.paragraph(words.noPitfalls)] }
    blocks += table(preflight.pitfalls, words.eitherWay)
    for outcome in preflight.outcomes { blocks += table(outcome.pitfalls, outcome.setting) }
    return blocks
  }

  private func table(_ pitfalls: [Pitfall], _ caption: String) -> [Block] {
    guard !pitfalls.isEmpty else { return [] }
    let rows = pitfalls.map { pitfall in
      Table.Row(
        cells: [
          pitfall.path.map { .code(words.shown($0)) } ?? .text("–"),
          Cell(content: .severity(pitfall.level, words.pitfall(pitfall.severity))),
          .text(PitfallSentence(pitfall: pitfall, words: words).text),
          .code(pitfall.code.rawValue),
        ], severity: pitfall.level)
    }
    let columns = [words.file, words.severityColumn, words.messageColumn, words.codeColumn]
    return [
      .table(Table(caption: caption, columns: columns.map { Table.Column(title: $0) }, rows: rows))
    ]
  }

  private var files: [Block] {
    preflight.outcomes.filter { !$0.files.isEmpty }.map { outcome in
      var table = Table(
        caption: outcome.setting,
        columns: [
          Table.Column(title: words.file), Table.Column(title: words.bytes, isNumber: true),
          Table.Column(title: words.changedColumn), Table.Column(title: words.atStartColumn),
          Table.Column(title: words.laterColumn),
        ])
      table.rows = outcome.files.map { file in
        Table.Row(cells: [
          .code(words.shown(file.path)), file.bytes.map(Cell.number) ?? .text("–", order: -1),
          .text(file.modified ?? "–"), .text(words.atStart(file)),
          .text(file.later.map(words.change) ?? "–"),
        ])
      }
      return .table(table)
    }
  }

  private var facts: [Block] {
    let facts = [
      Fact(name: words.directoryName, value: .code(words.shown(preflight.path))),
      Fact(name: words.server, value: .text(preflight.target.name)),
      Fact(name: words.startMoment, value: .text("\(Timestamp(milliseconds: preflight.startAt))")),
      Fact(name: words.decidedBy, value: .text(words.decision(preflight.decision))),
      Fact(name: words.toolName, value: .text(settings.tool)),
    ]
    return (settings.isRedacted ? [.note(words.redactedNote)] : []) + [.facts(facts)]
  }
}
