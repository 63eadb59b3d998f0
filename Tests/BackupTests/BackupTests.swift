import AOF
import Backup
import BinaryInput
import Foundation
import TestSupport
import Testing

struct BackupTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appending(path: name).filePath }

  /// What is found at a path, in words.
  private func found(_ name: String, part: String? = nil) throws -> String {
    let backup = try Backup(path: path(name), part: part)
    switch backup.contents {
    case .snapshot(let file):
      let name = file.path.split(separator: "/").last ?? ""
      return "\(backup.container.rawValue) snapshot \(name.split(separator: ":").last ?? "")"
    case .log(let log):
      return "\(backup.container.rawValue) log of \(log.parts.map(\.role.rawValue))"
    }
  }

  /// A data directory as a server with the log switched on leaves it.
  private func dataDirectory() throws {
    try folder.run(
      """
      mkdir -p data/appendonlydir
      printf 'REDIS0010\\377\\0\\0\\0\\0\\0\\0\\0\\0' > data/dump.rdb
      cp data/dump.rdb data/appendonlydir/appendonly.aof.1.base.rdb
      printf '*1\\r\\n$4\\r\\nPING\\r\\n' > data/appendonlydir/appendonly.aof.1.incr.aof
      cd data/appendonlydir
      printf 'file appendonly.aof.1.base.rdb seq 1 type b\\n' > appendonly.aof.manifest
      printf 'file appendonly.aof.1.incr.aof seq 1 type i\\n' >> appendonly.aof.manifest
      """)
  }

  @Test func `of a data directory counts what a server would load`() throws {
    try dataDirectory()
    #expect(try found("data") == "directory log of [\"base\", \"incr\"]")
    #expect(try found("data/appendonlydir") == "directory log of [\"base\", \"incr\"]")
    #expect(
      try found("data/appendonlydir/appendonly.aof.manifest") == "file log of [\"base\", \"incr\"]")
    #expect(try found("data", part: "dump.rdb") == "directory snapshot dump.rdb")
    try folder.run("rm -r data/appendonlydir")
    #expect(try found("data") == "directory snapshot dump.rdb")
  }

  @Test(arguments: [
    "-C data -cf a.tar .", "-czf a.tar data", "-cJf a.tar data/appendonlydir data/dump.rdb",
  ])
  func `an archive is the directory that it holds`(arguments: String) throws {
    try dataDirectory()
    try folder.run("tar \(arguments)")
    #expect(try found("a.tar") == "archive log of [\"base\", \"incr\"]")
    let dump = arguments.contains("-C") ? "dump.rdb" : "data/dump.rdb"
    #expect(try found("a.tar", part: dump) == "archive snapshot dump.rdb")
    #expect(throws: InputError.self) { try found("a.tar", part: "../etc/passwd") }
  }

  @Test func `a compressed file is the file`() throws {
    try dataDirectory()
    try folder.run(
      "gzip -c data/dump.rdb > dump.gz; gzip -c data/appendonlydir/*.incr.aof > log.gz; gzip -c dump.gz > twice.gz"
    )
    #expect(try found("dump.gz") == "archive snapshot dump.gz")
    #expect(try found("log.gz") == "archive log of [\"whole\"]")
    #expect(try found("twice.gz") == "archive snapshot twice.gz")
  }

  @Test func `what has several candidates or none is refused`() throws {
    try folder.run(
      "mkdir none two; printf x > none/x; cp \(Repository.fixtures.appending(path: "rdb/empty_v10.rdb").filePath) two/a.rdb; cp two/a.rdb two/b.rdb"
    )
    #expect(throws: InputError.self) { try found("none") }
    let error = #expect(throws: InputError.self) { try found("two") }
    #expect(error?.problem.contains("2 RDB files") == true)
    #expect(try found("two", part: "b.rdb") == "directory snapshot b.rdb")
  }
}
