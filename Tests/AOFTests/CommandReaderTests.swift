import AOF
import BinaryInput
import TestSupport
import Testing

/// What a log consists of, as the server's loader takes it.
struct CommandReaderTests {
  @Test func `commands and annotations come in turn`() throws {
    let bytes = logged("SELECT", "0") + Array("#TS:1773190800\r\n".utf8) + logged("set", "a", "")
    #expect(try words(log(bytes)) == [["SELECT", "0"], ["#"], ["set", "a", ""]])
  }

  @Test func `an empty log has no commands`() throws {
    #expect(try words(log("")) == [])
  }

  @Test func `a command knows where it stands`() throws {
    var reader = CommandReader(log(logged("SELECT", "0") + logged("SET", "k", "v")))
    _ = try reader.next()
    #expect(reader.recordOffset == 0 && reader.offset == 23)
    _ = try reader.next()
    do {
      let command = reader.command()
      #expect(command.offset == 23)
      #expect(command.end == 23 + 27)
      #expect([UInt8](copying: command.bytes) == logged("SET", "k", "v"))
    }
    #expect(try reader.next() == nil)
    #expect(reader.offset == 50)
  }

  @Test func `reading begins where it is told`() throws {
    let bytes = Array("REDIS….".utf8) + logged("PING")
    #expect(try words(log(bytes), at: bytes.count - 14) == [["PING"]])
  }

  @Test func `the time is that of the last annotation`() throws {
    var reader = CommandReader(log("#TS:12\r\n#other\r\n#TS:x\r\n#TS:99\r\n"))
    var times: [Int64?] = [reader.timestamp]
    var rules: [String?] = []
    while try reader.next() != nil {
      times.append(reader.timestamp)
      rules.append(reader.irregularity?.code)
    }
    #expect(times == [nil, 12, 12, 12, 99])
    #expect(rules == [nil, nil, "annotation-timestamp", nil])
  }

  @Test func `names are compared without case`() throws {
    var reader = CommandReader(log(logged("MuLtI")))
    _ = try reader.next()
    let command = reader.command()
    let answers = ["MULTI", "MULTX", "EXEC"].map { command.isNamed($0) }
    #expect(answers == [true, false, false])
  }

  @Test func `arguments are any bytes`() throws {
    let bytes = Array("*1\r\n$6\r\n".utf8) + [0, 255, 13, 10, 42, 36] + Array("\r\n".utf8)
    var reader = CommandReader(log(bytes))
    _ = try reader.next()
    #expect([UInt8](copying: reader.command()[0]) == [0, 255, 13, 10, 42, 36])
  }

  @Test func `a command larger than the window is read whole`() throws {
    let value = String(repeating: "x", count: 1_000_000)
    let bytes = logged("SET", "a", value) + logged("DEL", "a")
    #expect(try words(log(bytes)) == [["SET", "a", value], ["DEL", "a"]])
  }

  @Test func `many arguments are read`() throws {
    let members = (0..<100_000).map { "m\($0)" }
    var bytes = Array("*\(members.count)\r\n".utf8)
    for member in members { bytes += Array("$\(member.utf8.count)\r\n\(member)\r\n".utf8) }
    #expect(try words(log(bytes)) == [members])
  }

  // aof.c, loadSingleAppendOnlyFile: what it takes although no server writes it.
  @Test(arguments: [
    ("*1\r\n$4\r\nPINGxx", "resp-argument-end"), ("* 1\r\n$4\r\nPING\r\n", "resp-number"),
    ("*1\r\n$+4\r\nPING\r\n", "resp-number"), ("*1 and more\n$4\r\nPING\r\n", "resp-number"),
    ("*4294967297\r\n$4\r\nPING\r\n", "resp-number"), ("*1\n$4\nPING\r\n", "resp-number"),
  ])
  func `what servers take is taken, and noted`(text: String, rule: String) throws {
    var reader = CommandReader(log(text))
    #expect(try reader.next() == .command)
    #expect([UInt8](copying: reader.command()[0]) == Array("PING".utf8))
    #expect(reader.irregularity?.code == rule)
    #expect(try reader.next() == nil)
    #expect(reader.irregularity == nil)
  }

  @Test func `an annotation cut off at the end is none to the server`() throws {
    var reader = CommandReader(log("#TS:17"))
    #expect(try reader.next() == .annotation)
    #expect(reader.irregularity?.code == "annotation-end")
    #expect(try reader.next() == nil)
  }

  @Test func `a line is at most 1023 bytes long`() throws {
    let long = "#" + String(repeating: "x", count: 1022)
    #expect(try words(log(long + "#\n")) == [["#"], ["#"]])
    let error = try #require(#expect(throws: FormatError.self) { try words(log(long + "x\r\n")) })
    #expect(error.code == "resp-command")
    #expect(error.offset == 1023)
  }
}
