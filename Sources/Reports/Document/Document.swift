internal import Impact

/// A report as people read it, whatever the format: what it says, in which order, and nothing about how that looks.
///
/// Each verb has a builder that makes one from its report value; each format has a renderer that knows nothing
/// of verbs. Text that came from outside stands in it as `EscapedBytes` has it; renderers escape what means
/// something in their own format.
public struct Document: Sendable {
  /// The language that it is in, as `zh-CN`.
  let tag: String
  let title: String
  /// The verdict in one sentence.
  let verdict: String
  /// How bad it is; nil where that is no question.
  let severity: Label?
  let sections: [Section]
  /// Who made it, from what.
  let footer: String
  /// What the page's own controls say.
  let controls: Controls

  /// A severity and the word for it.
  struct Label: Sendable {
    let severity: Severity
    let text: String
  }

  /// A part with a heading.
  struct Section: Sendable {
    /// A stable name, for links.
    let id: String
    let title: String
    let blocks: [Block]
  }
}

/// A piece of a section.
indirect enum Block: Sendable {
  case paragraph(String)
  /// Something to be careful about.
  case note(String)
  /// Names and what is said of them.
  case facts([Fact])
  /// The numbers that matter most.
  case tiles([Tile])
  case table(Table)
  case figure(Figure)
  /// What to do, in order.
  case steps([Step])
  /// Something to open, with the number of things in it.
  case group(title: String, count: Int, severity: Severity?, blocks: [Block])
}

/// A name and what is said of it.
struct Fact: Sendable {
  let name: String
  let value: Cell
}

/// A number that matters, and what it counts.
struct Tile: Sendable {
  let name: String
  let number: Int
  let series: Series
}

/// Something to do.
struct Step: Sendable {
  let text: String
  /// Commands for a shell, a line each.
  var commands: [String] = []
}

/// Rows under a header.
struct Table: Sendable {
  struct Column: Sendable {
    let title: String
    var isNumber = false
  }

  struct Row: Sendable {
    let cells: [Cell]
    /// How bad it is, where rows are told apart by that.
    var severity: Severity?
  }

  /// What the rows are.
  let caption: String
  let columns: [Column]
  var rows: [Row] = []
  /// A sentence about rows that are left out; nil if there are none.
  var omission: String?
}

/// What stands in a cell.
struct Cell: Sendable {
  enum Content: Sendable {
    case text(String)
    /// Something to be taken letter by letter: a key, a path, a hash.
    case code(String)
    /// A title and the short name behind it.
    case named(String, id: String)
    case number(Int)
    case severity(Severity, String)
  }

  let content: Content
  /// What rows are sorted by; nil for what the cell shows.
  var order: Int64?

  static func text(_ text: String, order: Int64? = nil) -> Cell {
    Cell(content: .text(text), order: order)
  }

  static func code(_ text: String) -> Cell { Cell(content: .code(text)) }

  static func named(_ title: String, _ id: String) -> Cell {
    Cell(content: .named(title, id: id))
  }

  static func number(_ number: Int) -> Cell {
    Cell(content: .number(number), order: Int64(number))
  }
}

/// What a reader of a page can use it with.
struct Controls: Sendable {
  let search: String
  let all: String
  let expand: String
  let collapse: String
  let contents: String
  /// `{n}` stands for how many rows are shown, `{all}` for how many there are.
  let shown: String
  let sort: String
  /// The severities, worst first, and what they are called.
  let severities: [Document.Label]
}
