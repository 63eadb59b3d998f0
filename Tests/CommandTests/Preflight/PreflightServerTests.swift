import Foundation
import TestSupport
import Testing

/// What `preflight` foretells, and what a real server then does with a copy of the directory.
@Suite(.enabled(if: RedisServer.version == "7.0.15", "redis-server 7.0.15 is not installed"))
struct PreflightServerTests {
  /// What a server has, and which files are others after it has started and stopped; nil if it did not start.
  private struct Observation {
    var answering: Set<String>?
    var loaded: Int64?
    var changed: Set<String>
  }

  /// Starts a server on a copy, asks it, writes a key, and stops it.
  private func observe(_ tree: FileTree, _ start: StartCase) throws -> Observation {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    try tree.write(to: data)
    var flags = ["--dir", data.filePath, "--appendonly", start.appendonly ? "yes" : "no"]
    if !start.lines.contains(where: { $0.name == "save" }) { flags += ["--save", "3600 1"] }
    for line in start.lines { flags += ["--\(line.name)", line.value] }
    guard let server = try? RedisServer(flags) else {
      return Observation(changed: tree.changes(to: try FileTree(at: data)))
    }
    let (answering, loaded) = try server.keysAtStart()
    try server.command("SET", "written by the test", "1")
    try server.shutDown()
    return Observation(
      answering: answering, loaded: loaded, changed: tree.changes(to: try FileTree(at: data)))
  }

  /// The answer of `preflight` about a directory.
  private func predict(
    _ tree: FileTree, _ start: StartCase
  ) throws -> (answer: JSON, keys: Set<String>, status: Int32) {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    try tree.write(to: data)
    let lines = [("appendonly", start.appendonly ? "yes" : "no")] + start.lines
    let text = lines.map { "\($0) \($1.isEmpty ? "\"\"" : $1)\n" }.joined()
    let configuration = try folder.file(Array(text.utf8), named: "redis.conf")
    let run = try Lossmap.run(
      "preflight", data.filePath, "--config", configuration, "--format", "json")
    #expect(try FileTree(at: data) == tree, "preflight has written something")
    let answer = try JSON(run.output)
    return (answer, try keys(in: data, answer), run.status)
  }

  /// The keys alive in what would be loaded.
  private func keys(in data: URL, _ answer: JSON) throws -> Set<String> {
    guard let outcome = answer["outcomes"]?.elements?.first, outcome["start"]?.text == "loads",
      let file = outcome["loaded_from"]?.elements?.first?.text
    else { return [] }
    let source = file.hasPrefix("appendonlydir/") ? "appendonlydir" : file
    let run = try Lossmap.run(
      "digest", data.appending(path: source).filePath, "--keys", "--format", "ndjson", "--at",
      "\(Int(Date().timeIntervalSince1970))")
    return Set(
      try JSON.lines(run.output).map { "\($0["db"]?.integer ?? -1) \($0["key"]?.text ?? "")" })
  }

