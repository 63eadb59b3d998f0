public import BinaryInput

extension Manifest {
  /// aof.c, `MANIFEST_MAX_LINE`.
  private static let longestLine = 1024

  /// Reads a manifest.
  ///
  /// - Throws: `FormatError` with the line in its path, at the first that a server refuses.
  public init(parsing bytes: [UInt8]) throws(FormatError) {
    guard !bytes.isEmpty else {
      throw .malformed(.manifestEmpty, "the manifest is empty", at: 0)
    }
    var entries = Entries()
    var start = 0
    var line = 0
    while start < bytes.count {
      // What fgets returns: at most 1024 bytes, with the line end if that is among them.
      let window = bytes[start..<min(bytes.count, start + Self.longestLine)]
      let end = window.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? window.endIndex
      line += 1
      do throws(FormatError) {
        try entries.add(bytes[start..<end], line)
      } catch {
        throw error.within("line \(line)")
      }
      start = end
    }
    self.entries = entries.list
  }
}

/// The entries of a manifest as far as they have been read.
private struct Entries {
  var list: [Manifest.Entry] = []
  private var hasBase = false
  private var highestIncrement: Int64 = 0

  mutating func add(_ line: ArraySlice<UInt8>, _ number: Int) throws(FormatError) {
    let start = line.startIndex
    guard line.first != UInt8(ascii: "#") else { return }
    // strchr stops at a NUL.
    guard line.prefix(while: { $0 != 0 }).last == UInt8(ascii: "\n") else {
      throw .malformed(
        .manifestLineEnd, "the line is too long, or has no line end", at: start)
    }
    guard let words = QuotedWords(line).words, words.count >= 6, words.count.isMultiple(of: 2)
    else {
      throw .malformed(.manifestLine, "the line is not made of at least three pairs", at: start)
    }
    let entry = try Fields(words, at: start).entry(number)
    try check(entry, at: start)
    list.append(entry)
  }

  private mutating func check(_ entry: Manifest.Entry, at offset: Int) throws(FormatError) {
    switch entry.role {
    case .base:
      guard !hasBase else {
        throw .malformed(.manifestDuplicateBase, "a second base", at: offset)
      }
      hasBase = true
    case .increment:
      guard entry.sequence > highestIncrement else {
        throw .malformed(
          .manifestOrder,
          "increment \(entry.sequence) does not come after \(highestIncrement)", at: offset)
      }
      highestIncrement = entry.sequence
    case .history: break
    }
  }
}

/// What a line says; of what it says twice, the last counts. Unknown names are ignored.
private struct Fields {
  private var name: [UInt8]?
  private var sequence: Int64 = 0
  private var type: UInt8 = 0
  private let offset: Int

  init(_ words: [[UInt8]], at offset: Int) throws(FormatError) {
    self.offset = offset
    for index in stride(from: 0, to: words.count, by: 2) {
      // C strings end at a NUL, which quotes can bring in.
      let value = Array(words[index + 1].prefix { $0 != 0 })
      switch String(decoding: words[index], as: UTF8.self).lowercased() {
      case "file":
        // util.c, `pathIsBaseName`.
        guard !value.contains(UInt8(ascii: "/")), !value.contains(UInt8(ascii: "\\")) else {
          throw .malformed(
            .manifestFileName, "the file is a path, not a name", at: offset)
        }
        name = value
      case "seq": sequence = DecimalLine(value.span, from: 0)?.value ?? 0
      case "type": type = value.first ?? 0
      default: continue
      }
    }
  }

  func entry(_ line: Int) throws(FormatError) -> Manifest.Entry {
    guard let name, sequence != 0, type != 0 else {
      throw .malformed(.manifestLine, "file, seq or type is missing or 0", at: offset)
    }
    guard let role = Manifest.Entry.Role(rawValue: type) else {
      throw .malformed(
        .manifestType, "type '\(EscapedBytes([type]))' is none of b, i and h", at: offset)
    }
    return Manifest.Entry(name: name, sequence: sequence, role: role, line: line)
  }
}
