import Foundation
import TestSupport
import Testing

/// What `stage` writes, as a real server loads it.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct StageTests {
  private static let snapshots = BackupFile.corpus.filter { isForRedis7($0.name) }
  private static let logs = LogCase.corpus.filter { isForRedis7("\($0)") }

  private static func isForRedis7(_ name: String) -> Bool {
    !name.hasPrefix("redis-unstable") && !name.hasPrefix("valkey")
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: snapshots)
  func `a server with its log on holds the RDB, after a restart too`(
    _ backup: BackupFile
  ) throws {
    try check(backup.path, isKept: !backup.name.hasSuffix("-tiny-encodings"))
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: logs)
  func `a server holds the log, as of its moment, after a restart too`(_ log: LogCase) throws {
    try check(
      log.path, log.moment.map { ["--until", String($0)] } ?? [],
      isKept: log.description != "redis-6.2-aof-pure")
  }

  /// Stages a backup, starts a server on it twice, and compares digests. `z:special` has a score of −0, which
  /// Redis 7.0 turns into 0 when it makes a listpack of the set: then it is not kept.
  private func check(_ backup: String, _ options: [String] = [], isKept: Bool) throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data").filePath
    let staged = try Lossmap.run(["stage", backup, "--into", data] + options)
    #expect(staged.status == 0, "\(staged.errors)")
    let now = String(Int(Date().timeIntervalSince1970))
    let left = isKept ? [] : ["--not-match", "z:special"]
    let digest = try Lossmap.run(
      ["digest", backup, "--target", "redis-7.0", "--at", now] + options + left)
    let expected = digest.text.trimmingCharacters(in: .whitespacesAndNewlines)
    for start in ["first", "second"] {
      let answer = try serverDigest(data, without: isKept ? nil : "z:special")
      #expect(answer == expected, "\(start) start")
    }
  }

  /// What a server says that starts there with production's flags; a log keeps expired keys until they are touched.
  private func serverDigest(_ data: String, without key: String? = nil) throws -> String? {
    let server = try RedisServer(["--appendonly", "yes", "--dir", data])
    defer { server.stop() }
    for database in 0..<16 {
      try server.command("SELECT", "\(database)")
      try server.command("KEYS", "*")
      if let key { try server.command("DEL", key) }
    }
    return try server.command("DEBUG", "DIGEST").text
  }

  @Test func `the manifest is what a server writes, and the bytes are the backup's`() throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    let run = try Lossmap.run("stage", Story.backup, "--into", data.filePath)
    #expect(run.status == 0)
    #expect(run.text.contains("appendonlydir/appendonly.aof.manifest"))
    let log = data.appending(path: "appendonlydir")
    let names = try FileManager.default.subpathsOfDirectory(atPath: data.filePath).sorted()
    #expect(
      names == [
        "appendonlydir", "appendonlydir/appendonly.aof.1.base.rdb",
        "appendonlydir/appendonly.aof.1.incr.aof", "appendonlydir/appendonly.aof.manifest",
        "dump.rdb",
      ])
    let backup = try Data(contentsOf: Repository.root.appending(path: Story.backup))
    #expect(try Data(contentsOf: log.appending(path: "appendonly.aof.1.base.rdb")) == backup)
    #expect(try Data(contentsOf: data.appending(path: "dump.rdb")) == backup)
    // An old backup in a new file would look like a copy of the wrong one.
    let preflight = try Lossmap.run(
      "preflight", data.filePath, "--appendonly", "no", "--backup", Story.backup, "--at",
      Story.moment)
    #expect(!preflight.text.contains("was written at"))
    // A server's own, of a first start.
    let server = try RedisServer(["--appendonly", "yes"])
    defer { server.stop() }
    let manifest = "appendonlydir/appendonly.aof.manifest"
    #expect(
      try Data(contentsOf: data.appending(path: manifest))
        == Data(contentsOf: server.folder.url.appending(path: manifest)))
  }

  @Test func `a server goes on writing in what was staged`() throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", Story.backup, "--into", data).status == 0)
    let first = try RedisServer(["--appendonly", "yes", "--dir", data])
    try first.command("SET", "written later", "1")
    first.stop()
    let second = try RedisServer(["--appendonly", "yes", "--dir", data])
    defer { second.stop() }
    #expect(try second.command("GET", "written later").text == "1")
  }

  @Test func `a transaction that is cut by an offset is left out as a whole`() throws {
    let folder = try TemporaryFolder()
    let set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
    let text = set + "*1\r\n$5\r\nMULTI\r\n" + set + set + "*1\r\n$4\r\nEXEC\r\n#TS:17"
    let log = try folder.file(Array(text.utf8), named: "appendonly.aof")
    for (offset, size) in [
      (nil, text.utf8.count - 6), (set.utf8.count + 20, set.utf8.count),
      (set.utf8.count * 2 + 20, set.utf8.count), (set.utf8.count - 1, 0),
    ] {
      let data = folder.url.appending(path: "data-\(offset ?? 0)")
      let option = offset.map { ["--until-offset", "\($0)"] } ?? []
      let run = try Lossmap.run(["stage", log, "--into", data.filePath] + option)
      #expect(run.status == 0, "\(run.errors)")
      let base = data.appending(
        path: "appendonlydir/appendonly.aof.1.base.\(size == 0 ? "rdb" : "aof")")
      #expect(try Data(contentsOf: base).count == size, "\(offset ?? 0)")
      #expect(try serverDigest(data.filePath) != nil)
      #expect(try serverDigest(data.filePath) != nil)
    }
  }

  @Test func `what stands behind the end of an RDB is no command`() throws {
    let folder = try TemporaryFolder()
    let junk = "*2\r\n$3\r\nDEL\r\n$4\r\ngood\r\n"
    let backup = try folder.file(soundFile() + Array(junk.utf8), named: "backup.rdb")
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", backup, "--into", data).status == 0)
    let server = try RedisServer(["--appendonly", "yes", "--dir", data])
    defer { server.stop() }
    #expect(try server.command("EXISTS", "good") == .integer(1))
  }
}

