import Foundation
import TestSupport
import Testing

/// No verb writes anything but what it was asked to write.
struct InputUntouchedTests {
  /// Every verb, on every kind of input; `OUT` is the only folder in which something may appear.
  private static let runs = [
    "impact a.rdb --current b.rdb", "impact volume.tar.gz --current data --format ndjson",
    "impact a.rdb --current b.rdb --format json -o OUT/impact.json",
    "rank a.rdb volume.tar.gz --current b.rdb",
    "diff a.rdb b.rdb --values", "diff a.rdb b.rdb --memory 16M --temp-dir OUT",
    "diff a.rdb data --summary",
    "inspect a.rdb.gz", "inspect data/appendonlydir", "inspect - < a.rdb",
    "verify a.rdb volume.tar.gz data data/appendonlydir --target redis-7.0",
    "verify torn.rdb --salvage OUT/saved.resp", "verify a.rdb --prometheus OUT/metrics.prom",
    "verify torn.aof", "timeline data/appendonlydir", "digest volume.tar.gz --keys --format ndjson",
    "digest torn.aof", "stage a.rdb --into OUT/one", "stage data/appendonlydir --into OUT/two",
    "preflight data --appendonly yes --config redis.conf --backup a.rdb", "preflight volume.tar.gz",
    "preflight . --appendonly no", "carry a.rdb --current b.rdb",
    "carry volume.tar.gz --current data --format commands",
    "memory a.rdb", "memory data --format ndjson", "policy check policy.yaml", "policy show",
  ]

  private func input(in folder: TemporaryFolder) throws -> String {
    let root = folder.url.appending(path: "input")
    let fixtures = Repository.fixtures
    var tree = FileTree()
    tree["a.rdb"] = try Data(contentsOf: fixtures.appending(path: "bitrun/backup.rdb"))
    tree["b.rdb"] = try Data(contentsOf: fixtures.appending(path: "bitrun/incident.rdb"))
    tree["torn.rdb"] = tree["a.rdb"]?.dropLast(2000)
    let set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
    tree["torn.aof"] = Data((set + set.dropLast(4)).utf8)
    tree["dump.rdb"] = tree["a.rdb"]
    tree["data/dump.rdb"] = tree["a.rdb"]
    tree["data/appendonlydir/appendonly.aof.1.base.rdb"] = tree["b.rdb"]
    tree["data/appendonlydir/appendonly.aof.1.incr.aof"] = Data(set.utf8)
    tree["data/appendonlydir/appendonly.aof.manifest"] = Data(
      """
      file appendonly.aof.1.base.rdb seq 1 type b
      file appendonly.aof.1.incr.aof seq 1 type i

      """.utf8)
    tree["redis.conf"] = Data("appendonly yes\n".utf8)
    tree["policy.yaml"] = try Data(contentsOf: fixtures.appending(path: "policy/shop.yaml"))
    try tree.write(to: root)
    let packed = try Lossmap.shell(
      "cd '\(root.filePath)' && tar -czf volume.tar.gz -C data . && gzip -k a.rdb")
    #expect(packed.status == 0)
    return root.filePath
  }

  /// Everything about a tree but when it was read: names, kinds, modes, owners, sizes, numbers, when contents and
  /// attributes were changed. A file that was made and removed shows in its folder's times.
  private func state(of root: String) throws -> String {
    try Lossmap.shell(
      "find '\(root)' -printf '%p %y %m %U %G %s %i %T@ %C@\\n' | sort; find '\(root)' -type f -exec cksum {} + | sort"
    ).text
  }

  @Test func `inputs stay as they are, and nothing is left in the temporary folder`() throws {
    let folder = try TemporaryFolder()
    let root = try input(in: folder)
    let (out, temporary) = ("\(folder.url.filePath)/out", "\(folder.url.filePath)/tmp")
    for path in [out, temporary] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    let before = try state(of: root)
    for run in Self.runs {
      let outcome = try Lossmap.shell(
        "cd '\(root)' && export TMPDIR='\(temporary)' && lossmap \(run.replacing("OUT", with: out))"
      )
      #expect(outcome.status < 4, "\(run): \(outcome.errors)")
      #expect(try state(of: root) == before, "\(run)")
      let left = try FileManager.default.contentsOfDirectory(atPath: temporary)
      #expect(left.isEmpty, "\(run)")
    }
    let written = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(written == ["impact.json", "metrics.prom", "one", "saved.resp", "two"])
  }

  private static let tracer = "/usr/bin/strace"
  /// Whether processes may be traced here.
  private static let canTrace: Bool = {
    guard FileManager.default.isExecutableFile(atPath: tracer) else { return false }
    return (try? Lossmap.shell("\(tracer) -qq -o /dev/null true").status) == 0
  }()

  @Test(.enabled(if: canTrace, "strace is not here, or may not trace"))
  func `the system is asked to write nowhere else`() throws {
    let folder = try TemporaryFolder()
    let root = try input(in: folder)
    let (out, temporary) = ("\(folder.url.filePath)/out", "\(folder.url.filePath)/tmp")
    for path in [out, temporary] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    let trace = "\(folder.url.filePath)/trace"
    for run in Self.runs {
      _ = try Lossmap.shell(
        """
        cd '\(root)' && export TMPDIR='\(temporary)'
        lossmap() { \(Self.tracer) -f -y -qq -o '\(trace)' -e trace=%file '\(Lossmap.program.filePath)' "$@"; }
        lossmap \(run.replacing("OUT", with: out))
        """)
      let text = try String(contentsOfFile: trace, encoding: .utf8)
      #expect(text.contains("execve("), "\(run): nothing was traced")
      for line in text.split(separator: "\n") where Self.changes(line) {
        let isAllowed = [out, temporary, "/dev/null"].contains { line.contains("\"\($0)") }
        #expect(isAllowed, "\(run): \(line)")
      }
    }
  }

  /// Whether a call could change something by its name.
  private static func changes(_ line: Substring) -> Bool {
    if line.contains("O_WRONLY") || line.contains("O_RDWR") || line.contains("O_CREAT")
      || line.contains("O_TRUNC") || line.contains("O_TMPFILE")
    {
      return true
    }
    return [
      "creat(", "mkdir", "rename", "unlink", "rmdir(", "truncate(", "link(", "linkat(", "chmod",
      "chown", "utime", "mknod", "setxattr",
    ].contains { call in
      // A call stands behind the process's number.
      line.split(separator: " ", maxSplits: 1).last?.hasPrefix(call) == true
    }
  }
}
