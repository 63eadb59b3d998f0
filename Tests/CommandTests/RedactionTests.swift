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
    let folder = try TemporaryFolder()
    let list = try folder.file(
      Array(identifiers.joined(separator: "\n").utf8), named: "identifiers")
    let runs = try Self.runs(on: set, in: folder)
    for verb in try Interface().verbs(with: "redact") {
      let arguments = try #require(runs[verb.name], "\(verb.name) takes --redact and is not tried")
      #expect(!verb.formats.isEmpty)
      for (format, more) in verb.formats.flatMap({ format in arguments.map { (format, $0) } }) {
        // Without a current state no key is affected.
        if verb.name == "impact" && format == "ndjson" && !more.contains("--current") { continue }
        let run = try Lossmap.run([verb.name] + more + ["--format", format, "--redact"])
        if verb.name == "export" && format != "csv" {
          // The data themselves: see below.
          #expect(run.status == 64)
        } else {
          #expect(run.status < 2, "\(verb.name) \(more) \(format): \(run.errors)")
          #expect(!run.output.isEmpty)
        }
        let answer = try folder.file(run.output + Array(run.errors.utf8), named: "answer")
        // Thousands of them in a long text: grep is made for that.
        let leaks = try Lossmap.shell("grep -aoFf '\(list)' '\(answer)' | sort -u | head; true")
        #expect(leaks.text == "", "\(verb.name) \(more) \(format)")
      }
    }
  }

  /// What every verb that takes `--redact` is asked, with every format that it has.
  private static func runs(
    on set: Set, in folder: TemporaryFolder
  ) throws -> [String: [[String]]] {
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", set.current, "--into", data).status == 0)
    let log = folder.url.appending(path: "log.aof").filePath
    #expect(
      try Lossmap.run("export", set.current, "--format", "resp", "-o", log).status == 0)
    let both = [set.backup, "--current", set.current, "--at", Story.moment]
    return [
      "impact": [both, both + ["--details"], [set.backup, "--at", Story.moment]],
      "rank": [both],
      "diff": [[set.backup, set.current], [set.backup, set.current, "--values"]],
      "inspect": [[set.current]],
      "verify": [[set.current], [log, data]],
      "digest": [[set.current, "--keys"]],
      "memory": [[set.current, "--prefixes", "3", "--maxmemory", "20k"]],
      "export": [[set.current]],
      "timeline": [[log]],
      "preflight": [
        [data, "--backup", set.backup], [data, "--appendonly", "yes", "--at", Story.moment],
      ],
      "carry": [both + ["--summary"]],
    ]
  }

  @Test func `what is the data themselves is not redacted but refused`() throws {
    for format in ["ndjson", "json", "resp"] {
      let run = try Lossmap.run("export", Story.backup, "--format", format, "--redact")
      #expect(run.status == 64)
      #expect(run.output == [])
      #expect(run.errors.contains("--redact goes with --format csv"))
    }
    for format in ["resp", "commands"] {
      let run = try Lossmap.run(
        "carry", Story.backup, "--current", Story.current, "--at", Story.moment, "--format", format,
        "--redact")
      #expect(run.status == 64)
      #expect(run.output == [])
      #expect(run.errors.contains("--redact goes with --summary"))
    }
  }

  @Test func `a table of keys has pseudonyms and is otherwise the same`() throws {
    func rows(_ more: String...) throws -> [[Substring]] {
      try Lossmap.run(["export", Story.backup, "--format", "csv"] + more).text
        .split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
    }
    let (plain, redacted) = (try rows(), try rows("--redact"))
    #expect(plain.count == 244)
    #expect(
      plain.map { $0.filter { !$0.contains("\"") } }
        == redacted.map { $0.filter { !$0.contains("\"") } })
    #expect(Swift.Set(redacted.map { $0[1] }).count == plain.count)
    // bitrun:tasks and its like name nobody.
    #expect(redacted.count { $0[1].contains("~") } > 230)
    #expect(try rows("--redact", "--redact-key", "k") == rows("--redact", "--redact-key", "k"))
  }

  @Test
  func `what preflight quotes from files, and names of files that name somebody, are pseudonyms`()
    throws
  {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    let increment = "*3\r\n$4\r\nSREM\r\n$17\r\nalice@example.org\r\n$1\r\n1\r\n"
    var tree = FileTree()
    tree["appendonly.aof"] = Data(increment.utf8)
    tree["temp-bob@example.org.rdb"] = Data(soundFile())
    tree["dump.rdb"] = Data(malformedFile(key: "carol@example.org"))
    try tree.write(to: data)
    let question = [
      "preflight", data.filePath, "--target", "redis-6.2", "--lang", "en", "--format",
    ]
    let plain = try Lossmap.run(question + ["json"]).text
    for name in ["alice", "bob"] {
      #expect(plain.contains("\(name)@example.org"), "\(name) is not there to be redacted")
    }
    for format in ["text", "json", "markdown", "html"] {
      let run = try Lossmap.run(question + [format, "--redact"])
      #expect(!(run.text + run.errors).contains("example.org"), "\(format)")
      #expect(run.text.contains("~"), "\(format)")
      #expect(run.text.contains("appendonly.aof"), "\(format)")
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
    for format in ["text", "json", "markdown", "html"] {
      let run = try Lossmap.run(
        "verify", path, "--redact", "--target", "redis-7.0", "--format", format)
      #expect(!(run.text + run.errors).contains("alice"), "\(format)")
    }
    let saved = folder.url.appending(path: "saved.rdb").filePath
    let salvage = try Lossmap.run("verify", path, "--redact", "--salvage", saved)
    #expect(!(salvage.text + salvage.errors).contains("alice"))
  }

  @Test func `a key for pseudonyms needs --redact`() throws {
    #expect(try Lossmap.run(Story.impact("--redact-key", "k")).status == 64)
    #expect(try Lossmap.run(Story.impact("--redact", "--redact-key", "")).status == 64)
  }
}
