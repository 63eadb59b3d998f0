import Foundation
import TestSupport
import Testing

/// `--lang`: what a person reads is in one language.
struct LanguageTests {
  /// What every verb that speaks to people is asked.
  private static func questions(in folder: TemporaryFolder) throws -> [String: [[String]]] {
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", Story.backup, "--into", data).status == 0)
    let log = folder.url.appending(path: "log.aof").filePath
    #expect(
      try Lossmap.run("export", Story.current, "--format", "resp", "-o", log).status == 0)
    let command = "*3\r\n$3\r\nSET\r\n$15\r\njwt:blacklist:a\r\n$1\r\n1\r\n"
    let timed = try folder.file(
      Array("#TS:600\r\n\(command)#TS:1261\r\n\(command)*1\r\n$8\r\nFLUSHALL\r\n".utf8),
      named: "timed.aof")
    let both = [Story.backup, "--current", Story.current, "--at", Story.moment]
    return [
      "impact": [both, both + ["--details"], [Story.backup, "--at", Story.moment]],
      "rank": [[Story.backup] + both],
      "diff": [[Story.backup, Story.current, "--values"]],
      "inspect": [[Story.backup, "--at", Story.moment], [log, "--at", Story.moment]],
      "verify": [[Story.backup, Story.current], [log, data]],
      "memory": [
        [Story.backup, "--maxmemory", "20k"], [log], ["Fixtures/rdb/lru_v10.rdb"],
        ["Fixtures/rdb/lfu_v10.rdb"], ["Fixtures/rdb/databases_v10.rdb", "--maxmemory", "1G"],
      ],
      "timeline": [[log], [timed, "--at", "900"]],
      "preflight": [
        [data, "--at", Story.moment], [data, "--backup", Story.current, "--appendonly", "yes"],
      ],
      "carry": [both + ["--summary"]],
      "stage": [[Story.backup, "--into", folder.url.appending(path: "fresh").filePath]],
    ]
  }

  @Test func `everything that a person reads is in Chinese`() throws {
    let folder = try TemporaryFolder()
    let questions = try Self.questions(in: folder)
    // Their answers are data.
    let wordless = ["digest", "export"]
    for verb in try Interface().verbs(with: "lang") where !wordless.contains(verb.name) {
      let arguments = try #require(questions[verb.name], "\(verb.name) is not tried")
      let formats = verb.formats.filter { ["text", "markdown", "html"].contains($0) }
      for more in arguments {
        for format in formats.isEmpty ? [nil] : formats.map({ Optional($0) }) {
          let choice = format.map { ["--format", $0] } ?? []
          let run = try Lossmap.run([verb.name] + more + choice + ["--lang", "zh"])
          let what = "\(verb.name) \(more) \(format ?? "")"
          #expect(run.errors == "", "\(what)")
          #expect(run.text.contains(#/\p{Han}/#), "\(what)")
          #expect(try englishWords(in: run.text, isPage: format == "html") == [], "\(what)")
        }
      }
    }
  }

  /// The words of a text that are neither names nor known to everybody.
  private func englishWords(in answer: String, isPage: Bool) throws -> Set<String> {
    var text = answer.replacing("&quot;", with: "\"")
    if isPage {
      text.replace(#/<(script|style)>[\s\S]*?<\/(script|style)>/#, with: " ")
      text.replace(#/<code>[^<]*<\/code>/#, with: " ")
      text.replace(#/<[^>]*>/#, with: " ")
      text.replace(#/"[^"\n]*"/#, with: " ")
      text.replace(#/&[#a-z0-9]+;/#, with: " ")
    } else {
      text.replace(#/`[^`]*`/#, with: " ")
      text.replace(#/```[\s\S]*?```/#, with: " ")
      text.replace(#/"[^"\n]*"/#, with: " ")
    }
    // Paths, names of categories, words of Redis and of the policy's own Chinese texts are not translated.
    text.replace(#/[A-Za-z_]*[-\/.:_0-9\\][-A-Za-z_\/.:0-9*\\<>]*/#, with: " ")
    let source = Repository.root.appending(path: "Sources/Impact/Resources/bitrun.yaml")
    let policy = try String(contentsOf: source, encoding: .utf8)
    let lines = policy.split(separator: "\n").filter { $0.contains(#/\p{Han}/#) }
    let known = lines.flatMap { $0.matches(of: #/[A-Za-z]{3,}/#).map { String($0.output) } }
    let words = text.matches(of: #/[A-Za-z]{3,}/#).map { String($0.output) }
    return Set(words).subtracting(known).subtracting(Self.names)
  }

  /// Names of programs, of what servers have and of options; keys of the fixtures.
  private static let names: Set<String> = [
    "added", "amp", "and", "appendonly", "BACKUP", "BGSAVE", "BITRUN", "bitrun", "byte", "bytes",
    "category", "consumer", "CURRENT", "db", "deleted", "delivered", "details", "diff", "dump",
    "embstr", "entries", "entry", "field", "first", "format", "from", "group", "hash",
    "hashtable", "hex", "impact", "int", "intset", "json", "last", "length", "list", "listpack",
    "lossmap", "max", "maxmemory", "member", "MEMORY", "more", "ndjson", "never", "noeviction",
    "null", "only", "other", "pending", "quicklist", "raw", "RDB", "read", "Redis", "redis",
    "set", "SHA", "stream", "string", "times", "unknown", "USAGE", "Valkey", "value", "values",
    "versions", "worker", "yes", "zset",
  ]

  @Test func `carry says what it will do, and export what it leaves out, in the language`() throws {
    let commands = ["carry"] + Array(Story.impact().dropFirst()) + ["--lang", "zh"]
    #expect(try Lossmap.run(commands).errors.contains("补写"))
    let export = [
      "export", "Fixtures/rdb/stream_groups_v10.rdb", "--format", "resp", "--target", "redis-4.0",
      "--lang",
    ]
    let english = try Lossmap.run(export + ["en"])
    #expect(english.status == 3)
    #expect(english.errors.contains("is left out: the target has no commands for"))
    let chinese = try Lossmap.run(export + ["zh"])
    #expect(chinese.errors.contains("略去数据库 0 的键"))
    #expect(
      chinese.errors.split(separator: "\n").count == english.errors.split(separator: "\n").count)
  }

  @Test func `a policy is checked in the language`() throws {
    #expect(try Lossmap.run("policy", "check", "--lang", "zh").text.contains("bitrun：正确，"))
    #expect(try Lossmap.run("policy", "check", "--lang", "en").text.contains("bitrun: ok, "))
  }

  @Test func `machine formats are never translated`() throws {
    let folder = try TemporaryFolder()
    let questions = try Self.questions(in: folder)
    for verb in try Interface().verbs(with: "lang") {
      for format in verb.formats where ["json", "ndjson", "csv", "resp"].contains(format) {
        for more in questions[verb.name] ?? [[Story.backup]] {
          // Without a current state no key is affected.
          if verb.name == "impact" && format == "ndjson" && !more.contains("--current") { continue }
          // The numbers of carry are for people, its commands are not.
          let more = more.filter { $0 != "--summary" }
          let arguments =
            [verb.name] + more + (verb.name == "digest" ? ["--keys"] : []) + ["--format", format]
          let english = try Lossmap.run(arguments + ["--lang", "en"])
          #expect(!english.output.isEmpty)
          let chinese = try Lossmap.run(arguments + ["--lang", "zh"])
          // What is measured against now is the same within seconds, but no moment is.
          #expect(
            withoutNow(chinese.text) == withoutNow(english.text), "\(verb.name) \(more) \(format)")
        }
      }
    }
  }

  private func withoutNow(_ answer: String) -> String {
    answer.replacing(#/"start_at": "[^"]*"/#, with: "")
  }

  @Test(arguments: [
    ("LC_ALL=zh_CN.UTF-8 LANG=en_US.UTF-8", true), ("LC_ALL= LC_MESSAGES=zh_TW LANG=C", true),
    ("LC_ALL= LC_MESSAGES= LANG=zh_CN.UTF-8", true), ("LC_ALL=C LANG=zh_CN.UTF-8", false),
    ("LC_ALL= LC_MESSAGES= LANG=de_DE.UTF-8", false),
  ])
  func `the environment says which language is spoken`(
    environment: String, isChinese: Bool
  ) throws {
    let run = try Lossmap.shell(
      "export \(environment)\nlossmap \(Story.impact().joined(separator: " "))")
    #expect(run.text.contains("严重程度") == isChinese)
    let asked = try Lossmap.shell(
      "export \(environment)\nlossmap \(Story.impact("--lang", "en").joined(separator: " "))")
    #expect(!asked.text.contains("严重程度"))
  }
}
