import Foundation
import TestSupport
import Testing

/// What `preflight` answers, without a server.
struct PreflightTests {
  private func directory(
    _ files: [String: [UInt8]], in folder: TemporaryFolder
  ) throws -> String {
    var tree = FileTree()
    for (name, bytes) in files { tree[name] = Data(bytes) }
    let data = folder.url.appending(path: "data")
    try tree.write(to: data)
    return data.filePath
  }

  private func backup() throws -> [UInt8] {
    Array(try Data(contentsOf: Repository.root.appending(path: Story.backup)))
  }

  private func outcomes(_ arguments: String...) throws -> [JSON] {
    let run = try Lossmap.run(["preflight", "--format", "json"] + arguments)
    return try #require(try JSON(run.output)["outcomes"]?.elements, "\(run.errors)")
  }

  private func codes(_ outcome: JSON) -> Set<String> {
    Set((outcome["pitfalls"]?.elements ?? []).compactMap { $0["code"]?.text })
  }

  @Test func `without a setting both outcomes are told`() throws {
    let folder = try TemporaryFolder()
    let data = try directory(["dump.rdb": try backup()], in: folder)
    let run = try Lossmap.run("preflight", data, "--at", Story.moment, "--format", "json")
    #expect(run.status == 1)
    let answer = try JSON(run.output)
    #expect(answer["schema"]?.text == "lossmap/preflight/1")
    #expect(answer["decided_by"]?.text == "none")
    let outcomes = try #require(answer["outcomes"]?.elements)
    #expect(outcomes.map { $0["appendonly"] } == [.flag(false), .flag(true)])
    #expect(outcomes.map { $0["start"]?.text } == ["loads", "empty"])
    #expect(outcomes.map { $0["keys"]?.integer } == [126, 0])
    let text = try Lossmap.run("preflight", data, "--at", Story.moment).text
    #expect(text.contains("appendonly no: the server loads dump.rdb: 126 keys"))
    #expect(text.contains("appendonly yes: the server starts empty"))
  }

