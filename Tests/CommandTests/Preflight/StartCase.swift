import Foundation
import TestSupport

/// A data directory, how the server is configured that starts in it, and what it then comes to.
struct StartCase: CustomStringConvertible, Sendable {
  let description: String
  var appendonly = true
  /// Further lines of the configuration.
  var lines: [(name: String, value: String)] = []
  let start: String
  /// What preflight finds, with its severity.
  let pitfalls: [String: String]
  /// How many keys answer; nil if that goes without saying.
  var keys: Int?
  let prepare: @Sendable (LiveDirectory) throws -> FileTree

  var status: Int32 {
    if start == "refuses" { return 2 }
    if start == "unknown" { return 3 }
    return pitfalls.values.contains { $0 != "note" } ? 1 : 0
  }
}

extension StartCase {
  private static let dump = "dump.rdb"
  private static let log = LiveDirectory.log

  private static func tree(_ files: [String: Data]) -> FileTree {
    var tree = FileTree()
    tree.files = files
    return tree
  }

  private static func set(_ range: ClosedRange<Int>) -> Data {
    Data(
      range.map { number in
        let key = "w\(number)"
        return "*3\r\n$3\r\nSET\r\n$\(key.utf8.count)\r\n\(key)\r\n$1\r\nv\r\n"
      }.joined().utf8)
  }

  /// An RDB with these keys, the last of them expired long ago.
  private static func snapshot(
    _ count: Int, expired: Int = 0, _ checksum: RDBBuilder.Checksum = .computed,
    header: String = "REDIS0010"
  ) -> Data {
    var builder = RDBBuilder(header)
    builder.auxiliary("redis-ver", "7.0.15")
    builder.auxiliary("ctime", "\(Int(Date().timeIntervalSince1970))")
    builder.auxiliary("used-mem", "900000")
    for number in 0..<count {
      if number >= count - expired { builder.expiry(1_700_000_000_000) }
      builder.string("s\(number)", "v")
    }
    return Data(builder.file(checksum))
  }

  /// The cases that were observed, by their names in the catalogue.
  static let observed: [StartCase] = [
    StartCase(
      description: "a1: the backup is copied over dump.rdb, the log is there", start: "loads",
      pitfalls: ["dump-ignored": "warning"], keys: 50
    ) { live in
      var tree = live.tree
      tree[dump] = live.backup
      return tree
    },
    StartCase(
      description: "a2: the backup is dump.rdb, there is no log", start: "empty",
      pitfalls: ["dump-ignored": "error"], keys: 0
    ) { tree([dump: $0.backup]) },
    StartCase(
      description: "a3: the log is deleted, dump.rdb stays", start: "empty",
      pitfalls: ["dump-ignored": "error"], keys: 0
    ) { tree([dump: $0.tree[dump] ?? Data()]) },
    StartCase(
      description: "a4: the log is moved away and switched off", appendonly: false, start: "loads",
      pitfalls: [:], keys: 20
    ) { live in
      var files = [dump: live.backup]
      for (name, data) in live.tree.files where name != dump {
        files[name.replacing("appendonlydir/", with: "appendonlydir-before/")] = data
      }
      return tree(files)
    },
    StartCase(
      description: "a5: the backup is the base of a log", start: "loads", pitfalls: [:], keys: 20
    ) { live in
      tree([
        "\(log).1.base.rdb": live.backup,
        "\(log).manifest": Data("file appendonly.aof.1.base.rdb seq 1 type b\n".utf8),
      ])
    },
    StartCase(
      description: "b: after a rewrite", start: "loads", pitfalls: ["dump-ignored": "note"],
      keys: 58
    ) { $0.rewritten },
    StartCase(
      description: "c1: a single log of Redis 6.2", start: "loads",
      pitfalls: ["old-log-moved": "note", "increment-as-log": "note"], keys: 15
    ) { _ in tree(["appendonly.aof": set(1...15)]) },
    StartCase(
      description: "c2: a single log beside the folder", start: "loads",
      pitfalls: ["dump-ignored": "note", "old-log-ignored": "warning"], keys: 50
    ) { live in
      var tree = live.tree
      tree["appendonly.aof"] = set(1...15)
      return tree
    },
    StartCase(
      description: "c3: an increment under the name of a single log", start: "loads",
      pitfalls: ["old-log-moved": "note", "increment-as-log": "warning"], keys: 10
    ) { live in
      let name = live.rewritten.files.keys.first { $0.hasSuffix(".2.incr.aof") } ?? ""
      return tree(["appendonly.aof": live.rewritten[name] ?? Data()])
    },
    StartCase(
      description: "c4: the folder without its manifest", start: "empty",
      pitfalls: ["manifest-missing": "error", "stale-increment": "error"], keys: 0
    ) { live in
      var tree = live.tree
      tree[LiveDirectory.manifest] = nil
      tree[dump] = nil
      return tree
    },
    StartCase(
      description: "c5: the base is missing", start: "refuses",
      pitfalls: [
        "base-missing": "error", "dump-ignored": "warning",
      ]
    ) { live in
      var tree = live.tree
      tree[LiveDirectory.base] = nil
      return tree
    },
    StartCase(
      description: "e: stopped, packed, unpacked", start: "loads",
      pitfalls: ["dump-ignored": "note"], keys: 50
    ) { $0.tree },
  ]
}

