import Foundation
import TestSupport
import Testing

/// The data of a backup, written out.
struct ExportTests {
  private static let files = BackupFile.fixtures + BackupFile.corpus + BackupFile.legacy

  /// A moment by which what expires soon has gone on both sides.
  private static let moment = "\(Int(Date().timeIntervalSince1970) + 3600)"

  /// Whether a Redis 7.0 can give back all that a file has.
  private static func isFor70(_ backup: BackupFile) throws -> Bool {
    let run = try Lossmap.run("export", backup.path, "--format", "ndjson", "--at", moment)
    // A score of -0 becomes 0.
    guard !run.text.contains("\"score\":-0.0") else { return false }
    return try JSON.lines(run.output).allSatisfy { line in
      line["type"]?.text != "module"
        && (line["value"]?.elements ?? []).allSatisfy { $0["expires_at"] == nil }
    }
  }

  private static func digest(_ backup: BackupFile) throws -> String {
    let run = try Lossmap.run("digest", backup.path, "--at", moment, "--target", "redis-7.0")
    return run.text.trimmingCharacters(in: .newlines)
  }

  @Test(
    .enabled(if: RedisServer.isInstalled, "redis-server is not installed"),
    arguments: files, [[], ["--restore"]])
  func `commands piped into an empty server give it the backup's digest`(
    _ backup: BackupFile, _ options: [String]
  ) throws {
    guard try Self.isFor70(backup) else { return }
    let folder = try TemporaryFolder()
    let commands = folder.url.appending(path: "commands").filePath
    let run = try Lossmap.run(
      ["export", backup.path, "--format", "resp", "--target", "redis-7.0", "-o", commands]
        + ["--at", Self.moment] + options)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let server = try RedisServer(loading: nil, in: nil, ["--databases", "1000"])
    defer { server.stop() }
    let answer = try server.client(["--pipe"], input: commands)
    #expect(answer.contains("errors: 0"), "\(answer)")
    #expect(try server.command("DEBUG", "DIGEST").text == (try Self.digest(backup)))
    if backup.hasTruth, !options.isEmpty || backup.name.contains("functions") {
      let libraries = try server.command("FUNCTION", "LIST").elements ?? []
      #expect(try libraries.count == Truth(of: backup.url).functions.count)
    }
  }

  @Test(
    .enabled(if: RedisServer.isInstalled, "redis-server is not installed"), arguments: files)
  func `a server rebuilt from the lines alone has the backup's digest`(
    _ backup: BackupFile
  ) throws {
    guard try Self.isFor70(backup) else { return }
    let run = try Lossmap.run("export", backup.path, "--format", "ndjson", "--at", Self.moment)
    #expect(run.status == 0, "\(run.errors)")
    let server = try RedisServer(loading: nil, in: nil, ["--databases", "1000"])
    defer { server.stop() }
    for command in Rebuilding(try JSON.lines(run.output)).commands {
      let reply = try server.send(command)
      // A pending entry that has been deleted can't be claimed, and is in no digest.
      if case .error(let message) = reply { Issue.record("\(backup): \(message)") }
    }
    #expect(try server.command("DEBUG", "DIGEST").text == (try Self.digest(backup)))
  }

  @Test(arguments: files)
  func `the document holds what the lines hold`(_ backup: BackupFile) throws {
    let lines = try Lossmap.run("export", backup.path, "--format", "ndjson")
    let document = try Lossmap.run("export", backup.path, "--format", "json")
    #expect(lines.status == document.status)
    guard lines.status == 0 else { return }
    let json = try JSON(document.output)
    let parts = ["keys", "auxiliary", "functions"].flatMap { json[$0]?.elements ?? [] }
    #expect(try parts == JSON.lines(lines.output))
    #expect(json["schema"] == .text("lossmap/export/1"))
  }

