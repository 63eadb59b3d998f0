import Foundation
import TestSupport
import Testing

/// Where answers go.
struct OutputTests {
  static let commands: [[String]] = [
    Story.impact(), Story.impact("--details"), Story.impact("--format", "json"),
    Story.impact("--format", "ndjson"), ["inspect", Story.backup, "--at", Story.moment],
    ["inspect", Story.backup, "--at", Story.moment, "--format", "json"],
    ["verify", Story.backup, Story.current], ["verify", Story.backup, "--format", "json"],
    ["digest", Story.backup], ["policy", "show"],
  ]

  @Test(arguments: commands)
  func `the answer goes to standard output, and to a file if one is named`(
    arguments: [String]
  ) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "answer").filePath
    let plain = try Lossmap.run(arguments)
    #expect(plain.status == 0)
    #expect(!plain.output.isEmpty)
    #expect(plain.errors == "")
    let run = try Lossmap.run(arguments + ["-o", file])
    #expect(run.status == 0)
    #expect(run.output == [])
    #expect(run.errors == "")
    // The same input gives the same answer, byte for byte, and in a file there are no colours.
    #expect(Array(try Data(contentsOf: URL(filePath: file))) == plain.output)
    #expect(charactersThatAct(in: plain.text) == [])
  }

  @Test func `a file that was there is written over`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file([UInt8](repeating: 0x78, count: 1_000_000), named: "answer")
    let run = try Lossmap.run("verify", Story.backup, "-o", file)
    #expect(run.status == 0)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text == (try Lossmap.run("verify", Story.backup).text))
  }

  @Test(arguments: commands, ["/no/such/folder/answer", "/dev/full"])
  func `a file that can't be written is 74`(arguments: [String], path: String) throws {
    let run = try Lossmap.run(arguments + ["-o", path])
    #expect(run.status == 74)
    #expect(run.output == [])
    #expect(run.errors.hasPrefix("lossmap: \(path): can't be written: "), "\(run.errors)")
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test(arguments: commands + [["--help"], ["help", "impact"], ["--version"]])
  func `a full disk behind standard output is 74`(arguments: [String]) throws {
    let run = try Lossmap.shell("lossmap \(arguments.joined(separator: " ")) > /dev/full")
    #expect(run.status == 74)
    #expect(run.errors.hasPrefix("lossmap: standard output: can't be written: "))
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test func `a closed standard output is 74`() throws {
    #expect(try Lossmap.shell("lossmap verify \(Story.backup) >&-").status == 74)
  }

  @Test(arguments: [Story.impact("--format", "json"), ["policy", "show"]])
  func `a reader that has enough is no failure`(arguments: [String]) throws {
    // More than a pipe holds, so that the writer meets its end.
    #expect(try Lossmap.run(arguments).output.count > 1 << 16)
    let run = try Lossmap.shell(
      "lossmap \(arguments.joined(separator: " ")) | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}")
    #expect(run.text == "0\n")
    #expect(run.errors == "")
  }

  @Test func `a level that was reached counts although the reader had enough`() throws {
    let line = Story.impact("--format", "json", "--fail-on", "high").joined(separator: " ")
    let run = try Lossmap.shell("lossmap \(line) | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}")
    #expect(["0\n", "1\n"].contains(run.text))
    #expect(run.errors == "")
  }

  @Test func `no line of the bundled answer is wider than 100 columns, and it fits on a screen`()
    throws
  {
    let lines = try Lossmap.run(Story.impact()).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.filter { $0.unicodeScalars.count > 100 } == [])
    #expect(lines.count <= 60)
  }

  @Test func `colours appear on a terminal only, and not if they are not wanted`() throws {
    func colored(_ prefix: String, _ flag: String = "") throws -> Bool {
      // `script` gives the command a terminal.
      let line = "\(Lossmap.program.filePath) \(Story.impact().joined(separator: " ")) \(flag)"
      let run = try Lossmap.shell("env -u NO_COLOR \(prefix) script -qec '\(line)' /dev/null")
      #expect(run.status == 0)
      #expect(run.text.contains("Severity"))
      return run.output.contains(0x1B)
    }
    #expect(try colored("TERM=xterm"))
    #expect(try !colored("TERM=xterm", "--no-color"))
    #expect(try !colored("TERM=xterm NO_COLOR=1"))
    #expect(try !colored("TERM=dumb"))
  }
}
