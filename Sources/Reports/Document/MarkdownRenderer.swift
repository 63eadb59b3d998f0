internal import Impact

/// A document as Markdown (GitHub's, with tables and check boxes).
public struct MarkdownRenderer {
  private let document: Document

  /// Prepares a document for output.
  public init(_ document: Document) {
    self.document = document
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    output.write("# \(Markdown.text(document.title))\n\n")
    let label = document.severity.map { "**\(Markdown.text($0.text))** " } ?? ""
    output.write("\(label)\(Markdown.text(document.verdict))\n\n")
    for section in document.sections {
      output.write("## \(Markdown.text(section.title))\n\n")
      for block in section.blocks { output.write(Self.render(block)) }
    }
    output.write("---\n\n\(Markdown.text(document.footer))\n")
  }

  private static func render(_ block: Block) -> String {
    switch block {
    case .paragraph(let text): return "\(Markdown.text(text))\n\n"
    case .note(let text): return "> \(Markdown.text(text))\n\n"
    case .facts(let facts):
      return facts.map { "- \(Markdown.text($0.name)): \(render($0.value))\n" }.joined() + "\n"
    case .tiles(let tiles):
      return tiles.map { "- \(Markdown.text($0.name)): **\(grouped($0.number))**\n" }.joined()
        + "\n"
    case .table(let table): return render(table)
    case .figure(let figure):
      return "\(Markdown.text(figure.description))\n\n" + render(figure.table)
    case .steps(let steps): return steps.map(render).joined() + "\n"
    case .group(let title, let count, _, let blocks):
      return "### \(Markdown.text(title)) (\(grouped(count)))\n\n" + blocks.map(render).joined()
    }
  }

  private static func render(_ table: Table) -> String {
    var lines = ["*\(Markdown.text(table.caption))*", ""]
    lines.append(row(table.columns.map { Markdown.text($0.title) }))
    lines.append(row(table.columns.map { $0.isNumber ? "---:" : "---" }))
    for line in table.rows { lines.append(row(line.cells.map(render))) }
    if let omission = table.omission { lines += ["", Markdown.text(omission)] }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }

  private static func render(_ step: Step) -> String {
    var text = "- [ ] \(Markdown.text(step.text))\n"
    if !step.commands.isEmpty {
      let lines = step.commands.map { "      \($0)\n" }.joined()
      text += "\n      ```sh\n\(lines)      ```\n\n"
    }
    return text
  }

  private static func render(_ cell: Cell) -> String {
    switch cell.content {
    case .text(let text): Markdown.text(text)
    case .code(let text): text.isEmpty ? "" : Markdown.code(text)
    case .named(let title, let id): "\(Markdown.text(title)) \(Markdown.code(id))"
    case .number(let number): grouped(number)
    case .severity(.high, let word): "**\(Markdown.text(word))**"
    case .severity(_, let word): Markdown.text(word)
    }
  }
}

/// Text that means nothing but itself in Markdown, in HTML inside of it, and in cells of its tables.
enum Markdown {
  /// Prose.
  static func text(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "{", "}", "#", "|", "~", "!", "$", "^", "=":
        safe += "\\"
        safe.unicodeScalars.append(scalar)
      // What would begin a tag, an entity or a mention survives a renderer that takes no backslash before it.
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "&": safe += "&amp;"
      case "@": safe += "&#64;"
      case "\n", "\r": safe += " "
      default: safe.unicodeScalars.append(scalar)
      }
    }
    // Some renderers make links of bare addresses.
    return safe.replacing("://", with: "&#58;//").replacing("www.", with: "www&#46;")
  }

  /// A code span of text that is safe to show; what would end it or a table's cell is escaped like bytes.
  static func code(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "`": safe += "\\x60"
      case "|": safe += "\\x7c"
      case "\n": safe += "\\x0a"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    // Blanks at both ends would be taken away.
    return safe.isEmpty
      ? "` `" : safe.first == " " || safe.last == " " ? "` \(safe) `" : "`\(safe)`"
  }
}
