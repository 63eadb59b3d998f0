internal import Impact

/// What to do now, in order, with the exact commands.
extension ImpactDocument {
  /// More keys than this are not spelled out in a command.
  private static let spelledOut = 20

  var steps: [Step] {
    let paths = (backup: report.backup.path, current: report.current?.path ?? "")
    let moment = "\(Timestamp(milliseconds: report.restoreAt))"
    var steps = [
      Step(
        text: words.keepState,
        commands: paths.current == "-"
          ? [] : [ShellWords.line(["cp", "-a", "--", paths.current, "incident-copy"])]),
      Step(text: words.stopWriters),
      Step(text: words.verifyBackup, commands: [lossmap("verify", paths.backup)]),
      Step(
        text: words.stageBackup, commands: [lossmap("stage", paths.backup, "--into", "restored")]),
      Step(text: words.preflightBackup, commands: [lossmap("preflight", "restored")]),
      Step(text: words.startServer),
    ]
    if harmed.contains(where: { $0.events.contains { $0.takesFromCurrent } }) {
      steps.append(
        Step(
          text: words.carryOver,
          commands: [
            lossmap("carry", paths.backup, "--current", paths.current, "--at", moment)
              + " > carry.resp",
            "redis-cli --pipe < carry.resp",
          ]))
    }
    return steps + recoveries + [Step(text: words.letIn)]
  }

  /// What the policy says, each advice once, the worst first.
  private var recoveries: [Step] {
    var advice:
      [(recovery: LocalizedText, severity: Severity, subjects: [String], commands: [String])] = []
    for impact in harmed {
      for event in impact.events where event.meaning.severity > .none {
        let subject = "\(impact.category.title[words.language])\(words.aside(words.event(event)))"
        let commands = commands(for: event, of: impact)
        if let known = advice.firstIndex(where: { $0.recovery == event.meaning.recovery }) {
          advice[known].subjects.append(subject)
          advice[known].commands += commands
        } else {
          advice.append((event.meaning.recovery, event.meaning.severity, [subject], commands))
        }
      }
    }
    if report.unknownCounts.affected > 0, report.policy.unknown.severity > .none {
      advice.append(
        (
          report.policy.unknown.recovery, report.policy.unknown.severity,
          ["\(words.unknownTitle)\(words.aside(words.keys(report.unknownCounts.affected)))"], []
        ))
    }
    return advice.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }.map { _, step in
      Step(
        text: "\(words.list(step.subjects))\(words.colon)\(step.recovery[words.language])",
        commands: step.commands)
    }
  }

  /// Where the policy's advice is to delete the keys that come back: the commands that do.
  private func commands(for event: EventImpact, of impact: CategoryImpact) -> [String] {
    guard !settings.isRedacted, case .keys(let change) = event.subject, change != .lost,
      event.meaning.recovery[.english].contains("DEL")
    else { return [] }
    // Of a queue, members are to go, not the whole; and what `carry` has brought forward has to stay.
    if case .queue = impact.category.value { return [] }
    if change != .resurrected, impact.category.carry != nil { return [] }
    let keys = report.keys.filter {
      $0.category == impact.index && $0.change == change && event.isCase(of: $0)
    }
    // An argument ends at a zero byte: the command would name another key.
    let sayable = keys.filter { !$0.name.contains(0) }
    var lines = sayable.prefix(Self.spelledOut).map { key in
      let database = key.database == 0 ? [] : ["-n", "\(key.database)"]
      return ShellWords.line(["redis-cli"] + database + ["DEL"]) + " " + ShellWords.quoted(key.name)
    }
    if keys.count > lines.count { lines.append(words.alsoListed(keys.count - lines.count)) }
    return lines
  }

  private func lossmap(_ arguments: String...) -> String { lossmap(arguments) }

  private func lossmap(_ arguments: [String]) -> String { ShellWords.line(["lossmap"] + arguments) }
}

extension EventImpact {
  /// Whether what the current state has makes up for it.
  fileprivate var takesFromCurrent: Bool {
    switch subject {
    case .keys(.resurrected), .members(.resurrected): false
    case .keys, .members: meaning.severity > .none
    }
  }
}
