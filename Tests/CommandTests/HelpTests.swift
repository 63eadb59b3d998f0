import Foundation
import TestSupport
import Testing

/// What the command says about itself is true.
struct HelpTests {
  /// Every verb, those below others included, by its words.
  private static let verbs: [[String]] = {
    guard let run = try? Lossmap.run("--experimental-dump-help"), let json = try? JSON(run.output),
      let tool = json["command"]
    else { return [] }
    func below(_ command: JSON, _ path: [String]) -> [[String]] {
      (command["subcommands"]?.elements ?? []).flatMap { child -> [[String]] in
        guard let name = child["commandName"]?.text, name != "help" else { return [] }
        return [path + [name]] + below(child, path + [name])
      }
    }
    return below(tool, [])
  }()

  private static func examples(of verb: [String]) throws -> [String] {
    let help = try Lossmap.run(verb + ["--help"]).text
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasSuffix("EXAMPLES") }) else { return [] }
    var examples: [String] = []
    for line in lines[(start + 1)...].map({ $0.trimmingCharacters(in: .whitespaces) }) {
      if line.isEmpty { break }
      // The help is wrapped at the terminal's width.
      if line.hasPrefix("lossmap ") {
        examples.append(line)
      } else {
        examples[examples.count - 1] += " " + line
      }
    }
    return examples
  }

  @Test func `there are verbs`() {
    #expect(Self.verbs.count > 10)
    #expect(Self.verbs.contains(["memory"]))
  }

  // In a folder with everything that the examples name; what they name at the top of the file system is in it, too.
  @Test(arguments: verbs)
  func `every example of the help works`(verb: [String]) throws {
    let examples = try Self.examples(of: verb)
    #expect(!examples.isEmpty, "\(verb) has no examples")
    for example in examples {
      let folder = try HelpFolder(hasData: verb == ["preflight"])
      // What an example pipes its answer into is not the command's business, and could be somebody's server.
      let command = example.firstRange(of: " | ").map { example[..<$0.lowerBound] } ?? example[...]
      let line = command.replacing(" /", with: " \(folder.path)/")
      let run = try Lossmap.shell("cd '\(folder.path)' && \(line)")
      let allowed: [Int32] = example.contains("damaged") ? [2] : [0, 1]
      #expect(allowed.contains(run.status), "\(line): status \(run.status): \(run.errors)")
    }
  }

  @Test func `the version names the formats`() throws {
    let text = try Lossmap.run("--version").text
    #expect(text.hasPrefix("lossmap "))
    #expect(text.contains("1 to 14 (up to redis-8.8), 80 (valkey-9.0)"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions come for every shell`(shell: String) throws {
    let run = try Lossmap.run("--generate-completion-script", shell)
    #expect(run.status == 0)
    #expect(run.text.contains("memory"))
  }

  @Test(arguments: [
    ("lossmap mem", "memory"), ("lossmap inspect Fix", "Fixtures"),
    ("lossmap memory Fixtures/rdb/lru", "Fixtures/rdb/lru_v10.rdb"),
    ("lossmap impact Fixtures/rdb/lru_v10.rdb --current Fix", "Fixtures"),
    ("lossmap verify --target redis-7", "redis-7.0"), ("lossmap diff a b --format nd", "ndjson"),
  ])
  func `bash completes verbs, files and values`(typed: String, completed: String) throws {
    let words = typed.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    let run = try Lossmap.shell(
      """
      source <(lossmap --generate-completion-script bash)
      COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE='\(typed)'
      COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
      _lossmap lossmap "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """)
    let answers = run.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      answers.contains { $0 == completed || $0 == completed + "/" }, "\(answers) \(run.errors)")
  }

  @Test func `the manual page is one that man can read`() throws {
    let page = try Lossmap.run("manual").text
    #expect(page.hasPrefix(".TH LOSSMAP 1"))
    for verb in Self.verbs where verb != ["manual"] {
      #expect(page.contains(".SS \"lossmap \(verb.joined(separator: " "))\""), "\(verb)")
    }
    for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      let request = line.split(separator: " ")[0]
      #expect(
        [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".RS", ".RE", ".nf", ".fi"].contains(
          request))
    }
  }
}

/// A folder with everything that examples name.
private struct HelpFolder {
  private let folder: TemporaryFolder
  var path: String { folder.url.filePath.trimmingSlash }

  /// Makes it; `hasData` says whether there is a data directory in it, or the place for one.
  init(hasData: Bool) throws {
    folder = try TemporaryFolder()
    let files = FileManager.default
    func make(_ name: String) throws {
      try files.createDirectory(
        at: folder.url.appending(path: name), withIntermediateDirectories: true)
    }
    func copy(_ fixture: String, _ names: String...) throws {
      for name in names {
        try files.copyItem(
          at: Repository.fixtures.appending(path: fixture), to: folder.url.appending(path: name))
      }
    }
    for name in [
      "backups", "cluster-monday", "cluster-tuesday", "appendonlydir", "srv/redis", "var/lib/redis",
      "var/lib/node_exporter",
    ] {
      try make(name)
    }
    try copy(
      "bitrun/backup.rdb", "dump.rdb", "backup.rdb", "yesterday.rdb", "backups/monday.rdb",
      "cluster-monday/1.rdb", "appendonlydir/appendonly.aof.1.base.rdb")
    try copy(
      "bitrun/incident.rdb", "now.rdb", "today.rdb", "backups/tuesday.rdb", "cluster-tuesday/1.rdb")
    try copy("policy/shop.yaml", "mine.yaml")
    if hasData {
      try make("data")
      var old = RDBBuilder("REDIS0009")
      old.string("key", "value")
      _ = try folder.file(old.file(), named: "data/dump.rdb")
    }
    _ = try folder.file(Array("appendonly no\n".utf8), named: "redis.conf")
    _ = try folder.file(
      Array(
        """
        services:
          redis:
            image: redis:7
            command: redis-server --appendonly yes

        """.utf8), named: "docker-compose.prod.yml")
    let whole = try Data(contentsOf: folder.url.appending(path: "dump.rdb"))
    _ = try folder.file(Array(whole.prefix(20_000)), named: "damaged.rdb")
    let writes =
      "#TS:1773190000\r\n" + command("SET", "jwt:blacklist:a", "1")
      + "#TS:1773194400\r\n" + command("DEL", "jwt:blacklist:a")
    _ = try folder.file(Array(writes.utf8), named: "appendonly.aof")
    _ = try folder.file(Array(writes.utf8), named: "appendonlydir/appendonly.aof.1.incr.aof")
    _ = try folder.file(
      Array(
        """
        file appendonly.aof.1.base.rdb seq 1 type b
        file appendonly.aof.1.incr.aof seq 1 type i

        """.utf8), named: "appendonlydir/appendonly.aof.manifest")
    _ = try Lossmap.shell(
      """
      cd '\(path)' && cp -r appendonlydir var/lib/redis/ && tar czf volume.tar.gz appendonlydir \
      && cp volume.tar.gz monday.tar.gz && tar czf incident.tar.gz now.rdb
      """)
  }

  private func command(_ words: String...) -> String {
    "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
  }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
