import Foundation
import Testing

/// A text as a terminal shows it.
struct TerminalText {
  let lines: [String]

  init(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
  }

  /// The lines that are wider than `width` columns.
  func lines(widerThan width: Int) -> [String] {
    lines.filter { Self.columns(of: $0) > width }
  }

  /// How many columns a line takes: ideographs and full-width forms take two.
  static func columns(of line: String) -> Int {
    line.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        sum + 2
      default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: sum
        default: sum + 1
        }
      }
    }
  }
}

/// A text without the colour sequences that reports may have: select graphic rendition.
func withoutColors(_ text: String) -> String {
  text.replacing(/\u{1B}\[(0|1|2|31;1|33|36)m/, with: "")
}

/// Names that are meant to do harm where they are shown.
let hostileNames: [[UInt8]] =
  [
    "\u{1B}[31m", "\u{1B}]8;;http://example.org\u{1B}\\", "\u{9B}31m", "\u{9D}0;title\u{9C}",
    "\r\n", "\t",
    "\u{0}", "\u{7}", "\u{8}\u{8}", "\u{7F}", "\"", "\\", "\\u0041", "\"}],\"lost\":0",
    "\u{202E}txt.exe",
    "\u{2066}a\u{2069}", "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{2028}", "\u{2029}", "\u{AD}",
    "\u{E000}",
    "\u{FFFE}", "\u{E0041}", "\u{F0000}", "é", "漢字", "😀", "", " ", "a b", "\u{300}", "cafe\u{301}",
    "/", "</script>", "'; DROP", "%s%n", "$(id)", "`id`",
  ].map { Array($0.utf8) } + [
    [0xFF], [0xC3], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xC0, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80], [0x80], [0x9B],
    [0x61, 0xFF, 0x62], [0xEF, 0xBF, 0xBD], [0xEF, 0xBF],
  ]
