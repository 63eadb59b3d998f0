import Foundation
import TestSupport
import Testing

/// What must not be lost comes over a restore, and what must not come back goes.
@Suite struct CarryTests {
  /// What a policy says of the keys of a test: `data:` is carried, `stale:` is dropped.
  private static let policy = """
    schema: lossmap/policy/1
    id: test
    title: { en: T, zh: T }
    unknown: { severity: low, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
    categories:
    \(category("data", "carry: true"))
    \(category("stale", "drop: true"))
    """

  private static func category(_ id: String, _ rule: String) -> String {
    let event = "{ severity: low, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }"
    return """
        - id: \(id)
          pattern: '\(id):'
          title: { en: T, zh: T }
          description: { en: D, zh: D }
          \(rule)
          events: { lost: \(event), regressed: \(event), resurrected: \(event) }
      """
  }

  /// Hours ahead.
  private static let later = Int64(Date().timeIntervalSince1970 * 1000) + 4 * 3_600_000

  private static let hostile: [[UInt8]] = [
    Array("data:\r\nDEL other\r\n".utf8), Array("data:\"quoted\" 'and' \\back".utf8),
    Array("data:".utf8) + [0, 1, 0x7F, 0x80, 0xFF, 0xC3], Array("data: 名前 ".utf8),
    Array("data:$5\r\n".utf8) + Array(0...255),
  ]

  /// A data set with every type, more in the second round than in the first, in several databases.
  private static func fill(_ server: RedisServer, round: Int) throws {
    func run(_ words: [UInt8]...) throws {
      if case .error(let message) = try server.send(words) { throw RESPError(message) }
    }
    let value = Array("round \(round)".utf8)
    for database in ["0", "3"] {
      try server.command("SELECT", database)
      for (index, name) in hostile.enumerated() where index > 0 || round > 1 {
        try run(
          Array("SET".utf8), name, value + name, Array("PXAT".utf8), Array("\(later + 7)".utf8))
      }
      try server.command("SET", "data:forever", "\(round)")
      try server.command("SET", "data:unchanged", "1", "PXAT", "\(later)")
      for index in 0..<(300 * round) {
        try server.command("RPUSH", "data:list", "element \(index)")
        try server.command("SADD", "data:set", "member \(index)")
        try server.command("ZADD", "data:zset", "\(Double(index) / 3)", "m\(index)")
        try server.command("HSET", "data:hash", "field \(index)", "\(round)")
      }
      try server.command("ZADD", "data:zset", "inf", "up", "-inf", "down", "1e300", "far")
      try server.command("PEXPIREAT", "data:hash", "\(later + Int64(round))")
      try server.command("SET", "other:\(round)", "x")
      try server.command(round == 1 ? "SET" : "DEL", "stale:lock", "1")
    }
  }

  /// Streams whose groups wait for entries, some of which were deleted.
  private static func fillStreams(_ server: RedisServer, round: Int) throws {
    for index in 1...(5 * round) {
      try server.command("XADD", "data:stream", "\(round)-\(index)", "f", "\(index)", "g", "x")
      try server.command("XADD", "data:trimmed", "\(round)-\(index)", "f", "\(index)")
      try server.command("XADD", "data:emptied", "\(round)-\(index)", "f", "\(index)")
    }
    for name in ["data:stream", "data:trimmed", "data:emptied"] {
      let group = "g\(round)"
      try server.command("XGROUP", "CREATE", name, group, "0", "ENTRIESREAD", "\(round)")
      try server.command("XGROUP", "CREATECONSUMER", name, group, "idle")
      try server.command("XREADGROUP", "GROUP", group, "c", "COUNT", "4", "STREAMS", name, ">")
      try server.command("XREADGROUP", "GROUP", group, "d", "COUNT", "3", "STREAMS", name, ">")
    }
    try server.command("XDEL", "data:stream", "\(round)-2", "\(round)-5")
    try server.command("XTRIM", "data:trimmed", "MINID", "\(round)-4")
    try server.command("XTRIM", "data:emptied", "MAXLEN", "0")
    try server.command("XGROUP", "CREATE", "data:never\(round)", "g", "0", "MKSTREAM")
  }

  /// Every key of a server with its value's digest and its expiry.
  private static func facts(_ server: RedisServer) throws -> [[UInt8]: [RESPReply]] {
    var facts: [[UInt8]: [RESPReply]] = [:]
    for database in ["0", "3"] {
      try server.command("SELECT", database)
      for case .bytes(let name) in try server.command("KEYS", "*").elements ?? [] {
        facts[Array("\(database)/".utf8) + name] = [
          try server.send([Array("DEBUG".utf8), Array("DIGEST-VALUE".utf8), name]),
          try server.send([Array("PEXPIRETIME".utf8), name]),
        ]
      }
    }
    return facts
  }

