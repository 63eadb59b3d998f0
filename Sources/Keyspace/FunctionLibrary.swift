internal import AOF
public import BinaryInput

extension FormatRule {
  /// The source of a function library does not begin as it must, so the server refuses the file.
  public static let functionLibrary = FormatRule("function-library")
  /// Two function libraries have the same name, so the server refuses the file.
  public static let duplicateLibrary = FormatRule("duplicate-library")
}

/// What can be said of a function library without running it: `#!lua name=mylib`, then code.
struct FunctionLibrary {
  /// The library's name.
  let name: String

  /// Reads the first line of the source (`functionExtractLibMetaData`); nil if it is not as it must be.
  init?(source: [UInt8]) {
    guard source.starts(with: "#!".utf8), let end = source.firstIndex(of: UInt8(ascii: "\n")) else {
      return nil
    }
    // The server splits the line like a command line: white space of any kind, words in quotes.
    guard let words = QuotedWords(source[2..<end]).words, source[2] != UInt8(ascii: " ") else {
      return nil
    }
    let parts = words.map { String(decoding: $0, as: UTF8.self) }
    guard let engine = parts.first, engine.lowercased() == "lua" else { return nil }
    let names = parts.dropFirst().filter { $0.lowercased().hasPrefix("name=") }
    guard names.count == 1, parts.count == 2 else { return nil }
    let name = names[0].dropFirst("name=".count)
    let isPlain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
    guard !name.isEmpty, isPlain else { return nil }
    self.name = String(name)
  }
}