  @Test(arguments: StartCase.observed + StartCase.others)
  func `a server does what was foretold`(_ start: StartCase) throws {
    let tree = try start.prepare(try LiveDirectory.shared.get())
    let (answer, keys, status) = try predict(tree, start)
    let outcome = try #require(answer["outcomes"]?.elements?.first)
    #expect(outcome["start"]?.text == start.start)
    #expect(status == start.status)
    var found: [String: String] = [:]
    for pitfall in outcome["pitfalls"]?.elements ?? [] {
      #expect(pitfall["message"]?.text?.isEmpty == false)
      found[pitfall["code"]?.text ?? ""] = pitfall["severity"]?.text
      #expect(pitfall["message"]?.text?.contains("?") == false, "\(pitfall)")
    }
    #expect(found == start.pitfalls)

    let observation = try observe(tree, start)
    #expect((observation.loaded == nil) == (start.start == "refuses"))
    if start.start != "unknown" {
      #expect(keys == observation.answering ?? [])
      #expect(outcome["keys"]?.integer == observation.loaded)
      #expect(outcome["alive"]?.integer == observation.answering.map { Int64($0.count) })
    }
    if let keys = start.keys { #expect(observation.answering?.count == keys) }
    #expect(Self.changes(in: outcome) == observation.changed)
  }

  /// The files that are to be others.
  private static func changes(in outcome: JSON) -> Set<String> {
    var changed: Set<String> = []
    for file in outcome["files"]?.elements ?? [] {
      let deeds = file["on_start"]?.elements ?? []
      if !deeds.isEmpty || file["later"] != .null { changed.insert(file["path"]?.text ?? "") }
      for deed in deeds { if let target = deed["to"]?.text { changed.insert(target) } }
    }
    return changed
  }

  @Test func `old commands come back at the second start`() throws {
    let live = try LiveDirectory.shared.get()
    var tree = live.tree
    tree[LiveDirectory.manifest] = nil
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    try tree.write(to: data)
    let flags = ["--dir", data.filePath, "--appendonly", "yes"]
    let first = try RedisServer(flags)
    #expect(try first.command("DBSIZE") == .integer(0))
    first.stop()
    let second = try RedisServer(flags)
    defer { second.stop() }
    #expect(try second.command("DBSIZE") == .integer(50))
  }

  @Test func `keys beyond maxmemory go with the first command`() throws {
    let source = try RedisServer()
    defer { source.stop() }
    for number in 0..<400 {
      try source.command("SET", "big\(number)", String(repeating: "x", count: 16_000))
    }
    let dump = try source.save()
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    var tree = FileTree()
    tree["dump.rdb"] = Data(dump)
    try tree.write(to: data)
    let conf = try folder.file(
      Array("maxmemory 3mb\nmaxmemory-policy allkeys-lru\n".utf8), named: "redis.conf")
    let run = try Lossmap.run(
      "preflight", data.filePath, "--config", conf, "--format", "json")
    let outcome = try #require(try JSON(run.output)["outcomes"]?.elements?.first)
    let pitfall = try #require(
      outcome["pitfalls"]?.elements?.first { $0["code"]?.text == "over-maxmemory" })
    let evicted = try #require(pitfall["evidence"]?["evicted"]?.integer)
    #expect(outcome["keys"]?.integer == 400)

    let server = try RedisServer([
      "--dir", data.filePath, "--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru",
    ])
    defer { server.stop() }
    let left = try #require(try server.command("DBSIZE").integer)
    // Servers look at samples.
    #expect(abs((400 - left) - evicted) < 40, "\(left) left, \(evicted) evicted")
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func `another user than the one who owns the directory`() throws {
    let live = try LiveDirectory.shared.get()
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    try live.tree.write(to: data)
    let nobody = 65_534
    let files = FileManager.default
    for name in ["", "appendonlydir", "appendonlydir/appendonly.aof.1.incr.aof"] {
      try files.setAttributes(
        [.ownerAccountID: nobody], ofItemAtPath: data.appending(path: name).filePath)
    }
    let base = data.appending(path: LiveDirectory.base).filePath
    try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: base)
    let run = try Lossmap.run(
      "preflight", data.filePath, "--appendonly", "yes", "--format", "json")
    let pitfalls = try #require(
      try JSON(run.output)["outcomes"]?.elements?.first?["pitfalls"]?.elements)
    let unreadable = try #require(pitfalls.first { $0["code"]?.text == "not-readable" })
    #expect(unreadable["file"]?.text == LiveDirectory.base)
    #expect(unreadable["evidence"]?["user"]?.integer == Int64(nobody))
    #expect(pitfalls.contains { $0["code"]?.text == "owners-differ" })
    #expect(run.status == 1)

    // What such a server says.
    let server = Process()
    server.executableURL = URL(filePath: "/usr/bin/setpriv")
    server.arguments =
      ["--reuid", "\(nobody)", "--clear-groups", try #require(RedisServer.program).filePath]
      + [
        "--port", "0", "--unixsocket", "\(data.filePath)/s", "--dir", data.filePath,
        "--appendonly", "yes",
      ]
    let output = Pipe()
    server.standardOutput = output
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.filePath)
    try server.run()
    let log = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    server.waitUntilExit()
    #expect(server.terminationStatus == 1)
    #expect(log.contains("Permission denied"), "\(log.suffix(500))")
  }
}
