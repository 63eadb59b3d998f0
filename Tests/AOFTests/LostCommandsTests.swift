import AOF
import BinaryInput
import TestSupport
import Testing

/// What a server throws away with what it cuts off.
struct LostCommandsTests {
  private func lost(_ bytes: [UInt8], from offset: Int) throws -> LostCommands {
    try LostCommands(in: log(bytes), from: offset)
  }

  private func names(_ lost: LostCommands) -> [String] {
    lost.keys.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a torn tail loses no whole command`() throws {
    let lost = try lost(logged("PING") + Array("*3\r\n$3\r\nSET".utf8), from: 14)
    #expect(lost.commands == 0)
    #expect(lost.bytes == 11)
  }

  @Test func `an open transaction loses its commands, with their keys`() throws {
    let bytes = logged("MULTI") + logged("SET", "a", "1") + logged("DEL", "a", "b") + [0x2A]
    let lost = try lost(bytes, from: 0)
    #expect(lost.commands == 3)
    #expect(lost.commandsBehindDamage == 0)
    #expect(names(lost) == ["a", "b"])
  }

  @Test func `commands behind a damaged length are found`() throws {
    var bytes = Array("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$99999\r\n1\r\n".utf8)
    for index in 0..<150 { bytes += logged("SET", "k\(index)", "v") }
    let lost = try lost(bytes, from: 0)
    #expect(lost.commands == 150)
    #expect(lost.commandsBehindDamage == 150)
    #expect(lost.keys.count == 100 && lost.hasMoreKeys)
  }

  @Test func `what looks like commands everywhere does not take for ever`() throws {
    var bytes: [UInt8] = []
    for _ in 0..<20_000 { bytes += Array("*2\r\n$1\r\na\r\n$20000\r\n".utf8) }
    let lost = try lost(bytes, from: 0)
    #expect(lost.isIncomplete || lost.commands < 100)
  }

  @Test(arguments: [
    (["MSET", "a", "1", "b", "2"], ["a", "b"]), (["unlink", "a", "b"], ["a", "b"]),
    (["RENAME", "a", "b"], ["a", "b"]), (["BITOP", "AND", "d", "s"], ["d"]),
    (["XGROUP", "CREATE", "s", "g"], ["s"]), (["SELECT", "1"], []), (["MULTI"], []),
    (["zadd", "z", "1", "m"], ["z"]), (["SINTERSTORE", "d", "s"], ["d"]), (["DEL"], []),
    (["BITOP"], []), (["LMOVE", "a"], ["a"]), (["FOO"], []),
  ])
  func `the keys that a command writes are known`(words: [String], keys: [String]) throws {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
    #expect(names(try lost(bytes, from: 0)) == keys)
  }
}