  @Test func `a document that breaks off is not closed`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(malformedFile())
    for format in ["json", "ndjson", "csv", "resp"] {
      let run = try Lossmap.run("export", path, "--format", format)
      #expect(run.status == 2 && run.errors.contains("key \"bad\""))
      #expect(!run.text.hasSuffix("]}\n"))
      let target = folder.url.appending(path: "out").filePath
      #expect(try Lossmap.run("export", path, "--format", format, "-o", target).status == 2)
      #expect(!FileManager.default.fileExists(atPath: target))
    }
  }

  @Test func `bytes that are no text are there in base 64, too`() throws {
    var builder = RDBBuilder()
    builder.append([0] + RDBBuilder.string([0x61, 0xFF]) + RDBBuilder.string([0xC3, 0x28]))
    builder.append([1] + RDBBuilder.string("list") + [2])
    builder.append(RDBBuilder.string([0x80]) + RDBBuilder.string("é\u{1}"))
    let folder = try TemporaryFolder()
    let run = try Lossmap.run(
      "export", try folder.file(builder.file()), "--format", "ndjson")
    #expect(
      run.text == #"""
        {"db":0,"key":"a\#u{FFFD}","key_b64":"Yf8=","type":"string","expires_at":null,"value":"\#u{FFFD}(","value_b64":"wyg="}
        {"db":0,"key":"list","type":"list","expires_at":null,"value":[{"text":"\#u{FFFD}","text_b64":"gA=="},"é\u0001"]}

        """#)
  }

  @Test func `a key that a spreadsheet would take for a formula is no formula`() throws {
    var builder = RDBBuilder()
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain", "a\"b,c", "x=1"] {
      builder.string(name, "1")
    }
    builder.expiry(4_102_444_800_000)
    builder.key("list", [1, 2] + RDBBuilder.string("a") + RDBBuilder.string("b"))
    let folder = try TemporaryFolder()
    let run = try Lossmap.run("export", try folder.file(builder.file()), "--format", "csv")
    #expect(run.status == 0)
    #expect(
      run.text
        == #"""
        db,key,type,encoding,expires_at,bytes,elements,idle,frequency
        0,"\x3d1+1",string,int,,2,,,
        0,"\x2b1",string,int,,2,,,
        0,"\x2d1",string,int,,2,,,
        0,"\x40SUM(A1)",string,int,,2,,,
        0,"\x09=1",string,int,,2,,,
        0,"plain",string,int,,2,,,
        0,"a\""b,c",string,int,,2,,,
        0,"x=1",string,int,,2,,,
        0,"list",list,linkedlist,4102444800000,5,2,,

        """#.replacing("\n", with: "\r\n"))
  }

  @Test func `only the keys that a filter means are written`() throws {
    let run = try Lossmap.run(
      "export", Story.backup, "--format", "ndjson", "--category", "jwt-blacklist")
    let lines = try JSON.lines(run.output)
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0["key"]?.text?.hasPrefix("jwt:blacklist:") == true })
    let one = try Lossmap.run(
      "export", Story.backup, "--format", "json", "--type", "zset", "--match", "bitrun:*")
    #expect(try JSON(one.output)["keys"]?.elements?.count == 1)
  }

  @Test func `what a target can't hold is named, and the status says so`() throws {
    let backup = try #require(
      BackupFile.fixtures.first { $0.name.hasPrefix("stream") && $0.name.hasSuffix("_v10") })
    let run = try Lossmap.run(
      "export", backup.path, "--format", "resp", "--target", "redis-4.0")
    #expect(run.status == 3)
    #expect(run.errors.contains("is left out: the target has no commands for a stream"))
    #expect(!run.text.contains("XADD"))
    #expect(
      try Lossmap.run("export", backup.path, "--format", "csv", "--target", "redis-4.0").status
        == 64)
  }

  @Test func `commands for an older server are those that it knows`() throws {
    var builder = RDBBuilder()
    builder.expiry(4_102_444_800_123)
    builder.string("k", "v")
    builder.key("h", [4, 1] + RDBBuilder.string("f") + RDBBuilder.string("v"))
    let folder = try TemporaryFolder()
    let path = try folder.file(builder.file())
    func words(_ target: String) throws -> String {
      let run = try Lossmap.run("export", path, "--format", "resp", "--target", target)
      let words = run.text.split(separator: "\r\n").filter { !"*$".contains($0.first ?? " ") }
      return words.joined(separator: " ")
    }
    #expect(
      try words("redis-7.0") == "SELECT 0 SET k v PXAT 4102444800123 HSET h f v")
    #expect(
      try words("redis-3.2") == "SELECT 0 SET k v PEXPIREAT k 4102444800123 HMSET h f v")
    #expect(try words("redis-2.4") == "SELECT 0 HMSET h f v")
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"))
  func `how long a key was idle and how often it was used is written`() throws {
    for (name, member) in [("redis-7.0-lru", "idle"), ("redis-7.0-lfu", "frequency")] {
      let path = Repository.corpus.appending(path: "rdb/\(name).rdb")
      let truth = try Truth(of: path)
      let lines = try JSON.lines(
        Lossmap.run("export", path.filePath, "--format", "ndjson").output)
      var compared = 0
      for key in truth.keys {
        // The server was not asked about every key.
        let stated = member == "idle" ? key.idle.map(Int64.init) : key.frequency.map(Int64.init)
        guard let stated else { continue }
        let line = lines.first { $0.bytes("key") == key.name && $0["db"]?.integer == 0 }
        let found = try #require(line?[member]?.integer)
        // The server counts seconds while it is asked.
        #expect(abs(found - stated) <= 2)
        compared += 1
      }
      #expect(compared > 0)
    }
  }
}
