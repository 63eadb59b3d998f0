import BinaryInput
import Keyspace
import TestSupport
import Testing

/// Commands as bytes and as lines.
struct CommandWriterTests {
  private func written(_ form: CommandForm, _ words: [UInt8]...) -> String {
    let sink = CollectedBytes()
    let writer = CommandWriter(form, to: sink)
    writer.begin(words.count)
    for word in words { writer.add(word) }
    writer.end()
    writer.flush()
    return sink.text
  }

  @Test func `a command goes over the wire as an array of bulk strings`() {
    #expect(
      written(.resp, Array("GET".utf8), [13, 10], [])
        == "*3\r\n$3\r\nGET\r\n$2\r\n\r\n\r\n$0\r\n\r\n")
  }

  @Test(
    arguments: [
      ("plain:key/1", "plain:key/1"), ("", #""""#), ("two words", #""two words""#),
      ("a\nb\r\t", #""a\x0ab\x0d\x09""#), (#"say "x""#, #""say \"x\"""#),
      (#"back\slash"#, #""back\\slash""#),
      ("it's", #""it's""#), ("名前", #""名前""#), ("a\u{202E}b", #""a\xe2\x80\xaeb""#),
    ])
  func `an argument stands in a line as redis-cli reads it`(argument: String, text: String) {
    #expect(written(.lines, Array("GET".utf8), Array(argument.utf8)) == "GET \(text)\n")
  }

  @Test func `bytes that are no text are written as numbers`() {
    #expect(written(.lines, Array("GET".utf8), [0, 0xFF, 0x41]) == "GET \"\\x00\\xffA\"\n")
  }

  @Test(arguments: [CommandForm.resp, .lines])
  func `a long argument is written in pieces and stays what it is`(form: CommandForm) {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
    let text = written(form, Array("SET".utf8), long)
    let value = String(decoding: long, as: UTF8.self)
    #expect(
      text == (form == .resp ? "*2\r\n$3\r\nSET\r\n$300000\r\n\(value)\r\n" : "SET \"\(value)\"\n"))
  }
}
