import Foundation
import TestSupport
import Testing

/// `verify` of append-only logs.
struct VerifyLogTests {
  static let part = Shape.object([
    "path": .text, "role": .oneOf(["whole", "base", "incr"]), "intact": .nullable(.flag),
    "rdb_version": .nullable(.integer), "checksum": .nullable(.text), "bytes": .integer,
    "commands": .integer, "first_at": .nullable(.time), "last_at": .nullable(.time),
    "cut_at": .nullable(.integer),
    "lost": .nullable(
      .object([
        "bytes": .integer, "commands": .integer, "commands_behind_damage": .integer,
        "keys": .array(.object(["key": .text])), "more_keys": .flag, "incomplete": .flag,
        "categories": .array(.object(["id": .nullable(.text), "writes": .integer])),
      ])),
  ])

  private static func command(_ words: String...) -> [UInt8] {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
    return bytes
  }

  private let select = command("SELECT", "0")

  /// The verdict on a single file.
  private func verify(
    _ bytes: [UInt8], _ arguments: String...
  ) throws -> (status: Int32, json: JSON, problem: JSON?) {
    let folder = try TemporaryFolder()
    let path = try folder.file(bytes, named: "a.aof")
    let run = try Lossmap.run(["verify", path, "--format", "json"] + arguments)
    let json = try JSON(run.output)
    for part in json["parts"]?.elements ?? [] { #expect(Self.part.mismatches(part) == []) }
    return (run.status, json, json["problems"]?.elements?.first)
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is absent"))
  func `logs of real servers are whole, with as many keys as the servers had`() throws {
    let folder = Repository.corpus.appending(path: "aof")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.filePath).sorted() {
      let log = folder.appending(path: name)
      let single = log.appending(path: "appendonly.aof").filePath
      let isSingle = FileManager.default.fileExists(atPath: single)
      let path = isSingle ? single : log.appending(path: "appendonlydir").filePath
      let run = try Lossmap.run("verify", path, "--format", "json")
      #expect(run.status == 0, "\(name)")
      let json = try JSON(run.output)
      for part in json["parts"]?.elements ?? [] { #expect(Self.part.mismatches(part) == []) }
      #expect(json["intact"] == .flag(true), "\(name)")
      #expect(json["problems"]?.elements?.count == 0, "\(name)")
      let truth = try Truth(of: log.appending(path: "truth.rdb"))
      #expect(json["keys"] == .integer(Int64(truth.keys.count)), "\(name)")
    }
  }

  @Test func `a torn tail is damage, with the byte at which a server cuts`() throws {
    let (status, json, problem) = try verify(
      select + Self.command("SET", "a", "1") + Array("*2\r\n$3".utf8), "--target", "redis-7.0")
    #expect(status == 2)
    #expect(problem?["code"] == .text("torn-tail"))
    #expect(json["parts"]?.elements?.first?["cut_at"] == .integer(50))
    #expect(json["loadable"]?["redis-7.0"] == .flag(true))
    #expect(json["keys"] == .integer(1))
  }

  @Test func `what an open transaction loses is counted by category, as the policy has it`() throws
  {
    let log =
      select + Self.command("MULTI") + Self.command("SET", "jwt:blacklist:a", "1")
      + Self.command("SET", "jwt:blacklist:b", "1") + Self.command("SET", "other", "1")
      + Self.command("DEL", "arq:job:1", "nothing")
    let (status, json, problem) = try verify(log)
    #expect(status == 2)
    let categories = json["parts"]?.elements?.first?["lost"]?["categories"]?.elements ?? []
    #expect(categories.map { $0["id"] } == [.null, .text("jwt-blacklist"), .text("arq-job")])
    #expect(categories.map { $0["writes"] } == [.integer(2), .integer(2), .integer(1)])
    #expect(
      problem?["message"]?.text?.hasSuffix(
        "writes by category: no category 2, jwt-blacklist 2, arq-job 1") == true,
      "\(problem as Any)")
    let folder = try TemporaryFolder()
    let shown = try Lossmap.run("policy", "show").text
    let policy = try folder.file(
      Array(shown.replacing("id: jwt-blacklist", with: "id: revoked").utf8), named: "policy.yaml")
    let (_, mine, _) = try verify(log, "--policy", policy)
    let own = mine["parts"]?.elements?.first?["lost"]?["categories"]?.elements ?? []
    #expect(own.map { $0["id"] } == [.null, .text("revoked"), .text("arq-job")])
  }

  @Test func `a damaged length is told from a torn tail by the commands behind it`() throws {
    let (_, json, problem) = try verify(
      select + Array("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$7777\r\n1\r\n".utf8)
        + Self.command("SET", "b", "1") + Self.command("SET", "c", "1"))
    let lost = json["parts"]?.elements?.first?["lost"]
    #expect(lost?["commands_behind_damage"] == .integer(2))
    #expect(lost?["keys"]?.elements?.map { $0["key"] } == [.text("b"), .text("c")])
    #expect(problem?["message"]?.text?.contains("no torn tail") == true)
  }

  @Test func `a broken command is refused by every server`() throws {
    let (status, json, problem) = try verify(
      select + Array("oops\r\n".utf8), "--target", "redis-7.0")
    #expect(status == 2)
    #expect(problem?["code"] == .text("resp-command"))
    #expect(problem?["offset"] == .integer(23))
    #expect(json["loadable"]?["redis-7.0"] == .flag(false))
  }

  @Test func `a command that nobody knows is not supported`() throws {
    let (status, json, problem) = try verify(select + Self.command("NOSUCH", "a"))
    #expect(status == 3)
    #expect(json["intact"] == .null)
    #expect(problem?["code"] == .text("unknown-command"))
  }

  @Test func `a server refuses an unknown command in a transaction that is not closed, too`() throws
  {
    let (status, json, _) = try verify(
      select + Self.command("MULTI") + Self.command("NOSUCH", "a"), "--target", "redis-7.0")
    #expect(status == 2)
    let codes = json["problems"]?.elements?.compactMap { $0["code"]?.text } ?? []
    #expect(Set(codes) == ["open-transaction", "unknown-command"])
    #expect(json["loadable"]?["redis-7.0"] == .flag(false))
  }

  @Test func `a command whose effect is left to chance makes the number of keys uncertain`() throws
  {
    let spop = Self.command("SPOP", "s")
    let (status, json, problem) = try verify(
      select + Self.command("SADD", "s", "a", "b", "c") + spop + spop, "--target", "redis-7.0")
    #expect(status == 0)
    #expect(json["loadable"]?["redis-7.0"] == .flag(true))
    #expect(problem?["code"] == .text("undetermined-command"))
    #expect(problem?["offset"] == .integer(23 + 42))
    #expect(problem?["message"]?.text?.contains("spop does here, 2 times") == true)
  }

  @Test func `too few arguments crash a server`() throws {
    let (status, _, problem) = try verify(select + Self.command("SET", "a"))
    #expect(status == 2)
    #expect(problem?["code"] == .text("command-arity"))
  }

  @Test func `a release refuses commands that came after it`() throws {
    let bytes = select + Self.command("COPY", "a", "b")
    let (status, json, _) = try verify(bytes, "--target", "redis-6.0", "--target", "redis-6.2")
    #expect(status == 1)
    #expect(json["loadable"]?["redis-6.0"] == .flag(false))
    #expect(json["loadable"]?["redis-6.2"] == .flag(true))
  }

  @Test func `a log in several files needs a server with manifests`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(select, named: "a.1.incr.aof")
    _ = try folder.file(Array("file a.1.incr.aof seq 1 type i\n".utf8), named: "a.manifest")
    let run = try Lossmap.run(
      "verify", folder.url.filePath, "--target", "redis-6.2", "--target", "valkey-7.2", "--format",
      "json")
    #expect(run.status == 1)
    let json = try JSON(run.output)
    #expect(json["loadable"]?["redis-6.2"] == .flag(false))
    #expect(json["loadable"]?["valkey-7.2"] == .flag(true))
  }

