import AOF
import BinaryInput
import Testing

/// Where reading a log ends, as the server's loader would.
struct CommandReaderErrorTests {
  private func failure(_ text: String) throws -> FormatError {
    try #require(#expect(throws: FormatError.self) { try words(log(text)) })
  }

  @Test(arguments: [
    ("SET a 1\r\n", "resp-command", 0), ("*0\r\n", "resp-argument-count", 0),
    ("*-1\r\n", "resp-argument-count", 0), ("*x\r\n", "resp-argument-count", 0),
    ("*99999999999999999999\r\n", "resp-argument-count", 0),
    ("*2\r\n$1\r\na\r\n#TS:1\r\n", "resp-argument", 11), ("*1\r\n:4\r\n", "resp-argument", 4),
    ("*1\r\n$-1\r\n", "resp-argument-length", 4), ("\r\n", "resp-command", 0),
    // The two bytes behind an argument are skipped unseen: here they are the line end and the next `*`.
    ("*1\r\n$4\r\nPING\n*1\r\n", "resp-command", 14),
  ])
  func `what breaks the framing is named with its place`(
    text: String, rule: String, offset: Int
  ) throws {
    let error = try failure(text)
    #expect(error.code == rule)
    #expect(error.offset == offset)
  }

  @Test func `an error says in which argument of which command it is`() throws {
    #expect(
      try failure("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$9\r\nx\r\n").description
        == "offset 0x18: command SET, argument 2: length 9 exceeds the 3 bytes left")
    #expect(try failure("*1\r\n!").path == ["command name"])
    #expect(try failure("*2\r\n$1\r\n\u{1B}\r\n!").context == "command \\x1b, argument 1")
  }

  @Test func `no beginning of a command is taken for a whole one`() throws {
    let bytes = logged("PING") + logged("SET", "k", "value")
    for length in 15..<bytes.count {
      let error = try #require(
        #expect(throws: FormatError.self, "\(length)") { try words(log(Array(bytes[..<length]))) })
      #expect(error.isTruncation, "\(length)")
      #expect(error.offset >= 14 && error.offset <= length)
    }
  }

  @Test func `a claim beyond the file is refused without reading on`() throws {
    let error = try failure("*2147483647\r\n$9223372036854775807\r\n")
    #expect(error.isTruncation)
    #expect(error.offset == 35)
  }

  @Test func `a reader that has failed fails again, in the same place`() throws {
    var reader = CommandReader(log(logged("PING") + Array("?".utf8)))
    _ = try reader.next()
    var errors: [FormatError] = []
    for _ in 0..<2 {
      do throws(FormatError) { _ = try reader.next() } catch { errors.append(error) }
    }
    #expect(errors.count == 2 && errors[0] == errors[1])
    #expect(reader.offset == 14)
  }

  @Test func `any flipped byte is read or refused`() throws {
    let bytes = logged("SET", "key", "value") + Array("#TS:1\r\n".utf8) + logged("DEL", "key")
    for offset in bytes.indices {
      for bit in UInt8(0)..<8 {
        var flipped = bytes
        flipped[offset] ^= 1 << bit
        _ = try? words(log(flipped))
      }
    }
  }
}
