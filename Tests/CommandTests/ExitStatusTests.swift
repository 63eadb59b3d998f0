import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The statuses that scripts rely on (design §4).
struct ExitStatusTests {
  /// An input that is no sound backup of this build.
  struct Bad: CustomStringConvertible, Sendable {
    let description: String
    let status: Int32
    let bytes: [UInt8]

    init(_ description: String, _ status: Int32, _ bytes: [UInt8]) {
      (self.description, self.status, self.bytes) = (description, status, bytes)
    }
  }

  static let bad: [Bad] = [
    Bad("truncated", 2, Array(soundFile().dropLast(9))),
    Bad("without its checksum", 2, Array(soundFile().dropLast(8))),
    Bad("nothing but a header", 2, Array("REDIS0010".utf8)),
    Bad("flipped", 2, soundFile().enumerated().map { $0 == 14 ? $1 ^ 1 : $1 }),
    Bad("a wrong checksum", 2, soundFile().enumerated().map { $0 == 20 ? $1 ^ 1 : $1 }),
    Bad("a version that is no number", 2, Array("REDIS00x0".utf8) + soundFile().dropFirst(9)),
    Bad("version 99", 3, Array("REDIS0099".utf8) + soundFile().dropFirst(9)),
    Bad("Valkey's version 99", 3, Array("VALKEY099".utf8) + soundFile().dropFirst(9)),
    Bad("an unknown type", 3, file { $0.key("k", [40, 0]) }),
    Bad("an empty file", 4, []), Bad("8 bytes", 4, Array("REDIS001".utf8)),
    Bad("text", 4, Array("This is no backup, but a text.\n".utf8)),
    Bad("damaged gzip data", 2, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4]),
    Bad("a damaged append-only file", 2, Array("*2\r\n$6\r\nSELECT\r\nno\r\n".utf8)),
    Bad("zeros", 4, [UInt8](repeating: 0, count: 100)),
  ]

  private static func file(_ fill: (inout RDBBuilder) -> Void) -> [UInt8] {
    var builder = RDBBuilder()
    fill(&builder)
    return builder.file()
  }

  @Test(arguments: bad)
  func `a bad input has the same status in every command`(input: Bad) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(input.bytes)
    for arguments in [
      ["impact", path, "--fail-on", "low"], ["impact", path, "--current", Story.current],
      ["impact", Story.backup, "--current", path], ["inspect", path], ["digest", path],
      ["verify", path, "--strict"],
    ] {
      let run = try Lossmap.run(arguments)
      #expect(run.status == input.status, "\(arguments): \(run.errors)")
    }
  }

  @Test(arguments: ["impact", "inspect", "verify", "digest"])
  func `what can't be opened is 4`(command: String) throws {
    let folder = try TemporaryFolder()
    let pipe = folder.url.appending(path: "pipe").filePath
    #expect(try Lossmap.shell("mkfifo '\(pipe)'").status == 0)
    for path in [
      "no/such/file.rdb", folder.url.filePath, "", "/dev/null", pipe, Story.backup + "/x",
    ] {
      #expect(try Lossmap.run(command, path).status == 4, "\(path)")
    }
  }

  @Test func `what may not be read is 4`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(soundFile())
    // Root may read everything, and so steps down.
    let user = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
    let run = try Lossmap.shell(
      "chmod 755 '\(folder.url.filePath)'; chmod 0 '\(path)'; \(user) '\(Lossmap.program.filePath)' verify '\(path)'"
    )
    #expect(run.status == 4)
    #expect(run.text.contains("Permission denied"))
  }

  // MARK: Findings

  @Test(
    arguments: [
      ("user:session:1", "low", 0), ("orders:strategy:1", "low", 1),
      ("orders:strategy:1", "medium", 0), ("order:1", "low", 1), ("order:1", "medium", 1),
      ("order:1", "high", 0), ("rate_limit:auth:1", "medium", 1), ("rate_limit:auth:1", "high", 1),
    ] as [(String, String, Int32)])
  func `a level that was reached is 1`(key: String, level: String, status: Int32) throws {
    let folder = try TemporaryFolder()
    let backup = try folder.file(soundFile(key: key))
    let empty = "Fixtures/rdb/empty_v10.rdb"
    let arguments = ["impact", backup, "--current", empty, "--at", Story.moment]
    let plain = try Lossmap.run(arguments)
    let run = try Lossmap.run(arguments + ["--fail-on", level])
    #expect(plain.status == 0)
    #expect(run.status == status)
    #expect(run.output == plain.output, "the answer is the same")
    #expect(run.errors == "")
  }

  @Test(arguments: ["text", "json", "ndjson"])
  func `a level that was reached is 1 in every format`(format: String) throws {
    let run = try Lossmap.run(Story.impact("--format", format, "--fail-on", "high"))
    #expect(run.status == 1)
    #expect(!run.output.isEmpty)
  }

  @Test
  func `a level that could be reached is 1 without a current state`() throws {
    for (level, status) in [("low", 1), ("medium", 1), ("high", 1)] as [(String, Int32)] {
      #expect(try Lossmap.run("impact", Story.backup, "--fail-on", level).status == status)
    }
    // Restoring nothing loses everything.
    #expect(
      try Lossmap.run("impact", "Fixtures/rdb/empty_v10.rdb", "--fail-on", "high").status == 1)
  }

  @Test func `warnings are 1 if one is strict`() throws {
    let folder = try TemporaryFolder()
    let trailing = try folder.file(soundFile() + [0])
    for path in ["Fixtures/rdb/nochecksum_v10.rdb", trailing] {
      #expect(try Lossmap.run("verify", path).status == 0)
      #expect(try Lossmap.run("verify", path, "--strict").status == 1)
    }
    #expect(try Lossmap.run("verify", Story.backup, "--strict").status == 0)
  }

  @Test func `of several inputs the worst counts`() throws {
    let folder = try TemporaryFolder()
    var paths: [Int32: String] = [:]
    for status in [2, 3, 4] as [Int32] {
      let bytes = try #require(Self.bad.first { $0.status == status }).bytes
      paths[status] = try folder.file(bytes, named: "\(status).rdb")
    }
    paths[1] = "Fixtures/rdb/nochecksum_v10.rdb"
    paths[0] = Story.backup
    let order: [Int32] = [4, 2, 3, 1, 0]
    for (worse, better) in zip(order, order.dropFirst()) {
      for pair in [[worse, better], [better, worse]] {
        let run = try Lossmap.run(["verify", "--strict"] + pair.compactMap { paths[$0] })
        #expect(run.status == worse, "\(pair)")
      }
    }
    let all = try Lossmap.run(["verify", "--strict"] + order.reversed().compactMap { paths[$0] })
    #expect(all.status == 4)
    #expect(all.text.split(separator: "\n").count >= 5, "each has its verdict")
  }

  @Test
  func `of a backup and a current state the worse counts`() throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.file(malformedFile(), named: "damaged.rdb")
    let newer = try folder.file(RDBBuilder("REDIS0099").file(), named: "newer.rdb")
    for (first, second) in [(damaged, newer), (newer, damaged)] {
      #expect(try Lossmap.run("impact", first, "--current", second).status == 2)
    }
    for other in [damaged, newer, Story.backup] {
      #expect(try Lossmap.run("impact", other, "--current", "no/such/file").status == 4)
      #expect(try Lossmap.run("impact", "no/such/file", "--current", other).status == 4)
    }
  }

  // MARK: Usage

  @Test(arguments: [
    ["no-such-verb"], ["--no-such-flag"], ["impact"], ["inspect"], ["verify"],
    ["impact", "a", "b"],
    ["inspect", "a", "b"], ["impact", "a", "--current"], ["impact", "a", "--format", "xml"],
    ["impact", "a", "--format", "ndjson"], ["impact", "a", "--fail-on", "none"],
    ["impact", "a", "--fail-on", "urgent"], ["impact", "a", "--at", "yesterday"],
    ["impact", "a", "--at", "2026-03-11T01:00:00"],
    ["impact", "a", "--at", "2026-02-30T00:00:00Z"],
    ["impact", "a", "--at", ""], ["inspect", "a", "--at", "1.5"],
    ["inspect", "a", "--format", "ndjson"],
    ["verify", "a", "--format", "xml"], ["policy", "check", "a", "b"], ["policy", "tell"],
    ["digest", "a", "--format", "ndjson"],
  ])
  func `wrong usage is 64`(arguments: [String]) throws {
    let run = try Lossmap.run(arguments)
    #expect(run.status == 64)
    #expect(run.output == [])
    #expect(!run.errors.isEmpty)
  }

  @Test(arguments: [
    ["--help"], ["--version"], [], ["help"], ["help", "impact"], ["impact", "--help"], ["policy"],
    ["policy", "show"], ["policy", "check"],
  ])
  func `asking for help is 0`(arguments: [String]) throws {
    let run = try Lossmap.run(arguments)
    #expect(run.status == 0)
    #expect(!run.output.isEmpty)
    #expect(run.errors == "")
  }

  @Test(arguments: [
    [], ["impact"], ["inspect"], ["verify"], ["digest"], ["policy"], ["policy", "show"],
    ["policy", "check"],
  ])
  func `the help of every command lists the exit statuses`(command: [String]) throws {
    let text = try Lossmap.run(command + ["--help"]).text
    #expect(text.contains("EXIT STATUS"))
    for status in ["0", "1", "2", "3", "4", "64", "74"] {
      #expect(text.contains(try Regex("(?m)^ +\(status) +[a-z]")), "\(status)")
    }
  }
}
