import Foundation
import TestSupport
import Testing

/// Sizes that a file claims or has take no more memory than is promised: the shell limits what the command may
/// allocate. `Tests/Benchmarks/hostile-sizes` measures the same at full size.
struct HostileSizeTests {
  /// The limit counts addresses, of which each thread reserves 64 MB for its allocations and 8 for its stack, without
  /// using them.
  private static let smallThreads = "export MALLOC_ARENA_MAX=1; ulimit -s 1024"

  /// What the program and its libraries map before they do anything, in KB: found out, not assumed.
  private static let baseline: Int = {
    func works(_ limit: Int) -> Bool {
      (try? Lossmap.shell(
        "\(smallThreads); ulimit -v \(limit); lossmap inspect Fixtures/rdb/empty_v10.rdb"))?.status
        == 0
    }
    return stride(from: 50_000, through: 2_000_000, by: 10_000).first(where: works) ?? 2_000_000
  }()

  private func length(_ number: UInt32) -> [UInt8] {
    [0x80] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private func run(_ verb: String, _ path: String, megabytes: Int) throws -> Lossmap.Outcome {
    let limit = Self.baseline + megabytes * 1024
    return try Lossmap.shell("\(Self.smallThreads); ulimit -v \(limit); lossmap \(verb) '\(path)'")
  }

  @Test(arguments: ["memory", "memory --format ndjson", "inspect", "verify", "digest"])
  func `a key that claims 512 MB takes no memory`(verb: String) throws {
    var file = RDBBuilder()
    file.string("sound", "value")
    file.append([0] + length(512 << 20) + Array("rest".utf8))
    let scratch = try ScratchFile(file.bytes)
    let run = try run(verb, scratch.path, megabytes: 64)
    #expect(run.status == 2, "\(run.errors)")
  }

  // Zeros that take no room on the disk either; the checksum says that there is none.
  @Test(arguments: ["memory", "memory --format ndjson", "inspect"])
  func `a large value takes little more than twice its size`(verb: String) throws {
    let size = 32 << 20
    var file = RDBBuilder()
    file.append([0, 1, UInt8(ascii: "k")] + length(UInt32(size)))
    let scratch = try ScratchFile(file.bytes)
    try scratch.resize(to: file.offset + size + 9)
    try scratch.write([0xFF], at: file.offset + size)
    let run = try run(verb, scratch.path, megabytes: 16 + 2 * 32)
    #expect(run.status == 0, "\(run.errors)")
  }

  // Zeros again: behind a value they are keys without names and values.
  @Test(arguments: ["memory", "inspect", "verify --no-duplicates"])
  func `large values and many small keys are in memory a few at a time`(verb: String) throws {
    let size = 24 << 20
    let scratch = try ScratchFile(RDBBuilder().bytes)
    var offset = RDBBuilder().offset
    for name in Array("abcdef".utf8) {
      let head = [0, 1, name] + length(UInt32(size))
      try scratch.write(head, at: offset)
      offset += head.count + size
    }
    offset += 3 * (5 << 20)
    try scratch.resize(to: offset + 9)
    try scratch.write([0xFF], at: offset)
    let run = try run("\(verb) --threads 2", scratch.path, megabytes: 64 + 2 * 24)
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    #expect(run.text.contains("5,242,886") || run.text.contains("5242886"), "\(run.text)")
  }

  @Test func `more prefixes than fit take no more memory`() throws {
    var file = RDBBuilder()
    for index in 0..<150_000 { file.string("p\(index):x\(index):1", "v") }
    let scratch = try ScratchFile(file.file(.disabled))
    let run = try run("memory --prefixes 2 --format json", scratch.path, megabytes: 128)
    #expect(run.status == 0, "\(run.errors)")
    let json = try JSON(run.output)
    let prefixes = try #require(json["prefixes"]?.elements)
    #expect((1...65_536).contains(prefixes.count))
    #expect(prefixes.contains { $0["approximate"] == .flag(true) })
  }
}
