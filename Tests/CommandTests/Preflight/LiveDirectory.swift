import Foundation
import TestSupport

/// A data directory as a server with its log on leaves it behind, made once for all tests: 20 keys, a BGSAVE, 30 more
/// keys, a clean stop. This is how the observed cases were made.
struct LiveDirectory {
  /// `dump.rdb` and `appendonlydir`, with 50 keys.
  let tree: FileTree
  /// The backup: the first 20 keys.
  let backup: Data
  /// The same directory after a rewrite of the log, with commands behind the base.
  let rewritten: FileTree

  static let shared = Result { try LiveDirectory() }

  static let log = "appendonlydir/appendonly.aof"
  static let manifest = "\(log).manifest"
  static let base = "\(log).1.base.rdb"
  static let increment = "\(log).1.incr.aof"

  private init() throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    let flags = ["--appendonly", "yes", "--save", "3600 1", "--dir", data.filePath]
    let server = try RedisServer(flags)
    for number in 1...20 { try server.command("SET", "k\(number)", "value \(number)") }
    try server.command("BGSAVE")
    try server.wait(for: "rdb_bgsave_in_progress:0")
    backup = try Data(contentsOf: data.appending(path: "dump.rdb"))
    for number in 21...50 { try server.command("SET", "k\(number)", "value \(number)") }
    try server.shutDown()
    tree = try FileTree(at: data)

    let second = try RedisServer(flags)
    try second.command("BGREWRITEAOF")
    try second.wait(for: "aof_rewrite_in_progress:0")
    try second.command("DEL", "k1", "k2")
    try second.command("EXPIRE", "k3", "100000")
    for number in 51...60 { try second.command("SET", "k\(number)", "value \(number)") }
    try second.shutDown()
    rewritten = try FileTree(at: data)
  }
}

extension RedisServer {
  /// Waits until `INFO persistence` has a line.
  func wait(for line: String) throws {
    for _ in 0..<500 {
      usleep(10_000)
      let text = try command("INFO", "persistence").text ?? ""
      let isScheduled = text.contains("aof_rewrite_scheduled:1")
      if !isScheduled, text.split(whereSeparator: \.isNewline).contains(Substring(line)) { return }
    }
    throw CocoaError(.featureUnsupported)
  }

  /// Stops the server as `docker stop` does: with save points, it saves.
  func shutDown() throws {
    // The connection ends with the server.
    _ = try? send([Array("SHUTDOWN".utf8)])
    stop()
  }

  /// The keys that answer, by database, and how many keys there were right after loading.
  func keysAtStart() throws -> (answering: Set<String>, loaded: Int64) {
    var answering: Set<String> = []
    var loaded: Int64 = 0
    for database in 0..<16 {
      try command("SELECT", "\(database)")
      // The server may have begun to delete what has expired: it counts that.
      try command("MULTI")
      try command("DBSIZE")
      try command("INFO", "stats")
      let replies = try command("EXEC").elements ?? []
      loaded += replies.first?.integer ?? 0
      if database == 15 { loaded += Self.expiredKeys(replies.last?.text ?? "") }
    }
    for database in 0..<16 {
      try command("SELECT", "\(database)")
      for key in try command("KEYS", "*").elements ?? [] {
        answering.insert("\(database) \(key.text ?? "")")
      }
    }
    try command("SELECT", "0")
    return (answering, loaded)
  }

  private static func expiredKeys(_ info: String) -> Int64 {
    let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("expired_keys:") }
    return line.flatMap { Int64($0.dropFirst("expired_keys:".count)) } ?? 0
  }
}
