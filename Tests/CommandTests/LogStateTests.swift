import TestSupport
import Testing

/// `digest`, `inspect` and `impact` of append-only logs: which state they take.
struct LogStateTests {
  private static func command(_ words: String...) -> String {
    "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
  }

  /// Two keys, the first of which goes again, and one that expires at 2,500,000 ms.
  private static let early =
    "#TS:1000\r\n" + command("SELECT", "0") + command("SET", "a", "1")
    + command("SET", "brief", "1", "PXAT", "2500000") + "#TS:2000\r\n" + command("SET", "b", "2")
  private static let late = "#TS:3000\r\n" + command("DEL", "a")
  private static let timed = early + late
  private static let torn = "*3\r\n$3\r\nSET\r\n$1\r\n"

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func log(_ text: String, named name: String = "a.aof") throws -> String {
    try folder.file(Array(text.utf8), named: name)
  }

  private func keys(_ path: String, _ arguments: String...) throws -> [String?] {
    let run = try Lossmap.run(["digest", path, "--keys", "--format", "ndjson"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try JSON.lines(run.output).map { $0["key"]?.text }.sorted { $0 ?? "" < $1 ?? "" }
  }

  @Test func `until a moment, a log holds what was written by then and has not expired`() throws {
    let path = try log(Self.timed)
    #expect(try keys(path) == ["b", "brief"])
    #expect(try keys(path, "--until", "1000") == ["a", "brief"])
    #expect(try keys(path, "--until", "1970-01-01T00:33:20Z") == ["a", "b", "brief"])
    #expect(try keys(path, "--until", "2999") == ["a", "b"])
    #expect(try keys(path, "--until", "3000") == ["b"])
  }

  @Test func `until a byte, a log holds what the commands before it made`() throws {
    let path = try log(Self.timed)
    let place = Self.early.utf8.count
    let whole = try Lossmap.run("digest", try log(Self.early, named: "early.aof"))
    #expect(try Lossmap.run("digest", path, "--until-offset", "\(place)").output == whole.output)
    // A command that begins before the byte and ends behind it has not been written yet.
    let inside = place + Self.late.utf8.count - 1
    #expect(try Lossmap.run("digest", path, "--until-offset", "\(inside)").output == whole.output)
    let run = try Lossmap.run("digest", path, "--until-offset", "\(Self.timed.utf8.count + 1)")
    #expect(run.status == 64)
  }

  @Test func `inspect counts the keys of that moment`() throws {
    let path = try log(Self.timed)
    let run = try Lossmap.run("inspect", path, "--until", "2000", "--format", "json")
    #expect(run.status == 0)
    #expect(try JSON(run.output)["keys"] == .integer(3))
  }

  @Test func `impact takes the backup and the current state as of moments of their own`() throws {
    let path = try log(Self.timed)
    let run = try Lossmap.run(
      "impact", path, "--until", "1000", "--current", path, "--current-until", "2000", "--at",
      "2000", "--format", "json")
    #expect(run.status == 0)
    let totals = try JSON(run.output)["totals"]
    #expect(totals?["lost"] == .integer(1))
    #expect(totals?["unchanged"] == .integer(2))
    #expect(totals?["resurrected"] == .integer(0))
  }

  @Test(arguments: [["digest"], ["inspect", "--format", "json"], ["impact", "--format", "json"]])
  func `an answer that had to leave out a command says that it is incomplete`(
    verb: [String]
  ) throws {
    let path = try log(Self.timed + Self.command("NOSUCH", "a"))
    let run = try Lossmap.run(verb + [path])
    #expect(run.status == 3)
    #expect(run.errors.contains("incomplete") && run.errors.contains("nosuch (at "))
    guard verb.count > 1 else { return }
    #expect(try isIncomplete(run))
    let whole = try Lossmap.run(verb + [try log(Self.timed, named: "whole.aof")])
    #expect(try whole.status == 0 && !isIncomplete(whole))
  }

  @Test func `what had to be left out is named, with how often and where first`() throws {
    let known =
      Self.timed + Self.command("SADD", "s", "a", "b", "c", "d")
      + Self.command("XADD", "x", "1-1", "f", "v")
    let choosing = Self.command("XADD", "x", "*", "f", "v")
    let path = try log(
      known + choosing + Self.command("spop", "s", "2") + Self.command("SPOP", "s", "3")
        + Self.command("EVAL", "return 1", "0") + Self.command("FCALL", "f", "0")
        + Self.command("EVALSHA", "f00", "0") + Self.command("INCRBYFLOAT", "a", "1.5")
        + Self.command("HINCRBYFLOAT", "h", "f", "1.5")
        + Self.command("XTRIM", "x", "MAXLEN", "~", "10"))
    let run = try Lossmap.run("digest", path)
    #expect(run.status == 3)
    let first = known.utf8.count
    let second = first + choosing.utf8.count
    func place(_ offset: Int) -> String { "at \(path): offset 0x\(String(offset, radix: 16)))" }
    #expect(run.errors.contains("xadd (\(place(first))"), "\(run.errors)")
    #expect(run.errors.contains("spop (2 times, the first \(place(second))"), "\(run.errors)")
    for name in ["eval", "fcall", "evalsha", "incrbyfloat", "hincrbyfloat", "xtrim"] {
      #expect(run.errors.contains("\(name) (at "), "\(name): \(run.errors)")
    }
  }

  /// What a report says about its backup, which is all that `inspect` is about.
  private func isIncomplete(_ run: Lossmap.Outcome) throws -> Bool {
    let json = try JSON(run.output)
    return (json["backup"] ?? json)["incomplete"] == .flag(true)
  }

  @Test(arguments: [["digest"], ["digest", "--keys"], ["impact", "--at", "1970-01-01T01:00:00Z"]])
  func `a torn tail is left out, with a warning`(verb: [String]) throws {
    let path = try log(Self.timed)
    let whole = try Lossmap.run(verb + [path])
    #expect(whole.status == 0 && whole.errors == "")
    _ = try log(Self.timed + Self.torn)
    let torn = try Lossmap.run(verb + [path])
    #expect(torn.status == 0)
    #expect(torn.output == whole.output)
    #expect(torn.errors.contains("warning: \(path): offset 0x"), "\(torn.errors)")
    let inspected = try Lossmap.run("inspect", path, "--format", "json")
    #expect(inspected.status == 0 && inspected.errors == torn.errors)
    #expect(try JSON(inspected.output)["keys"] == .integer(2))
  }

  @Test(arguments: [["digest"], ["inspect"], ["impact"]])
  func `what has no times can't be taken as of a moment`(verb: [String]) throws {
    let untimed = try log(Self.command("SET", "a", "1"))
    for path in [Story.backup, untimed] {
      let run = try Lossmap.run(verb + [path, "--until", "2000"])
      #expect(run.status == 64 && run.output == [], "\(path)")
    }
    let run = try Lossmap.run(verb + [Story.backup, "--until-offset", "100"])
    #expect(run.status == 64 && run.output == [])
    // Before its first annotation, nothing is known of a log that begins with commands.
    let early = try Lossmap.run(verb + [try log(Self.timed), "--until", "999"])
    #expect(early.status == 64 && early.output == [])
  }

  @Test func `a moment and a byte exclude each other`() throws {
    let path = try log(Self.timed)
    #expect(try Lossmap.run("digest", path, "--until", "2000", "--until-offset", "1").status == 64)
  }
}