  @Test(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
  func `what is carried is as the current state has it, and piping twice is the same as once`()
    throws
  {
    let folder = try TemporaryFolder()
    let policy = try folder.file(Array(Self.policy.utf8), named: "policy.yaml")
    let current = try RedisServer()
    defer { current.stop() }
    try Self.fill(current, round: 1)
    try current.command("SELECT", "0")
    try Self.fillStreams(current, round: 1)
    let backup = try current.save()
    let backupPath = try folder.file(backup, named: "backup.rdb")
    try Self.fill(current, round: 2)
    try current.command("SELECT", "0")
    try Self.fillStreams(current, round: 2)
    let currentPath = try folder.file(try current.save(), named: "current.rdb")

    let arguments = ["carry", backupPath, "--current", currentPath, "--policy", policy]
    let piped = folder.url.appending(path: "carry.resp").filePath
    let run = try Lossmap.run(arguments + ["-o", piped])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("Remove   2 keys"))
    let lines = folder.url.appending(path: "carry.txt").filePath
    #expect(try Lossmap.run(arguments + ["-o", lines, "--format", "commands"]).status == 0)

    let expected = try Self.facts(current)
    for (arguments, input) in [(["--pipe"], piped), ([], lines)] {
      let restored = try RedisServer(loading: backup)
      defer { restored.stop() }
      let answer = try restored.client(arguments, input: input)
      #expect(arguments.isEmpty || answer.contains("errors: 0"), "\(answer)")
      var found = try Self.facts(restored)
      for (name, facts) in expected where !name.starts(with: Array("0/other".utf8)) {
        if name.starts(with: Array("3/other".utf8)) { continue }
        #expect(found[name] == facts, "\(String(decoding: name, as: UTF8.self))")
        found[name] = nil
      }
      #expect(found.keys.allSatisfy { String(decoding: $0, as: UTF8.self).contains("other:1") })
      let digest = try restored.command("DEBUG", "DIGEST")
      _ = try restored.client(arguments, input: input)
      #expect(try restored.command("DEBUG", "DIGEST") == digest)

      let saved = try folder.file(try restored.save(), named: "saved.rdb")
      let impact = try JSON(
        Lossmap.run(
          "impact", saved, "--current", currentPath, "--policy", policy, "--format", "json"
        ).output)
      for category in impact["categories"]?.elements ?? [] {
        for change in ["lost", "regressed", "regressed_expiry", "resurrected"] {
          #expect(category[change]?.integer == 0, "\(category["id"]?.text ?? "") \(change)")
        }
      }
    }
  }

  /// Replays a backup and commands behind it, and says what that loses of a state.
  private static func impact(
    of backup: URL, and commands: [UInt8], on current: String, at moment: String
  ) throws -> JSON {
    let folder = try TemporaryFolder()
    let log = folder.url.appending(path: "appendonlydir")
    try FileManager.default.createDirectory(at: log, withIntermediateDirectories: false)
    try FileManager.default.copyItem(
      at: backup, to: log.appending(path: "appendonly.aof.1.base.rdb"))
    try Data(commands).write(to: log.appending(path: "appendonly.aof.1.incr.aof"))
    let manifest = """
      file appendonly.aof.1.base.rdb seq 1 type b
      file appendonly.aof.1.incr.aof seq 1 type i

      """
    try Data(manifest.utf8).write(to: log.appending(path: "appendonly.aof.manifest"))
    let run = try Lossmap.run(
      "impact", log.filePath, "--current", current, "--at", moment, "--format", "json")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    return try JSON(run.output)
  }

