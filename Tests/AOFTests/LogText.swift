import AOF
import BinaryInput

/// A command as servers log it.
func logged(_ words: String...) -> [UInt8] {
  var bytes = Array("*\(words.count)\r\n".utf8)
  for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
  return bytes
}

/// A log in memory.
func log(_ text: String) -> InputFile { log(Array(text.utf8)) }

/// A log in memory.
func log(_ bytes: [UInt8]) -> InputFile { InputFile(bytes, named: "a.aof") }

/// Reads every record and returns the commands as words; annotations are `#`.
func words(_ file: InputFile, at offset: Int = 0) throws(FormatError) -> [[String]] {
  var reader = CommandReader(file, at: offset)
  var words: [[String]] = []
  while let record = try reader.next() {
    if record == .annotation {
      words.append(["#"])
      continue
    }
    let command = reader.command()
    words.append(
      (0..<command.count).map { String(decoding: [UInt8](copying: command[$0]), as: UTF8.self) })
  }
  return words
}
