internal import AOF

/// What the command line of a server makes of its configuration (`server.c`, `main`).
struct ServerArguments {
  private let arguments: [[UInt8]]

  /// The words behind `redis-server`.
  init(_ arguments: [[UInt8]]) { self.arguments = arguments }

  /// The configuration file, which counts before the options; nil if none is named.
  var file: String? {
    guard let first = arguments.first, first.first != UInt8(ascii: "-") else { return nil }
    return String(decoding: first, as: UTF8.self)
  }

  /// The options as lines of a configuration: name and values.
  ///
  /// An option begins with two hyphens; what follows are its values. Name and value may be in one word
  /// (`"--port 6380"`), and `--save` with nothing behind it is `save ""`.
  var directives: [(name: String, values: [[UInt8]])] {
    var found: [(name: String, values: [[UInt8]])] = []
    var hasValue = true
    for word in arguments.dropFirst(file == nil ? 0 : 1) {
      if hasValue, word.starts(with: "--".utf8) {
        let words = QuotedWords(word[2...]).words ?? []
        let name = String(decoding: words.first ?? [], as: UTF8.self).lowercased()
        found.append((name, Array(words.dropFirst())))
        hasValue = words.count > 1
      } else if !hasValue, word.starts(with: "--".utf8), found.last?.name == "save" {
        let words = QuotedWords(word[2...]).words ?? []
        found[found.count - 1].values = [[]]
        found.append(
          (
            String(decoding: words.first ?? [], as: UTF8.self).lowercased(),
            Array(words.dropFirst())
          )
        )
        hasValue = words.count > 1
      } else if !found.isEmpty {
        found[found.count - 1].values.append(word)
        hasValue = true
      }
    }
    if found.last?.name == "save", found.last?.values.isEmpty == true {
      found[found.count - 1].values = [[]]
    }
    return found
  }
}

/// Splits a command as compose does with one that is a text: quotes and backslashes as in a shell, nothing else.
struct ShellWords {
  /// The words; nil if a quote is not closed.
  private(set) var words: [[UInt8]]? = []

  /// Splits a text.
  init(_ text: [UInt8]) {
    var list: [[UInt8]] = []
    var word: [UInt8]?
    var quote: UInt8?
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch (byte, quote) {
      case (UInt8(ascii: "\\"), nil), (UInt8(ascii: "\\"), UInt8(ascii: "\"")):
        guard let next = rest.popFirst() else { break }
        let isKept = quote != nil && next != UInt8(ascii: "\"") && next != UInt8(ascii: "\\")
        word = (word ?? []) + (isKept ? [byte, next] : [next])
      case (UInt8(ascii: "\""), nil), (UInt8(ascii: "'"), nil):
        quote = byte
        word = word ?? []
      case (let byte, let open?) where byte == open: quote = nil
      case (0x09, nil), (0x0A, nil), (0x0D, nil), (0x20, nil):
        if let word { list.append(word) }
        word = nil
      default: word = (word ?? []) + [byte]
      }
    }
    if let word { list.append(word) }
    words = quote == nil ? list : nil
  }
}