/// Where `stage` writes, and where it does not.
struct StagePlaceTests {
  @Test func `damage leaves nothing behind`() throws {
    let folder = try TemporaryFolder()
    for bytes in [malformedFile(), Array(soundFile().dropLast(3))] {
      let backup = try folder.file(bytes, named: "backup.rdb")
      let run = try Lossmap.run("stage", backup, "--into", "\(folder.url.filePath)/data")
      #expect(run.status == 2, "\(run.errors)")
      #expect(try names(in: folder) == ["backup.rdb"])
    }
  }

  @Test func `a write that fails or is interrupted leaves no folder`() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.filePath
    for limit in ["ulimit -f 8", "trap '' XFSZ; ulimit -f 8"] {
      let run = try Lossmap.shell(
        "\(limit); lossmap stage \(Story.backup) --into '\(root)/data' 2>/dev/null")
      #expect(run.status != 0)
      #expect(!FileManager.default.fileExists(atPath: "\(root)/data"))
    }
  }

  @Test func `an empty folder is taken, one with a file in it and one inside the input are not`()
    throws
  {
    let folder = try TemporaryFolder()
    let root = folder.url.filePath
    let empty = root + "/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    #expect(try Lossmap.run("stage", Story.backup, "--into", empty).status == 0)
    #expect(try names(in: folder) == ["empty"])
    let again = try Lossmap.run("stage", Story.backup, "--into", empty)
    #expect(again.status == 64 && again.errors.contains("is not empty"))
    #expect(try Lossmap.run("stage", empty, "--into", empty + "/inner").status == 64)
    #expect(try Lossmap.run("stage", empty, "--into", root + "/copy/").status == 0)
    #expect(try Lossmap.run("stage", empty, "--into", root + "/no/where").status == 74)
    #expect(try names(in: folder) == ["copy", "empty"])
  }

  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.filePath).sorted()
  }
}
