import TestSupport
import Testing

/// A sample of damaged files, read by the command itself; every byte is tried in process.
struct DamageTests {
  private func fixture() throws -> [UInt8] {
    try #require(BackupFile.fixtures.first { $0.name == "expiries_v10" }).bytes()
  }

  private func expectRefusal(_ file: ScratchFile, _ comment: String) throws {
    for arguments in [
      ["verify", file.path], ["inspect", file.path],
      ["impact", file.path, "--current", Story.current],
    ] {
      let run = try Lossmap.run(arguments)
      #expect([2, 3, 4].contains(run.status), "\(comment): \(arguments[0]) is \(run.status)")
      if arguments[0] != "verify" { #expect(run.output == [], "\(comment): \(arguments[0])") }
    }
  }

  @Test func `no beginning of a file is taken for a whole one`() throws {
    let bytes = try fixture()
    let file = try ScratchFile(bytes)
    for length in stride(from: bytes.count - 1, through: 0, by: -47) {
      try file.resize(to: length)
      try expectRefusal(file, "cut to \(length) bytes")
    }
  }

  @Test func `no flipped byte is taken for a sound one`() throws {
    let bytes = try fixture()
    let file = try ScratchFile(bytes)
    for offset in stride(from: 0, to: bytes.count, by: 47) {
      try file.write([bytes[offset] ^ 0xFF], at: offset)
      try expectRefusal(file, "byte \(offset) flipped")
      try file.write([bytes[offset]], at: offset)
    }
  }

  @Test func `a file that shrinks to nothing is refused`() throws {
    let file = try ScratchFile([])
    try expectRefusal(file, "empty")
  }
}
