internal import Impact

/// What events mean and what to do about them.
extension ImpactText {
  /// What to do about the worst, each advice once.
  var briefAdvice: [String] {
    let unknown = report.unknownCounts.affected > 0 ? report.policy.unknown.severity : .none
    let worst = max(report.harmed.first?.severity ?? .none, unknown)
    guard worst > .none else { return [] }
    var steps: [(recovery: String, subjects: [String])] = []
    for impact in report.harmed where impact.severity == worst {
      for event in impact.events where event.meaning.severity == worst {
        let recovery = event.meaning.recovery[words.language]
        let subject = "\(impact.category.id)\(words.aside(words.event(event)))"
        if let known = steps.firstIndex(where: { $0.recovery == recovery }) {
          steps[known].subjects.append(subject)
        } else {
          steps.append((recovery, [subject]))
        }
      }
    }
    if unknown == worst {
      steps.append(
        (
          report.policy.unknown.recovery[words.language],
          [words.unknownSubject + words.aside(words.plainKeys(report.unknownCounts.affected))]
        ))
    }
    var lines = [words.adviceHeading(style.paint(words.severity(worst), worst))]
    for (number, step) in steps.enumerated() {
      let bullet = "  \(number + 1). "
      let indent = String(repeating: " ", count: bullet.count)
      lines.append(
        style.wrap(
          words.list(step.subjects) + words.colon + step.recovery, first: bullet, rest: indent))
    }
    return lines + [""]
  }

  /// Every harmful event with what it means and what to do.
  var advice: [String] {
    var lines: [String] = []
    for impact in report.harmed {
      for event in impact.events where event.meaning.severity > .none {
        lines += advice(
          event.meaning, impact.category.id + words.colon + words.event(event))
      }
      let harmless = impact.events.filter { $0.meaning.severity == .none }
      if !harmless.isEmpty {
        let list = words.list(harmless.map(words.event))
        lines.append(
          style.wrap(
            list, first: "  \(words.severity(.none))  \(impact.category.id)\(words.colon)",
            rest: "    "))
      }
    }
    if report.unknownCounts.affected > 0 {
      lines += advice(
        report.policy.unknown,
        words.unknownSubject + words.colon + words.plainKeys(report.unknownCounts.affected))
    }
    return lines.isEmpty ? [] : [words.detailsHeading] + lines + [""]
  }

  private func advice(_ meaning: EventCase, _ what: String) -> [String] {
    [
      "  " + style.paint("\(words.severity(meaning.severity))  \(what)", meaning.severity),
      style.wrap(meaning.consequence[words.language], first: "    ", rest: "    "),
      style.wrap(meaning.recovery[words.language], first: "    -> ", rest: "       "),
    ]
  }

  // MARK: Document and data

  private var contradictions: [(Category, Contradiction)] {
    report.categories.flatMap { impact in impact.contradictions.map { (impact.category, $0) } }
  }

  var contradictionsInFull: [String] {
    guard !contradictions.isEmpty else { return [] }
    return [words.contradictionsHeading]
      + contradictions.map { category, contradiction in
        style.wrap(
          words.contradiction(contradiction)
            + (category.document.map { words.document($0.impact) } ?? ""),
          first: "  \(category.id)\(words.colon)", rest: "    ")
      } + [""]
  }

  var contradictionsInBrief: [String] {
    guard !contradictions.isEmpty else { return [] }
    let first = contradictions.prefix(2).map {
      "\($0.id)\(words.colon)\(words.contradiction($1))"
    }
    let rest = contradictions.count - first.count
    return [
      style.wrap(
        (first + (rest > 0 ? [words.more(rest)] : [])).joined(separator: words.semicolon),
        first: words.againstDocument, rest: "  ")
    ]
  }
}
