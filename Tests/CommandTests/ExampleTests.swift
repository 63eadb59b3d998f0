import Foundation
import TestSupport
import Testing

/// The programs of `Examples`, run on fixtures.
struct ExampleTests {
  private func run(_ name: String, _ arguments: String...) throws -> [String] {
    let program = Lossmap.program.deletingLastPathComponent().appending(path: name)
    let run = try Lossmap.run(program: program, arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    return run.text.split(separator: "\n").map(String.init)
  }

  @Test func `keys are walked`() throws {
    let lines = try run("example-walk-keys", Story.backup)
    let digests = try Lossmap.run("digest", Story.backup, "--keys").text.split(separator: "\n")
    // Digest, database, type and name, two blanks apart.
    let keys = digests.map { String($0.dropFirst(42).replacing("  ", with: " ")) }
    #expect(lines == keys)
  }

  @Test func `sizes are added up by prefix`() throws {
    let lines = try run("example-sum-by-prefix", Story.backup)
    let inspect = try JSON(Lossmap.run("inspect", Story.backup, "--format", "json").output)
    let bytes = inspect["encodings"]?.elements?.compactMap { $0["bytes"]?.integer }.reduce(0, +)
    #expect(lines.compactMap { Int64($0.prefix { $0 != " " }) }.reduce(0, +) == bytes)
    #expect(lines.contains { $0.hasSuffix(" jwt") })
  }

  @Test func `a policy of one's own judges`() throws {
    let lines = try run("example-own-policy", Story.backup, Story.current)
    #expect(lines.first?.hasPrefix("severity ") == true)
    #expect(lines.contains { $0.hasPrefix("session: ") })
  }
}
