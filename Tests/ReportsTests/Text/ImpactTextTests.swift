import Impact
import Reports
import TestSupport
import Testing

struct ImpactTextTests {
  private func text(
    _ report: ImpactReport, details: Bool = false, color: Bool = false,
    language: Language = .english
  ) -> String {
    let text = ImpactText(
      report, style: TextStyle(hasColor: color), language: language, details: details)
    return rendered { text.write(to: &$0) }
  }

  @Test(arguments: [false, true])
  func `no line of the story's report is wider than 100 columns`(details: Bool) throws {
    let text = text(try storyReport(), details: details)
    #expect(TerminalText(text).lines(widerThan: 100) == [])
  }

  @Test func `no line of the story's exposure is wider than 100 columns`() throws {
    #expect(TerminalText(text(try storyExposure())).lines(widerThan: 100) == [])
  }

  @Test func `the story's report without details fits on a screen of 60 lines`() throws {
    #expect(TerminalText(text(try storyReport())).lines.count <= 60)
    #expect(TerminalText(text(try storyReport(), details: true)).lines.count > 60)
  }

  @Test(arguments: [false, true])
  func `nothing but text and line ends is written without colour`(details: Bool) throws {
    for report in [try storyReport(), try storyExposure()] {
      #expect(charactersThatAct(in: text(report, details: details)) == [])
    }
  }

  @Test(arguments: [false, true])
  func `colour adds nothing but sequences of its own`(details: Bool) throws {
    let report = try storyReport()
    let colored = text(report, details: details, color: true)
    #expect(colored.contains("\u{1B}[31;1m"))
    #expect(withoutColors(colored) == text(report, details: details))
  }

  @Test func `the report says what was compared, and how it came out`() throws {
    let text = text(try storyReport())
    for words in [
      "backup.rdb", "incident.rdb", "redis 7.0.15", "2026-03-10T02:00:00Z", "2026-03-11T00:59:30Z",
      "2026-03-11T01:00:00Z", "23 h after the backup", "policy bitrun", "Severity HIGH",
      "139 lost, 26 regressed, 6 with an older expiry, 24 resurrected, 70 unchanged",
      "7 lost, 11 resurrected, 8 rescored", "2 without job key, 19 due",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test func `every harmed category has its row, worst first`() throws {
    let report = try storyReport()
    let lines = TerminalText(text(report)).lines
    var last = Severity.high
    var found: [String] = []
    for line in lines {
      let words = line.split(separator: " ")
      guard words.count > 6, let severity = Severity(rawValue: String(words[0])),
        report.policy.categories.contains(where: { $0.id == words[1] })
      else { continue }
      #expect(severity <= last)
      last = severity
      found.append(String(words[1]))
    }
    let harmed = report.categories.filter { $0.severity > .none }.map(\.category.id)
    #expect(Set(found) == Set(harmed))
    #expect(found.count == harmed.count)
  }

  @Test func `details say what each harmful event means and what to do`() throws {
    let report = try storyReport()
    // Long texts are broken at blanks: compare words.
    func words(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let text = words(text(report, details: true))
    for event in report.categories.flatMap(\.events) where event.meaning.severity > .none {
      #expect(text.contains(words(event.meaning.consequence[.english])))
      #expect(text.contains(words(event.meaning.recovery[.english])))
    }
  }

  @Test func `nothing harmful is said to be so`() throws {
    let text = text(try report(of: RDBBuilder(), on: RDBBuilder()))
    #expect(text.contains("Severity NONE"))
    #expect(text.contains("Nothing harmful happens."))
  }

  @Test func `a backup without a checksum is said to be unverified`() throws {
    // Version 4 has no checksums.
    var old = RDBBuilder("REDIS0004")
    old.string("order:1", "x")
    let report = try report(of: old, on: RDBBuilder())
    #expect(text(report).contains("unverified"))
    #expect(!text(try storyReport()).contains("unverified"))
  }

  @Test func `hostile names reach no terminal raw`() throws {
    var backup = RDBBuilder()
    var current = RDBBuilder()
    for (index, name) in hostileNames.enumerated() {
      backup.append(
        [0] + RDBBuilder.string(name + Array(":\(index)".utf8)) + RDBBuilder.string("1"))
      let counter = Array("rate_limit:auth:".utf8) + name
      backup.append([0] + RDBBuilder.string(counter) + RDBBuilder.string("5"))
      let amount = Array("equity:daily:".utf8) + name + Array("\(index):2026-03-11".utf8)
      current.append([0] + RDBBuilder.string(amount) + RDBBuilder.string(#"{"equity": 5}"#))
      backup.append([0] + RDBBuilder.string(amount) + RDBBuilder.string(#"{"equity": 6}"#))
    }
    let report = try report(of: backup, on: current)
    for details in [false, true] {
      let text = text(report, details: details)
      #expect(charactersThatAct(in: text) == [])
      #expect(TerminalText(text).lines(widerThan: 100) == [])
    }
  }

  @Test(arguments: [
    ("-9223372036854775808", "-9223372036854775808"), ("9223372036854775807", "locked"),
    ("-1", "6 left"), ("five", "?"),
  ])
  func `a counter with any count can be shown`(count: String, shown: String) async throws {
    // A trap ends the process: in another one it is a finding, here it would be the end of all tests.
    await #expect(processExitsWith: .success) {
      [count = count as String, shown = shown as String] in
      try expectCounter(count, isShownAs: shown)
    }
  }
}

/// Writes a report on a counter in every format.
private func expectCounter(_ count: String, isShownAs shown: String) throws {
  var backup = RDBBuilder()
  backup.string("rate_limit:auth:1", count)
  let report = try report(of: backup, on: RDBBuilder())
  let text = ImpactText(report, style: .plain, language: .english, details: true)
  #expect(rendered { text.write(to: &$0) }.contains(shown))
  _ = rendered { ImpactJSON(report, language: .english).write(to: &$0) }
  _ = rendered { ImpactNDJSON(report).write(to: &$0) }
}
