import Foundation
import TestSupport
import Testing

/// What is said about an input that can't be used: one line that names file, place and context.
struct ErrorLineTests {
  private func expectOneLine(
    _ run: Lossmap.Outcome, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.output == [], "\(comment)", sourceLocation: sourceLocation)
    #expect(run.errors.hasPrefix("lossmap: "), "\(comment)", sourceLocation: sourceLocation)
    #expect(run.errors.hasSuffix("\n"), "\(comment)", sourceLocation: sourceLocation)
    let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2, "\(comment): \(run.errors)", sourceLocation: sourceLocation)
    #expect(charactersThatAct(in: run.errors) == [], "\(comment)", sourceLocation: sourceLocation)
  }

  @Test func `damage in a value names file, offset, key and what was being read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(malformedFile())
    for arguments in [
      ["impact", path], ["impact", path, "--current", Story.current],
      ["impact", Story.backup, "--current", path],
      ["impact", path, "--format", "json"],
      ["impact", path, "--current", Story.current, "--format", "ndjson"],
      ["digest", path],
    ] {
      let run = try Lossmap.run(arguments)
      #expect(run.status == 2)
      expectOneLine(run, "\(arguments)")
      let pattern = /lossmap: (.*): offset 0x([0-9a-f]+): key "bad" \(set, intset\): (.+)\n/
      let match = try #require(try pattern.wholeMatch(in: run.errors), "\(run.errors)")
      #expect(match.1 == path)
      let offset = try #require(Int(match.2, radix: 16))
      #expect(offset < malformedFile().count)
    }
  }

  @Test(arguments: ExitStatusTests.bad)
  func `each error is one line, and no part of an answer`(input: ExitStatusTests.Bad) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(input.bytes)
    for arguments in [
      ["impact", path, "--format", "json"], ["inspect", path], ["digest", path],
      ["impact", Story.backup, "--current", path, "--format", "ndjson"],
    ] {
      let run = try Lossmap.run(arguments)
      expectOneLine(run, "\(arguments)")
      #expect(run.errors.hasPrefix("lossmap: \(path): "))
      #expect(run.errors.contains(": offset 0x"), "\(run.errors)")
    }
  }

  @Test
  func `an error says what was being read, wherever a file ends`() throws {
    let folder = try TemporaryFolder()
    var builder = RDBBuilder()
    builder.auxiliary("redis-ver", "7.0.15")
    builder.selectDatabase(0)
    builder.expiry(.max)
    builder.key("hash", [4, 1] + RDBBuilder.string("field") + RDBBuilder.string("value"))
    let bytes = builder.file()
    for length in stride(from: 9, to: bytes.count, by: 3) {
      let path = try folder.file(Array(bytes.prefix(length)))
      let run = try Lossmap.run("impact", path)
      #expect(run.status == 2)
      let pattern = /lossmap: .*: offset 0x[0-9a-f]+: (?<context>[^:]+): (?<message>.+)\n/
      #expect(try pattern.wholeMatch(in: run.errors) != nil, "\(length) bytes: \(run.errors)")
    }
  }

  @Test func `a file that can't be opened is named with the reason`() throws {
    let folder = try TemporaryFolder()
    for (path, reason) in [
      ("no/such/file.rdb", "can't be opened: No such file or directory"),
      (folder.url.filePath, "has neither an append-only log nor an RDB file"),
      ("/dev/null", "is not a regular file, not a backup file"),
    ] {
      for command in ["impact", "inspect", "digest"] {
        let run = try Lossmap.run(command, path)
        expectOneLine(run, path)
        #expect(run.errors == "lossmap: \(path): \(reason)\n")
      }
    }
  }

  /// Everything that does harm where it is shown, and what does none.
  static let hostileNames = [
    "a\u{1B}[31m\u{9B}31m\u{1B}]0;t\u{7}\n\r\t\u{8}\u{7F}\u{202E}\u{200B}\u{2028}\u{E0041}\u{FEFF}\"\\b.rdb",
    "漢字 é.rdb",
  ]

  @Test(arguments: hostileNames)
  func `a hostile file name reaches no terminal raw`(name: String) throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.file(malformedFile(), named: name)
    let sound = try folder.file(soundFile(), named: "s" + name)
    let missing = folder.url.appending(path: "m" + name).filePath
    for path in [damaged, sound, missing] {
      for arguments in [
        ["impact", path], ["impact", Story.backup, "--current", path], ["inspect", path],
        ["verify", path],
        ["verify", path, "--format", "json"], ["impact", path, "--format", "json"],
        ["digest", path],
        ["impact", Story.backup, "--policy", path], ["policy", "check", path],
        ["verify", Story.backup, "-o", "\(path)/x"],
      ] {
        let run = try Lossmap.run(arguments)
        #expect(run.status < 128)
        #expect(charactersThatAct(in: run.text + run.errors) == [], "\(arguments[0])")
        #expect(run.errors.split(separator: "\n").count <= 1, "\(arguments[0])")
      }
    }
  }

  @Test(arguments: hostileNames)
  func `a hostile argument reaches no terminal raw`(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(soundFile(), named: name)
    for arguments in [
      ["inspect", Story.backup, path], ["inspect", Story.backup, "--at", name], [name],
      ["verify", Story.backup, "--format", name], ["verify", path, "-o", path],
    ] {
      let run = try Lossmap.run(arguments)
      #expect(run.status == 64)
      #expect(charactersThatAct(in: run.errors) == [], "\(arguments[0])")
    }
  }

  @Test func `a file name that is no text reaches no terminal raw`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(malformedFile(), named: "x")
    let run = try Lossmap.shell(
      "cd '\(folder.url.filePath)' && mv x $'\\xff\\e[31m' && lossmap inspect $'\\xff\\e[31m'")
    #expect([2, 4].contains(run.status))
    #expect(charactersThatAct(in: run.text + run.errors) == [])
  }

  @Test(arguments: hostileNames)
  func `a hostile key name reaches no terminal raw`(name: String) throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.file(malformedFile(key: name), named: "damaged.rdb")
    let sound = try folder.file(soundFile(key: name), named: "sound.rdb")
    let twice = try folder.file(
      {
        var builder = RDBBuilder()
        builder.string(name, "1")
        builder.string(name, "2")
        return builder.file()
      }(), named: "twice.rdb")
    for path in [damaged, sound, twice] {
      for arguments in [
        ["impact", path, "--current", Story.current, "--details"], ["impact", path],
        ["impact", path, "--current", Story.current, "--format", "ndjson"], ["inspect", path],
        ["inspect", path, "--format", "json"], ["verify", path],
        ["verify", path, "--format", "ndjson"],
        ["digest", path, "--keys"],
      ] {
        let run = try Lossmap.run(arguments)
        #expect(charactersThatAct(in: run.text + run.errors) == [], "\(arguments)")
        #expect(run.errors.split(separator: "\n").count <= 1)
      }
    }
  }
}