  private static let dropped = [
    "exec-lock-agent", "exec-lock-strategy", "exec-lock-quant-legacy", "worker-owner",
    "worker-owner-quant-legacy", "position-lock", "capital-lock", "arq-queue", "arq-job",
    "arq-in-progress", "arq-result", "arq-retry", "arq-abort",
  ]

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: [
      ("daygap", "2026-03-11T01:00:00Z"), ("daygap", "2026-03-11T08:00:00Z"),
      ("shortgap", "2026-05-06T14:01:40Z"),
    ])
  func `a BITRUN backup with what is carried loses no token and brings back no job`(
    set: String, moment: String
  ) throws {
    let folder = Repository.corpus.appending(path: "bitrun/\(set)")
    let backup = folder.appending(path: "a.rdb")
    let current = folder.appending(path: "b.rdb").filePath
    let run = try Lossmap.run("carry", backup.filePath, "--current", current, "--at", moment)
    #expect(run.status == 0, "\(run.errors)")
    let before = try Self.impact(of: backup, and: [], on: current, at: moment)
    let after = try Self.impact(of: backup, and: run.output, on: current, at: moment)
    func count(_ impact: JSON, _ id: String, _ change: String) -> Int64? {
      impact["categories"]?.elements?.first { $0["id"]?.text == id }?[change]?.integer
    }
    for id in ["jwt-blacklist", "arq-queue", "arq-job"] {
      for change in ["lost", "regressed", "regressed_expiry"] {
        #expect(count(after, id, change) == 0, "\(id) \(change)")
      }
    }
    for id in Self.dropped { #expect(count(after, id, "resurrected") == 0, "\(id)") }
    for member in ["lost", "resurrected", "rescored"] {
      let queue = after["categories"]?.elements?.first { $0["id"]?.text == "arq-queue" }
      #expect(queue?["members"]?[member]?.elements == [])
    }
    // What no rule is about stays as the restore makes it.
    for id in ["order-record", "dashboard-cache", "strategy-status", "user-session"] {
      for change in ["lost", "regressed", "resurrected"] {
        #expect(count(after, id, change) == count(before, id, change), "\(id) \(change)")
      }
    }
    // Of today's equity nothing is lost; yesterday's is left alone.
    let lines = try Lossmap.run(
      "impact", backup.filePath, "--current", current, "--at", moment, "--format", "ndjson",
      "--category", "daily-equity", "--regex", "\(moment.prefix(10))$")
    let today = lines.text.split(separator: "\n").filter { !$0.contains("resurrected") }.count
    #expect(
      (count(before, "daily-equity", "lost") ?? 0)
        + (count(before, "daily-equity", "regressed") ?? 0)
        - (count(after, "daily-equity", "lost") ?? 0)
        - (count(after, "daily-equity", "regressed") ?? 0) == Int64(today))
    // Twice is the same as once.
    let twice = try Self.impact(
      of: backup, and: run.output + run.output, on: current, at: moment)
    #expect(twice["totals"] == after["totals"])
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"))
  func `logs, archives and standard input carry the same`() throws {
    let folder = Repository.corpus.appending(path: "bitrun/daygap").filePath
    let at = "--at 2026-03-11T01:00:00Z --format commands"
    let lines = { (run: Lossmap.Outcome) in
      #expect(run.status == 0, "\(run.errors)")
      return run.text.split(separator: "\n").sorted()
    }
    let expected = lines(
      try Lossmap.shell("lossmap carry \(folder)/a.rdb --current \(folder)/b.rdb \(at)"))
    #expect(expected.count > 100)
    for inputs in [
      "\(folder)/a-volume.tar.gz --current \(folder)/b-appendonlydir \(at)",
      "- --current \(folder)/b.rdb \(at) < \(folder)/a.rdb",
      "\(folder)/a.rdb --current - \(at) < \(folder)/b.rdb",
    ] {
      let found = lines(try Lossmap.shell("lossmap carry \(inputs)"))
      // A log has sets and hashes in another order.
      #expect(found.count == expected.count, "\(inputs)")
    }
  }

  @Test func `a category narrows, and one that is neither carried nor dropped is refused`() throws {
    let arguments = ["carry", Story.backup, "--current", Story.current, "--at", Story.moment]
    let run = try Lossmap.run(
      arguments + ["--category", "jwt-blacklist", "--format", "commands"])
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n")
    #expect(lines.first == "SELECT 0")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("SET jwt:blacklist:") })
    #expect(lines.dropFirst().allSatisfy { $0.contains(" 1 PXAT ") })
    let lost = try JSON(Lossmap.run(Story.impact("--format", "json")).output)["categories"]?
      .elements?.first { $0["id"]?.text == "jwt-blacklist" }?["lost"]?.integer
    #expect(Int64(lines.count - 1) == lost)
    #expect(try Lossmap.run(arguments + ["--category", "dashboard-cache"]).status == 64)
    #expect(try Lossmap.run(arguments + ["--category", "nothing"]).status == 64)
  }

  @Test func `numbers only, when only they are asked for`() throws {
    let run = try Lossmap.run(
      "carry", Story.backup, "--current", Story.current, "--at", Story.moment, "--summary")
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.text.hasPrefix("Carry "))
    #expect(run.text.contains("jwt-blacklist"))
    #expect(!run.text.contains("SELECT"))
  }

  @Test func `damage on either side stops it before any command`() throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.file(malformedFile(), named: "damaged.rdb")
    for inputs in [[damaged, "--current", Story.current], [Story.backup, "--current", damaged]] {
      let run = try Lossmap.run(["carry"] + inputs)
      #expect(run.status == 2 && run.output.isEmpty)
    }
  }
}
