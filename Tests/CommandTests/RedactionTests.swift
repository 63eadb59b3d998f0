import Foundation
import TestSupport
import Testing

/// `--redact`: an answer that may leave the company.
struct RedactionTests {
  private static var uuid: Regex<Substring> {
    #/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#
  }

  /// Two states of an application, and everything in them that identifies somebody.
  struct Set: Sendable, CustomTestStringConvertible {
    let backup: String
    let current: String
    var testDescription: String { backup }
  }

  private static let corpus = Repository.corpus.appending(path: "bitrun").filePath
  private static let sets =
    [Set(backup: Story.backup, current: Story.current)]
    + (Repository.hasCorpus
      ? ["daygap", "shortgap"].map {
        Set(backup: "\(corpus)/\($0)/a.rdb", current: "\(corpus)/\($0)/b.rdb")
      } : [])

  /// The parts of key names that are neither words of the policy nor symbols, exchanges and dates, and the amounts.
  private func identifiers(in set: Set) throws -> [String] {
    var found: Swift.Set<String> = []
    for path in [set.backup, set.current] {
      for line in try JSON.lines(Lossmap.run("digest", path, "--keys", "--format", "ndjson").output)
      {
        let name = line["key"]?.text ?? ""
        if name.hasPrefix("jwt:blacklist:") { found.insert(String(name.dropFirst(14))) }
        if name.hasPrefix("login:failures:") { found.insert(String(name.dropFirst(15))) }
        if name.hasPrefix("rate_limit:") {
          found.insert(name.split(separator: ":", maxSplits: 2).last.map(String.init) ?? "")
        }
        if name.hasPrefix("order:") { found.insert(String(name.dropFirst(6))) }
        for id in name.matches(of: Self.uuid) { found.insert(String(id.output)) }
        for id in name.matches(of: #/(?:^|:)([0-9a-f]{8}|[0-9a-f]{32})(?=$|:)/#) {
          found.insert(String(id.output.1))
        }
      }
    }
    // Of every value: addresses, ids, and amounts.
    let values = try Lossmap.run(
      "diff", set.backup, set.current, "--values", "--format", "ndjson"
    ).text
    for id in values.matches(of: Self.uuid) { found.insert(String(id.output)) }
    for address in values.matches(of: #/[\w.+-]+@[\w.-]+/#) { found.insert(String(address.output)) }
    for amount in values.matches(of: #/\d{3,}\.\d{2,}/#) { found.insert(String(amount.output)) }
    return found.filter { $0.count >= 6 && $0 != "unknown" }.sorted()
  }

  @Test(arguments: sets)
  func `no identifier and no balance is in any answer`(set: Set) throws {
    let identifiers = try identifiers(in: set)
    #expect(identifiers.count > 100)
    #expect(identifiers.contains { $0.contains("@") })
    let impact = ["impact", set.backup, "--current", set.current, "--at", Story.moment]
    var verbs: [[String]] = ["text", "json", "ndjson", "markdown", "html"].map {
      impact + ["--format", $0]
    }
    verbs.append(impact + ["--details"])
    verbs += ["text", "json", "ndjson", "markdown", "html"].map {
      ["diff", set.backup, set.current, "--values", "--format", $0]
    }
    verbs += ["text", "json", "markdown", "html"].map { ["inspect", set.current, "--format", $0] }
    verbs += ["text", "json", "markdown", "html"].map {
      ["rank", set.backup, "--current", set.current, "--at", Story.moment, "--format", $0]
    }
    verbs += ["text", "ndjson"].map { ["digest", set.current, "--keys", "--format", $0] }
    verbs += ["text", "json", "ndjson", "markdown", "html"].map {
      ["verify", set.current, "--format", $0]
    }
    let folder = try TemporaryFolder()
    let list = try folder.file(
      Array(identifiers.joined(separator: "\n").utf8), named: "identifiers")
    for verb in verbs {
      let run = try Lossmap.run(verb + ["--redact"])
      #expect(run.status < 2, "\(verb)")
      let answer = try folder.file(run.output + Array(run.errors.utf8), named: "answer")
      // Thousands of them in a long text: grep is made for that.
      let leaks = try Lossmap.shell("grep -aoFf '\(list)' '\(answer)' | sort -u | head; true")
      #expect(leaks.text == "", "\(verb)")
    }
  }

  @Test func `categories and counts stay`() throws {
    let plain = try JSON(Lossmap.run(Story.impact("--format", "json")).output)
    let redacted = try JSON(Lossmap.run(Story.impact("--format", "json", "--redact")).output)
    #expect(plain["totals"] == redacted["totals"])
    for name in ["id", "lost", "regressed", "resurrected", "unchanged", "severity", "heals_at"] {
      #expect(
        plain["categories"]?.elements?.map { $0[name] }
          == redacted["categories"]?.elements?.map { $0[name] })
    }
  }

  @Test func `pseudonyms are the same under the same key, and others without one`() throws {
    func run(_ more: String...) throws -> [UInt8] {
      try Lossmap.run(Story.impact("--format", "ndjson", "--redact") + more).output
    }
    #expect(try run("--redact-key", "k") == run("--redact-key", "k"))
    #expect(try run("--redact-key", "k") != run("--redact-key", "other"))
    #expect(try run() != run())
  }

  @Test func `the same thing has the same pseudonym in different keys`() throws {
    let lines = try JSON.lines(
      Lossmap.run(Story.impact("--format", "ndjson", "--redact", "--redact-key", "k")).output)
    let names = lines.compactMap { $0["key"]?.text }
    #expect(Swift.Set(names).count == names.count)
    let days = names.filter { $0.hasPrefix("equity:daily:~") && $0.hasSuffix(":2026-03-11") }
    #expect(!days.isEmpty)
    #expect(names.allSatisfy { !$0.hasPrefix("rate_limit:") || $0.contains("~") })
  }

  @Test func `a filter means the key's own name`() throws {
    let run = try Lossmap.run(
      Story.impact("--format", "ndjson", "--match", "login:failures:*@example.org", "--redact"))
    #expect(run.text.contains("login:failures:~"))
    #expect(!run.text.contains("example.org"))
  }

  @Test func `an error line has no key`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(malformedFile(key: "alice@example.org"))
    for verb in [["inspect"], ["digest", "--keys"], ["verify"], ["diff", path]] {
      let run = try Lossmap.run(verb + [path, "--redact"])
      #expect(!(run.text + run.errors).contains("alice"), "\(verb)")
    }
    #expect(try Lossmap.run("verify", path, "--redact").text.contains("~"))
  }

  @Test func `a key for pseudonyms needs --redact`() throws {
    #expect(try Lossmap.run(Story.impact("--redact-key", "k")).status == 64)
    #expect(try Lossmap.run(Story.impact("--redact", "--redact-key", "")).status == 64)
  }
}
