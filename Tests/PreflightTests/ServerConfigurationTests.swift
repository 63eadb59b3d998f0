import Foundation
import Preflight
import TestSupport
import Testing

/// What is read of a server's configuration.
struct ServerConfigurationTests {
  private func read(
    _ text: String, named name: String = "redis.conf", _ service: String? = nil
  ) throws -> ServerConfiguration {
    let folder = try TemporaryFolder()
    return try ServerConfiguration(
      path: folder.file(Array(text.utf8), named: name), service: service)
  }

  private func compose(_ command: String) throws -> ServerConfiguration {
    try read("services:\n  redis:\n    image: redis:7\n    command: \(command)\n", named: "c.yaml")
  }

  @Test func `the last line counts, and quotes are those of the server`() throws {
    let configuration = try read(
      """
      # appendonly no
      AppendOnly no
      appendonly "yes"
      appendfilename 'my log.aof'
      appenddirname "l\\x6fgs"
      maxmemory 256mb
      requirepass "secret with ' quotes"

      \tmaxmemory-policy allkeys-lru
      save 3600 1 300 100
      databases 4
      """)
    #expect(configuration.appendonly == true)
    #expect(configuration.logName == "my log.aof")
    #expect(configuration.logFolder == "logs")
    #expect(configuration.maxMemory == 256 << 20)
    #expect(configuration.maxMemoryPolicy == "allkeys-lru")
    #expect(configuration.hasSavePoints)
    #expect(configuration.databases == 4)
    #expect(!"\(configuration)".contains("secret"))
  }

  @Test(arguments: [
    ("", true), ("save \"\"", false), ("save 60 1\nsave \"\"", false),
    ("save \"\"\nsave 60 1", true),
    ("save \"60 1 300 10\"", true),
  ])
  func `an empty save takes save points away`(text: String, hasSavePoints: Bool) throws {
    #expect(try read(text + "\n").hasSavePoints == hasSavePoints)
  }

  @Test(arguments: [
    ("1024", 1024), ("1k", 1000), ("1kb", 1024), ("2GB", 2 << 30), ("0", nil as Int?),
  ])
  func `sizes have the server's units`(text: String, bytes: Int?) throws {
    #expect(try read("maxmemory \(text)\n").maxMemory == bytes)
  }

  @Test(arguments: [
    "appendonly maybe", "appendfilename a/b", "dbfilename \"\"", "maxmemory much", "databases 0",
    "appendonly \"yes", "appendonly yes no", "save 60",
  ])
  func `what no server starts with is a mistake with its line`(line: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try read("\n\(line)\n") }
    #expect(error?.line == 2)
  }

  @Test func `files are taken in where they are named, within limits`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(Array("appendonly yes\ninclude again.conf\n".utf8), named: "more.conf")
    _ = try folder.file(Array("include again.conf\n".utf8), named: "again.conf")
    let path = try folder.file(
      Array("appendonly no\ninclude more.conf\ninclude /no/where.conf\n".utf8), named: "redis.conf")
    let configuration = try ServerConfiguration(path: path)
    #expect(configuration.appendonly == true)
    #expect(configuration.notRead.contains("/no/where.conf"))
    #expect(configuration.notRead.contains("again.conf"))
  }

  @Test(arguments: [
    "redis-server --appendonly yes --save 60 1 --requirepass ${PASSWORD}",
    "'redis-server --appendonly \"yes\"'", "[redis-server, --appendonly, \"yes\"]",
    "[sh, -c, 'exec redis-server --appendonly yes > log']", "--appendonly yes",
    "['/usr/bin/redis-server', '--appendonly yes']",
  ])
  func `a command of a compose file is read as compose and the server read it`(
    command: String
  ) throws {
    let configuration = try compose(command)
    #expect(configuration.appendonly == true)
    #expect(configuration.hasSavePoints)
    #expect(!"\(configuration)".contains("PASSWORD"))
  }

  @Test func `an option without a value`() throws {
    #expect(try !compose("redis-server --save --appendonly yes").hasSavePoints)
    #expect(try compose("redis-server --save --appendonly yes").appendonly == true)
    #expect(try !compose("redis-server --save \"\"").hasSavePoints)
    #expect(try !compose("redis-server --appendonly no --save").hasSavePoints)
  }

  @Test func `a variable leaves a setting open, and a file in the container is not read`() throws {
    let variable = try compose("redis-server --appendonly ${AOF:-yes}")
    #expect(variable.appendonly == nil)
    #expect(variable.notRead == ["appendonly is a variable"])
    let file = try compose("redis-server /etc/redis.conf --maxmemory 1gb")
    #expect(file.notRead == ["/etc/redis.conf"])
    #expect(file.maxMemory == 1 << 30)
  }

  @Test func `anchors, entry points, users, and several servers`() throws {
    let text = """
      x-redis: &redis
        image: redis:7
        command: redis-server --appendonly yes
      services:
        app: { image: app }
        one: { <<: *redis, user: "999:1000" }
        two: { image: valkey/valkey:8, entrypoint: [valkey-server], command: [--appendonly, "no"] }
      """
    let error = #expect(throws: ConfigurationError.self) { try read(text, named: "c.yml") }
    #expect(error?.message == "has several servers: one, two; --service names one")
    let one = try read(text, named: "c.yml", "one")
    #expect(one.appendonly == true && one.user == 999)
    #expect(try read(text, named: "c.yml", "two").appendonly == false)
    #expect(throws: ConfigurationError.self) { try read(text, named: "c.yml", "app") }
    #expect(throws: ConfigurationError.self) { try read(text, named: "c.yml", "three") }
    #expect(throws: ConfigurationError.self) { try read("a: [", named: "c.yml") }
  }
}