  @Test func `a copy of an older dump is older than its file`() throws {
    let folder = try TemporaryFolder()
    // Saved in March; copied now.
    let data = try directory(["dump.rdb": try backup()], in: folder)
    let outcome = try #require(
      try outcomes(data, "--appendonly", "no", "--at", Story.moment).first)
    let pitfall = try #require(
      outcome["pitfalls"]?.elements?.first { $0["code"]?.text == "older-than-file" })
    #expect(pitfall["evidence"]?["created_at"]?.text == "2026-03-10T02:00:00Z")
    let saved = Date(timeIntervalSince1970: 1_773_108_030)
    try FileManager.default.setAttributes(
      [.modificationDate: saved], ofItemAtPath: data + "/dump.rdb")
    let kept = try #require(try outcomes(data, "--appendonly", "no", "--at", Story.moment).first)
    #expect(!codes(kept).contains("older-than-file"))
  }

  @Test func `the backup is what would be loaded, or is not`() throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", Story.backup, "--into", data).status == 0)
    let same = try Lossmap.run(
      "preflight", data, "--appendonly", "yes", "--at", Story.moment, "--backup", Story.backup)
    #expect(same.text.contains("It is what the backup holds"))
    #expect(!same.text.contains("backup-differs"))
    let other = try Lossmap.run(
      "preflight", data, "--appendonly", "yes", "--at", Story.moment, "--backup", Story.current)
    #expect(other.status == 1)
    #expect(other.text.contains("[backup-differs]"))
    // Copied over dump.rdb, where nobody looks.
    try FileManager.default.removeItem(atPath: data + "/dump.rdb")
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: Story.current).filePath, toPath: data + "/dump.rdb")
    let ignored = try #require(
      try outcomes(
        data, "--appendonly", "yes", "--at", Story.moment, "--backup", Story.current
      ).first)
    #expect(codes(ignored).isSuperset(of: ["dump-ignored", "backup-differs"]))
    #expect(ignored["is_backup"] == .flag(false))
  }

  @Test func `an archive is judged like the directory in it`() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.filePath
    let data = "\(root)/data"
    #expect(try Lossmap.run("stage", Story.backup, "--into", data).status == 0)
    let arguments = ["--appendonly", "yes", "--at", Story.moment]
    let expected = try Lossmap.run(["preflight", data] + arguments).text.split(separator: "\n")
    for pack in ["-C '\(data)' .", "-C '\(root)' data", "-C '\(data)' dump.rdb appendonlydir"] {
      let tar = "\(root)/volume.tar.gz"
      #expect(try Lossmap.shell("tar -czf '\(tar)' \(pack)").status == 0)
      let run = try Lossmap.run(["preflight", tar] + arguments)
      // The first line names the place.
      #expect(run.text.split(separator: "\n").dropFirst() == expected.dropFirst(), "\(pack)")
    }
  }

  @Test func `a server before 7.0 reads one file, and takes it before dump.rdb`() throws {
    let folder = try TemporaryFolder()
    let set = Array("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n".utf8)
    let data = try directory(
      [
        "dump.rdb": RDBBuilder().file(), "appendonly.aof": set,
        "appendonlydir/appendonly.aof.1.base.rdb": try backup(),
        "appendonlydir/appendonly.aof.manifest": Array(
          "file appendonly.aof.1.base.rdb seq 1 type b\n".utf8),
      ], in: folder)
    let old = try #require(
      try outcomes(data, "--appendonly", "yes", "--target", "redis-6.2").first)
    #expect(old["loaded_from"] == .array([.text("appendonly.aof")]))
    #expect(old["keys"]?.integer == 1)
    #expect(codes(old).contains("log-folder-not-known"))
    let new = try #require(
      try outcomes(data, "--appendonly", "yes", "--at", Story.moment).first)
    #expect(new["keys"]?.integer == 243)
    #expect(codes(new).contains("old-log-ignored"))
  }

  @Test func `a compose file says how the server runs, and no password is shown`() throws {
    let folder = try TemporaryFolder()
    let data = try directory(["dump.rdb": try backup()], in: folder)
    let compose = try folder.file(
      Array(
        """
        services:
          backend: { image: "bitrun/backend" }
          redis:
            image: redis:7-alpine
            user: "999:999"
            command: redis-server --appendonly yes --maxmemory 10kb --maxmemory-policy allkeys-lru --requirepass hunter2
        """.utf8), named: "compose.yml")
    let run = try Lossmap.run("preflight", data, "--config", compose, "--at", Story.moment)
    #expect(run.status == 1)
    #expect(run.text.contains("appendonly yes: the server starts empty"))
    #expect(!run.text.contains("appendonly no"))
    #expect(!(run.text + run.errors).contains("hunter2"))
  }

  @Test func `a replica keeps what has expired, until it has its master's data`() throws {
    let folder = try TemporaryFolder()
    let data = try directory(["dump.rdb": try backup()], in: folder)
    let conf = try folder.file(Array("replicaof 10.0.0.1 6379\n".utf8), named: "redis.conf")
    let outcome = try #require(try outcomes(data, "--config", conf, "--at", Story.moment).first)
    #expect(outcome["keys"]?.integer == 243)
    #expect(outcome["alive"]?.integer == 126)
    #expect(codes(outcome).contains("replica"))
  }

  @Test func `what of the configuration is not known is said`() throws {
    let folder = try TemporaryFolder()
    let data = try directory(["dump.rdb": try backup()], in: folder)
    let conf = try folder.file(
      Array("include /etc/redis/other.conf\n".utf8), named: "redis.conf")
    let run = try Lossmap.run("preflight", data, "--config", conf, "--at", Story.moment)
    #expect(run.text.contains("not read: /etc/redis/other.conf [configuration-not-read]"))
    // The other file may say so.
    #expect(run.text.contains("[appendonly-not-told]"))
  }

  @Test func `a backup that is damaged can't be compared`() throws {
    let folder = try TemporaryFolder()
    let data = try directory(["dump.rdb": try backup()], in: folder)
    let damaged = try folder.file(malformedFile(), named: "damaged.rdb")
    let run = try Lossmap.run("preflight", data, "--appendonly", "no", "--backup", damaged)
    #expect(run.status == 2 && run.text.isEmpty)
    #expect(run.errors.contains("damaged.rdb: offset 0x"))
  }

  @Test func `of very many files those that count are not overlooked`() throws {
    let folder = try TemporaryFolder()
    var files: [String: [UInt8]] = ["dump.rdb": try backup()]
    for number in 0..<1100 { files["backup-\(number).rdb"] = [] }
    let data = try directory(files, in: folder)
    let outcome = try #require(
      try outcomes(data, "--appendonly", "no", "--at", Story.moment).first)
    let dump = try #require(
      outcome["files"]?.elements?.first { $0["path"]?.text == "dump.rdb" })
    #expect(dump["loaded"] == .flag(true) && dump["later"]?.text == "overwritten")
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: LogCase.corpus.filter { $0.moment == nil })
  func `an increment is told from a whole log, whoever wrote it`(_ log: LogCase) throws {
    let folder = URL(filePath: log.path)
    let increments = Repository.files(in: folder, suffix: ".incr.aof")
    for file in log.isFolder ? increments : [folder] {
      let scratch = try TemporaryFolder()
      _ = try scratch.file(Array(try Data(contentsOf: file)), named: "appendonly.aof")
      let outcome = try #require(
        try outcomes(scratch.url.filePath, "--appendonly", "yes").first)
      let severity = outcome["pitfalls"]?.elements?.first {
        $0["code"]?.text == "increment-as-log"
      }?["severity"]?.text
      // The first increment of a server goes with an empty base.
      let isWhole = !log.isFolder || file.lastPathComponent.contains(".1.incr.")
      #expect((severity != "warning") == isWhole, "\(file.lastPathComponent)")
    }
  }

  @Test func `what is no data directory is refused`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(try backup())
    #expect(try Lossmap.run("preflight", file).status == 64)
    #expect(try Lossmap.run("preflight", folder.url.filePath + "/missing").status == 4)
    let bad = try folder.file(Array("appendonly maybe\n".utf8), named: "redis.conf")
    let run = try Lossmap.run("preflight", folder.url.filePath, "--config", bad)
    #expect(run.status == 64)
    #expect(run.errors.contains("line 1: appendonly is yes or no"))
  }

  @Test func `names that would act on a terminal are made safe`() throws {
    let folder = try TemporaryFolder()
    let data = try directory(
      ["appendonlydir/temp-\u{1B}[31m.aof": [1], "dump.rdb": malformedFile(key: "\u{1B}[2J")],
      in: folder)
    let run = try Lossmap.run("preflight", data)
    #expect(run.status == 2)
    #expect(charactersThatAct(in: run.text).isEmpty)
  }
}
