import Patterns
import TestSupport
import Testing

/// Held against `KEYS` and `SCAN … MATCH` of a real server.
struct GlobPatternTests {
  private static let alphabet = Array("aab*?[]^-\\z".utf8) + [0x00, 0x80, 0xFF]

  private func word(_ longest: Int, _ random: inout SeededRandom) -> [UInt8] {
    (0..<Int.random(in: 0...longest, using: &random)).map { _ in
      Self.alphabet.randomElement(using: &random) ?? 0
    }
  }

  @Test(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
  func `random patterns match the keys that a server finds with them`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    let server = try RedisServer()
    defer { server.stop() }
    var keys: Set<[UInt8]> = [[], Array("a".utf8), Array("]".utf8)]
    for _ in 0..<300 { keys.insert(word(6, &random)) }
    for key in keys { _ = try server.send([Array("SET".utf8), key, [0x31]]) }
    var matches = 0
    for round in 0..<3000 {
      let pattern = word(round % 2 == 0 ? 4 : 10, &random)
      let glob = GlobPattern(pattern)
      let own = keys.filter { glob.matches($0.span) }
      let answer = try server.send([Array("KEYS".utf8), pattern])
      #expect(own == bytes(answer), "seed \(seed), pattern \(pattern)")
      matches += own.count
      guard round % 20 == 0 else { continue }
      let scanned = try server.send(
        ["SCAN", "0", "COUNT", "10000", "MATCH"].map { Array($0.utf8) } + [pattern])
      #expect(own == bytes(scanned.elements?.last), "seed \(seed), SCAN, pattern \(pattern)")
    }
    #expect(matches > 1000)
  }

  private func bytes(_ reply: RESPReply?) -> Set<[UInt8]> {
    Set(
      (reply?.elements ?? []).compactMap { element in
        if case .bytes(let bytes) = element { bytes } else { nil }
      })
  }

  @Test func `many stars take no time`() {
    let glob = GlobPattern(Array(String(repeating: "a*", count: 60).utf8) + [0x62])
    let key = [UInt8](repeating: UInt8(ascii: "a"), count: 10_000)
    let matches = glob.matches(key.span)
    #expect(!matches)
  }
}
