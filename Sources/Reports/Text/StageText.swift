internal import BinaryInput
public import Impact

/// What `stage` says when the directory stands.
public struct StageText {
  /// A file that was written.
  public struct File: Sendable {
    let name: String
    let bytes: Int

    /// Names a file.
    public init(name: String, bytes: Int) {
      self.name = name
      self.bytes = bytes
    }
  }

  private let path: String
  private let keys: Int
  private let files: [File]
  private let words: Words

  /// Prepares the text.
  public init(path: String, keys: Int, files: [File], language: Language) {
    self.path = path
    self.keys = keys
    self.files = files
    words = Words(language: language)
  }

  /// The text.
  public var text: String {
    var lines = [words.staged("\(EscapedBytes(Array(path.utf8)))", keys)]
    let width = files.map(\.name.count).max() ?? 0
    for file in files {
      let filling = String(repeating: " ", count: width - file.name.count)
      lines.append("  \(file.name)\(filling)  \(words.plainBytes(file.bytes))")
    }
    lines.append(words.loadsStaged(withDump: files.contains { $0.name == "dump.rdb" }))
    return lines.joined(separator: "\n") + "\n"
  }
}
