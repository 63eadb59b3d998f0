internal import BinaryInput
internal import Impact
public import Keyspace
internal import RDB

/// Whether backups are whole, as a document.
public struct VerificationDocument {
  private let verdicts: [Verification]
  private let settings: DocumentSettings
  private let words: Words

  /// Prepares the verdicts.
  public init(_ verdicts: [Verification], _ settings: DocumentSettings) {
    self.verdicts = verdicts
    self.settings = settings
    words = settings.words
  }

  /// The document.
  public var document: Document {
    let sound = verdicts.count { $0.isIntact == true && $0.isBackup && !$0.fallsShort }
    return Document(
      tag: words.tag,
      title: verdicts.count == 1
        ? words.verifyTitle(words.shown(verdicts[0].path)) : words.verifyAllTitle,
      verdict: words.verifyVerdict(sound, of: verdicts.count),
      severity: nil,
      sections: (verdicts.count > 1
        ? [Document.Section(id: "summary", title: words.summary, blocks: [.table(overview)])] : [])
        + verdicts.enumerated().map { index, verdict in
          Document.Section(
            id: "backup-\(index + 1)", title: words.shown(verdict.path), blocks: blocks(verdict))
        },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var overview: Table {
    var table = Table(
      caption: words.summary,
      columns: [
        Table.Column(title: words.file), Table.Column(title: words.verdictColumn),
        Table.Column(title: words.keysName, isNumber: true),
        Table.Column(title: words.problemsTitle, isNumber: true),
      ])
    for verdict in verdicts {
      table.rows.append(
        Table.Row(cells: [
          .code(words.shown(verdict.path)), .text(words.verdict(verdict)), .number(verdict.keys),
          .number(verdict.problems.count + verdict.unlisted),
        ]))
    }
    return table
  }

  private func blocks(_ verdict: Verification) -> [Block] {
    var facts = [Fact(name: words.verdictColumn, value: .text(words.verdict(verdict)))]
    if let version = verdict.version {
      facts.append(Fact(name: words.formatName, value: .text("RDB \(version)")))
    }
    if let checksum = verdict.checksum {
      facts.append(Fact(name: words.checksumName, value: .text(words.checksum(checksum))))
    }
    facts.append(Fact(name: words.keysName, value: .number(verdict.keys)))
    let made = verdict.createdAt.map { "\(Timestamp(milliseconds: $0))" } ?? words.notStated
    facts.append(Fact(name: words.madeAt, value: .text(made)))
    facts += words.evidence(of: verdict.path, settings)
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    var blocks: [Block] = [.facts(facts)]
    blocks += [parts(verdict), targets(verdict)].compactMap { $0.map { .table($0) } }
    blocks.append(problems(verdict).map { .table($0) } ?? .paragraph(words.noProblems))
    return blocks
  }

  private func parts(_ verdict: Verification) -> Table? {
    guard !verdict.parts.isEmpty else { return nil }
    var table = Table(
      caption: words.partsTitle,
      columns: [
        Table.Column(title: words.file), Table.Column(title: words.size, isNumber: true),
        Table.Column(title: words.commandsColumn, isNumber: true),
        Table.Column(title: words.timesColumn),
      ])
    for part in verdict.parts {
      let times = part.times.map { words.span(words.moment($0.first), words.moment($0.last)) }
      table.rows.append(
        Table.Row(cells: [
          .code(words.shown(part.path)), .number(part.bytes), .number(part.commands),
          .text(times ?? ""),
        ]))
    }
    return table
  }

  private func targets(_ verdict: Verification) -> Table? {
    guard !verdict.targets.isEmpty else { return nil }
    var table = Table(
      caption: words.targetsTitle,
      columns: [Table.Column(title: words.release), Table.Column(title: words.answer)])
    for target in verdict.targets {
      table.rows.append(
        Table.Row(cells: [.text(target.release.name), .text(words.loads(target.refusal))]))
    }
    return table
  }

  private func problems(_ verdict: Verification) -> Table? {
    guard !verdict.problems.isEmpty else { return nil }
    var table = Table(
      caption: words.problemsTitle,
      columns: [
        Table.Column(title: words.place), Table.Column(title: words.severityColumn),
        Table.Column(title: words.messageColumn), Table.Column(title: words.key),
        Table.Column(title: words.codeColumn),
      ])
    for problem in verdict.problems {
      let level: Severity = problem.severity == .error ? .high : .medium
      let path = problem.path.map { words.shown($0) + words.colon } ?? ""
      table.rows.append(
        Table.Row(
          cells: [
            .text(path + words.offset(problem.offset)),
            Cell(content: .severity(level, words.problem(problem.severity)), order: level.order),
            .text(words.meaning(ofCode: problem.code) + problem.message),
            .code(problem.key.map { EscapedBytes($0, limit: 120).description } ?? ""),
            .code(problem.code),
          ], severity: level))
    }
    if verdict.unlisted > 0 { table.omission = words.moreProblems(verdict.unlisted) }
    return table
  }
}