  @Test func `a folder without its manifest is damage`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(select, named: "a.1.incr.aof")
    let run = try Lossmap.run("verify", folder.url.filePath, "--format", "json")
    #expect(run.status == 2)
    let problem = try JSON(run.output)["problems"]?.elements?.first
    #expect(problem?["code"] == .text("manifest-missing"))
  }

  @Test func `a base saved after its increments began is suspicious`() throws {
    var base = RDBBuilder()
    base.append(
      [0xFA] + RDBBuilder.string(Array("ctime".utf8)) + RDBBuilder.string(Array("2000".utf8)))
    let folder = try TemporaryFolder()
    _ = try folder.file(base.file(), named: "a.1.base.rdb")
    _ = try folder.file(Array("#TS:1000\r\n".utf8) + select, named: "a.1.incr.aof")
    _ = try folder.file(
      Array("file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type i\n".utf8),
      named: "a.manifest")
    let run = try Lossmap.run("verify", folder.url.filePath, "--format", "json", "--strict")
    #expect(run.status == 1)
    let problem = try JSON(run.output)["problems"]?.elements?.first
    #expect(problem?["code"] == .text("mixed-parts"))
  }

  @Test func `a flipped byte anywhere is diagnosed or read`() throws {
    let bytes =
      select + Self.command("MULTI") + Self.command("SET", "a", "1") + Self.command("EXEC")
    let file = try ScratchFile(bytes)
    for offset in stride(from: 0, to: bytes.count, by: 5) {
      try file.write([bytes[offset] ^ 0xFF], at: offset)
      let run = try Lossmap.run("verify", file.path)
      #expect([0, 2, 3, 4].contains(run.status), "byte \(offset): \(run.status)")
      try file.write([bytes[offset]], at: offset)
    }
  }
}
