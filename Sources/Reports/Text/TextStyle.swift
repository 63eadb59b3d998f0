internal import Diff
internal import Impact

/// How text for a terminal is laid out: with colour or without, and how wide.
public struct TextStyle: Sendable {
  /// Whether escape sequences for colours are written.
  public let hasColor: Bool
  /// How many columns a line has.
  public let width: Int

  /// Plain text of 100 columns, as it goes into a file.
  public static let plain = TextStyle(hasColor: false)

  /// Chooses a style.
  public init(hasColor: Bool, width: Int = 100) {
    self.hasColor = hasColor
    self.width = width
  }

  func bold(_ text: String) -> String { hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  func dim(_ text: String) -> String { hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

  func paint(_ text: String, _ severity: Severity) -> String {
    guard hasColor else { return text }
    let color =
      switch severity {
      case .high: "31;1"
      case .medium: "33"
      case .low: "36"
      case .none: "2"
      }
    return "\u{1B}[\(color)m\(text)\u{1B}[0m"
  }

  /// Green for what came, red for what went, yellow for what changed, cyan for when it goes.
  func paint(_ text: String, _ change: DiffChange) -> String {
    guard hasColor else { return text }
    let color =
      switch change {
      case .added: "32"
      case .removed: "31"
      case .changed: "33"
      case .expiry: "36"
      }
    return "\u{1B}[\(color)m\(text)\u{1B}[0m"
  }

  /// Breaks `text` at blanks into lines that fit behind `first` and, further on, behind `rest`.
  func wrap(_ text: String, first: String, rest: String) -> String {
    var lines: [String] = []
    var line = first
    var hasWord = false
    for word in text.split(separator: " ") {
      if hasWord && displayWidth(line) + 1 + displayWidth(word) > width {
        lines.append(line)
        line = rest
        hasWord = false
      }
      line += hasWord ? " " : ""
      hasWord = true
      // Escape sequences have no blanks either, and must not be torn.
      guard !hasColor, displayWidth(line) + displayWidth(word) > width else {
        line += word
        continue
      }
      for character in word {
        if displayWidth(line) + displayWidth(String(character)) > width {
          lines.append(line)
          line = rest
        }
        line.append(character)
      }
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }
}

/// Rows of text in columns.
struct TextTable {
  enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  init(_ header: [(title: String, alignment: Alignment)]) {
    alignments = header.map(\.alignment)
    rows = [header.map(\.title)]
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The rows, header first; `paint` may colour a finished line, whose index counts from 0 behind the header.
  func lines(_ paint: (_ line: String, _ row: Int) -> String = { line, _ in line }) -> [String] {
    let widths = alignments.indices.map { column in rows.map { displayWidth($0[column]) }.max() ?? 0
    }
    return rows.enumerated().map { index, row in
      let cells = row.indices.map { column -> String in
        let filling = String(repeating: " ", count: widths[column] - displayWidth(row[column]))
        return alignments[column] == .left ? row[column] + filling : filling + row[column]
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return index == 0 ? line : paint(line, index - 1)
    }
  }
}