extension StartCase {
  /// What else goes wrong.
  static let others: [StartCase] = [
    StartCase(
      description: "nothing is there", start: "empty", pitfalls: ["nothing-to-load": "warning"]
    ) { _ in tree([:]) },
    StartCase(
      description: "the log is off, and there is one", appendonly: false, start: "loads",
      pitfalls: ["log-ignored": "warning"], keys: 20
    ) { live in
      var tree = live.tree
      tree[dump] = live.backup
      return tree
    },
    StartCase(
      description: "the log is off, and there is nothing else", appendonly: false, start: "empty",
      pitfalls: ["log-ignored": "error"], keys: 0
    ) { live in
      var tree = live.tree
      tree[dump] = nil
      return tree
    },
    StartCase(
      description: "the log is off, and its manifest is damaged", appendonly: false,
      start: "refuses", pitfalls: ["manifest-damaged": "error", "log-ignored": "warning"]
    ) { tree([dump: $0.backup, LiveDirectory.manifest: Data("junk\n".utf8)]) },
    StartCase(
      description: "an empty file as dump.rdb", appendonly: false, start: "refuses",
      pitfalls: ["damaged": "error"]
    ) { _ in tree([dump: Data()]) },
    StartCase(
      description: "a torn dump.rdb", appendonly: false, start: "refuses",
      pitfalls: ["damaged": "error"]
    ) { tree([dump: $0.backup.dropLast(20)]) },
    StartCase(
      description: "a wrong checksum", appendonly: false, start: "refuses",
      pitfalls: ["damaged": "error"]
    ) { _ in tree([dump: snapshot(20, .wrong)]) },
    StartCase(
      description: "a wrong checksum at which nobody looks", appendonly: false,
      lines: [("rdbchecksum", "no")], start: "unknown",
      pitfalls: ["checksum-ignored": "error", "unsupported": "warning"]
    ) { _ in tree([dump: snapshot(20, .wrong)]) },
    StartCase(
      description: "a dump.rdb without a key", appendonly: false, start: "loads",
      pitfalls: ["no-keys": "error"], keys: 0
    ) { _ in tree([dump: snapshot(0)]) },
    StartCase(
      description: "three keys", appendonly: false, start: "loads",
      pitfalls: ["few-keys": "warning"], keys: 3
    ) { _ in tree([dump: snapshot(3)]) },
    StartCase(
      description: "no checksum", appendonly: false, start: "loads",
      pitfalls: ["checksum-off": "warning"], keys: 20
    ) { _ in tree([dump: snapshot(20, .disabled)]) },
    StartCase(
      description: "a later version", appendonly: false, start: "refuses",
      pitfalls: ["version-too-new": "error"]
    ) { _ in tree([dump: snapshot(20, header: "REDIS0011")]) },
    StartCase(
      description: "a database that is too many", appendonly: false, lines: [("databases", "2")],
      start: "refuses", pitfalls: ["refused": "error"]
    ) { _ in
      var builder = RDBBuilder()
      builder.selectDatabase(5)
      builder.string("k", "v")
      return tree([dump: Data(builder.file())])
    },
    StartCase(
      description: "expired keys in dump.rdb", appendonly: false, start: "loads",
      pitfalls: ["expired-dropped": "note"], keys: 25
    ) { _ in tree([dump: snapshot(40, expired: 15)]) },
    StartCase(
      description: "expired keys in a log", start: "loads",
      pitfalls: ["expired-kept": "warning"], keys: 15
    ) { _ in
      tree([
        "\(log).1.base.rdb": snapshot(40, expired: 25),
        "\(log).manifest": Data("file appendonly.aof.1.base.rdb seq 1 type b\n".utf8),
      ])
    },
    StartCase(
      description: "every key has expired", appendonly: false, start: "loads",
      pitfalls: ["no-keys": "error", "expired-dropped": "warning"], keys: 0
    ) { _ in tree([dump: snapshot(30, expired: 30)]) },
    StartCase(
      description: "a torn tail", start: "loads",
      pitfalls: ["torn-tail": "warning", "dump-ignored": "warning"], keys: 49
    ) { live in
      var tree = live.tree
      tree[LiveDirectory.increment]?.removeLast(3)
      return tree
    },
    StartCase(
      description: "a torn tail that the server does not forgive",
      lines: [("aof-load-truncated", "no")], start: "refuses",
      pitfalls: ["torn-tail": "error", "dump-ignored": "warning"]
    ) { live in
      var tree = live.tree
      tree[LiveDirectory.increment]?.removeLast(3)
      return tree
    },
    StartCase(
      description: "a torn tail that is not the last", start: "refuses",
      pitfalls: ["damaged": "error", "dump-ignored": "warning"]
    ) { live in
      var tree = live.tree
      tree[LiveDirectory.increment]?.removeLast(3)
      tree["\(log).2.incr.aof"] = set(1...2)
      tree[LiveDirectory.manifest]?.append(
        Data("file appendonly.aof.2.incr.aof seq 2 type i\n".utf8))
      return tree
    },
    StartCase(
      description: "history is deleted, with the log off too", appendonly: false, start: "loads",
      pitfalls: ["log-ignored": "note"], keys: 50
    ) { live in
      var tree = live.tree
      tree["\(log).9.incr.aof"] = set(1...2)
      tree[LiveDirectory.manifest]?.append(
        Data("file appendonly.aof.9.incr.aof seq 9 type h\n".utf8))
      return tree
    },
    StartCase(
      description: "an increment that the manifest does not list", start: "loads",
      pitfalls: ["part-unlisted": "warning", "dump-ignored": "note"], keys: 50
    ) { live in
      var tree = live.tree
      tree["\(log).2.incr.aof"] = set(1...2)
      return tree
    },
    StartCase(
      description: "an increment that comes back", start: "loads",
      pitfalls: ["part-unlisted": "warning", "stale-increment": "error"], keys: 20
    ) { live in
      tree([
        "\(log).1.base.rdb": live.backup, "\(log).1.incr.aof": set(1...3),
        "\(log).manifest": Data("file appendonly.aof.1.base.rdb seq 1 type b\n".utf8),
      ])
    },
    StartCase(
      description: "copied during a rewrite: a second base and a file that is not finished",
      start: "loads", pitfalls: ["copied-during-rewrite": "warning", "dump-ignored": "note"],
      keys: 50
    ) { live in
      var tree = live.tree
      tree["\(log).2.base.rdb"] = live.backup
      tree["temp-rewriteaof-bg-123.aof"] = live.backup.prefix(100)
      return tree
    },
    StartCase(
      description: "a damaged log is moved before the server gives up", start: "refuses",
      pitfalls: ["damaged": "error", "old-log-moved": "note", "increment-as-log": "note"]
    ) { _ in tree(["appendonly.aof": Data("junk\r\n".utf8)]) },
    StartCase(
      description: "a base that was renamed to dump.rdb", appendonly: false, start: "loads",
      pitfalls: ["base-as-dump": "warning"]
    ) { live in
      let base = live.rewritten.files.keys.first { $0.hasSuffix(".2.base.rdb") } ?? ""
      return tree([dump: live.rewritten[base] ?? Data()])
    },
    StartCase(
      description: "a base that is younger than its increment", start: "loads",
      pitfalls: ["mixed-parts": "warning"], keys: 23
    ) { live in
      tree([
        "\(log).1.base.rdb": live.backup,
        "\(log).1.incr.aof": Data("#TS:1700000000\r\n".utf8) + set(1...3),
        LiveDirectory.manifest: Data(
          """
          file appendonly.aof.1.base.rdb seq 1 type b
          file appendonly.aof.1.incr.aof seq 1 type i

          """.utf8),
      ])
    },
    StartCase(
      description: "other names", lines: [("appendfilename", "my.aof"), ("dbfilename", "my.rdb")],
      start: "empty", pitfalls: ["log-elsewhere": "error"]
    ) { live in
      var tree = live.tree
      tree[dump] = nil
      return tree
    },
    StartCase(
      description: "no save points: dump.rdb stays", lines: [("save", "")], start: "empty",
      pitfalls: ["dump-ignored": "error"]
    ) { tree([dump: $0.backup]) },
    StartCase(
      description: "a base of commands", lines: [("aof-use-rdb-preamble", "no")], start: "empty",
      pitfalls: ["nothing-to-load": "warning"]
    ) { _ in tree([:]) },
  ]
}
