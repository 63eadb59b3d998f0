import Foundation
import TestSupport
import Testing

/// The commands of the documents on backing up and restoring, run as they stand there, with a real server.
@Suite(
  .enabled(if: RedisServer.version == "7.0.15", "redis-server 7.0.15 is not installed"),
  // For what never ends; the clock runs while other tests have their turn, too.
  .timeLimit(.minutes(30)))
struct DocumentTests {
  private static let fill = "for n in $(seq 1 40); do redis-cli -e SET k$n v$n >/dev/null; done\n"
  private static let more = "for n in $(seq 41 70); do redis-cli -e SET k$n v$n >/dev/null; done\n"

  @Test(arguments: ["BACKUP.md", "BACKUP.zh.md"])
  func `every way of backing up gives a backup`(name: String) throws {
    let document = try Document(name)
    let host = try DocumentHost(password: "secret")
    defer { host.end() }
    func block(_ name: String) throws -> String { try #require(document.blocks[name]) }
    let start = "systemctl start redis-server\n"
    let run = try host.run(
      start + block("settings") + block("password") + Self.fill + block("snapshot") + block("log")
        + block("volume"))
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: host.backups.filePath)
    #expect(names.count == 3, "\(names)")
    for name in names {
      let backup = host.backups.appending(path: name).filePath
      let inventory = try Lossmap.run("inspect", backup, "--format", "json")
      #expect(inventory.text.contains("\"keys\": 40"), "\(name)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: host.data.filePath).sorted() == [
        "appendonlydir", "dump.rdb",
      ])
  }

  @Test func `what is said to be wrong in the usual procedure is`() throws {
    let host = try DocumentHost(password: "secret")
    defer { host.end() }
    let run = try host.run(
      """
      systemctl start redis-server
      unset REDIS_PASSWORD
      redis-cli -a ${REDIS_PASSWORD:-} BGSAVE </dev/null; echo "status $?"
      redis-cli BGSAVE; echo "status $?"
      redis-cli -e BGSAVE || echo "status $?"
      ls \(host.data.filePath)
      export REDISCLI_AUTH=secret
      \(Self.fill)
      redis-cli -e CONFIG SET rdb-key-save-delay 50000
      sleep 1.1
      before=$(redis-cli -e LASTSAVE)
      redis-cli -e BGSAVE
      [ "$(redis-cli -e LASTSAVE)" = "$before" ] && echo "too early"
      """)
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.text.split(separator: "\n")
    #expect(lines.filter { $0 == "status 0" }.count == 2)
    #expect(lines.contains("status 1"))
    #expect(lines.contains("too early"))
    #expect(!lines.contains("dump.rdb"))
    #expect(run.errors.contains("AUTH failed"))
  }

  @Test(arguments: ["RESTORE.md", "RESTORE.zh.md"])
  func `a restore by the document brings the backup back`(name: String) throws {
    let document = try Document(name)
    let host = try DocumentHost()
    defer { host.end() }
    func block(_ name: String) throws -> String { try #require(document.blocks[name]) }
    let save = """
      redis-cli -e BGSAVE
      while redis-cli INFO persistence | grep -q rdb_bgsave_in_progress:1; do sleep 0.05; done
      cp -p \(host.data.filePath)/dump.rdb "$BACKUP"

      """
    let run = try host.run(
      "systemctl start redis-server\n" + block("settings") + Self.fill + save + Self.more
        + block("stop") + block("look") + block("stage") + block("place") + block("check")
        + "echo \"left: $(redis-cli -e DBSIZE)\"\n")
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    #expect(run.text.contains("left: 40"))
    #expect(run.text.components(separatedBy: "It is what the backup holds").count == 3)
    // The restart is the proof.
    let again = try host.run("systemctl stop redis\nsystemctl start redis\nredis-cli -e DBSIZE\n")
    #expect(again.text.contains("40"))
  }

  @Test func `a restore without lossmap brings the backup back`() throws {
    let document = try Document("RESTORE.md")
    let host = try DocumentHost()
    defer { host.end() }
    let settings = try #require(document.blocks["settings"])
    let without = try #require(document.blocks["without"])
    let run = try host.run(
      "systemctl start redis-server\n" + settings + Self.fill
        + "redis-cli -e SAVE\ncp -p \(host.data.filePath)/dump.rdb \"$BACKUP\"\n" + Self.more
        + without + "echo \"left: $(redis-cli -e DBSIZE)\"\n")
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    #expect(run.text.contains("left: 40"))
  }
}
