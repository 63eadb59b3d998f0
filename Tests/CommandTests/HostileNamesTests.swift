import Foundation
import TestSupport
import Testing

/// Names of keys and of files that are meant to do harm: nothing executes and nothing breaks out, in any format of any verb.
struct HostileNamesTests {
  /// What every verb with formats is asked.
  private static func questions(in folder: TemporaryFolder) throws -> [String: [[String]]] {
    let files = try HostileKeys.files(in: folder)
    let onFiles = HostileKeys.names.filter { !$0.isEmpty && !$0.contains("/") }
    let damaged = try HostileKeys.names.enumerated().map { number, name in
      try folder.file(malformedFile(key: "x\(name)"), named: "damaged\(number).rdb")
    }
    let named = try onFiles.enumerated().map { number, name in
      try folder.file(soundFile(key: "k\(number)"), named: "\(name).rdb")
    }
    let data = folder.url.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    for name in onFiles {
      for prefix in ["", "temp-"] {
        try Data(soundFile()).write(to: data.appending(path: "\(prefix)\(name).rdb"))
      }
    }
    let orphan = HostileKeys.names.map {
      "*3\r\n$4\r\nSREM\r\n$\($0.utf8.count)\r\n\($0)\r\n$1\r\n1\r\n"
    }
    try Data(orphan.joined().utf8).write(to: data.appending(path: "appendonly.aof"))
    let log = try folder.file(
      Array("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$8\r\nFLUSHALL\r\n".utf8),
      named: "\"><img src=x onerror=window.done=1>\u{202E}.aof")
    let impact = [files.empty, "--current", files.hostile, "--at", Story.moment]
    return [
      "impact": [impact, impact + ["--details"], [files.hostile, "--at", Story.moment]],
      "diff": [[files.empty, files.hostile, "--values"]],
      "inspect": [[files.hostile], [named[0]]],
      "memory": [[files.hostile, "--top", "200", "--prefixes", "3"], [files.hostile]],
      "verify": [damaged, named],
      "rank": [named + ["--current", files.hostile, "--at", Story.moment]],
      "digest": [[files.hostile, "--keys"]],
      "export": [[files.hostile]],
      "carry": [impact],
      "timeline": [[log]],
      "preflight": [[data.filePath, "--target", "redis-6.2"], [data.filePath]],
    ]
  }

  @Test func `no verb lets anything out in any of its formats`() throws {
    let folder = try TemporaryFolder()
    let questions = try Self.questions(in: folder)
    for verb in try Interface().verbs(with: "format") {
      let arguments = try #require(questions[verb.name], "\(verb.name) is not tried")
      for (format, more) in verb.formats.flatMap({ format in arguments.map { (format, $0) } }) {
        // Commands for a server have the bytes as they are.
        if format == "resp" { continue }
        // Without a current state no key is affected.
        if verb.name == "impact" && format == "ndjson" && !more.contains("--current") { continue }
        let run = try Lossmap.run([verb.name] + more + ["--format", format])
        #expect(run.status < 3, "\(verb.name) \(format): \(run.errors)")
        #expect(!run.output.isEmpty)
        let lines = format == "csv" ? run.text.replacing("\r\n", with: "\n") : run.text
        #expect(charactersThatAct(in: lines + run.errors) == [], "\(verb.name) \(format)")
        try expectHarmless(run, format, "\(verb.name) \(format)")
      }
    }
  }

  private func expectHarmless(_ run: Lossmap.Outcome, _ format: String, _ what: String) throws {
    switch format {
    case "html": expectHarmlessPage(run.text, what)
    case "markdown": expectHarmlessMarkdown(run.text, what)
    case "json": _ = try JSON(run.output)
    case "ndjson": _ = try JSON.lines(run.output)
    case "csv":
      // No field begins a formula.
      for line in run.text.split(whereSeparator: \.isNewline) {
        let fields = line.matches(of: #/(?:^|,)("(?:[^"]|"")*"|[^,]*)/#).map { $0.output.1 }
        #expect(!fields.contains { $0.contains(#/^"?[=+\-@\t\r]/#) }, "\(line)")
      }
    default: break
    }
  }

  private func expectHarmlessPage(_ page: String, _ what: String) {
    #expect(page.matches(of: #/<script/#).count == 1, "\(what)")
    #expect(page.matches(of: #/<style/#).count == 1, "\(what)")
    #expect(
      page.matches(of: #/<\/(style|script|title)>/#).count
        == page.matches(of: #/<(style|script|title)[ >]/#).count, "\(what)")
    #expect(!page.contains(#/<(img|iframe|a href="[^#])/#), "\(what)")
    #expect(!page.contains(#/ on[a-z]+="/#), "\(what)")
  }

  private func expectHarmlessMarkdown(_ text: String, _ what: String) {
    // No name begins another cell: all rows of a table have as many.
    var columns: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let cells = line.replacing(#/\\[\\|]/#, with: "").filter { $0 == "|" }.count
      #expect(columns ?? cells == cells, "\(what): \(line)")
      columns = cells
    }
    // What a backslash stands before means nothing but itself.
    let prose = text.replacing(#/```sh[\s\S]*?```/#, with: "")
      .replacing(#/\\[^A-Za-z0-9\s]/#, with: "").replacing(#/`[^`\n]*`/#, with: "")
    #expect(!prose.contains(#/<[a-zA-Z\/!]/#), "\(what)")
    #expect(!prose.contains("]("), "\(what)")
  }

  @Test func `commands of a checklist take hostile names as they are`() throws {
    let folder = try TemporaryFolder()
    var backup = RDBBuilder()
    let names = HostileKeys.names.filter { !$0.isEmpty }.prefix(19).map { "rate_limit:auth:\($0)" }
    for name in names { backup.string(name, "5") }
    let (old, new) = (
      try folder.file(backup.file(), named: "old.rdb"),
      try folder.file(RDBBuilder().file(), named: "new.rdb")
    )
    let page = try Lossmap.run(
      "impact", old, "--current", new, "--at", Story.moment, "--format", "markdown"
    ).text
    let commands = page.split(separator: "\n").filter { $0.contains("redis-cli DEL") }
    #expect(commands.count == names.count)
    // A shell that has another redis-cli says what it was given.
    let script =
      (["redis-cli() { printf '%s\\0' \"$2\"; }"]
        + commands.map { $0.trimmingCharacters(in: .whitespaces) })
    let said = try Lossmap.shell(script.joined(separator: "\n")).output
    let given = said.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    #expect(Set(given) == Set(names))
  }
}
