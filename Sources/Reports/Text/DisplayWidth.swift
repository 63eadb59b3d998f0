internal import BinaryInput

/// How many columns a terminal gives to a text: East Asian wide characters take two, marks that combine none.
func displayWidth(_ text: some StringProtocol) -> Int {
  text.unicodeScalars.reduce(0) { $0 + $1.displayWidth }
}

/// A name from outside, safe to show and cut where it would take more columns.
func shortened(_ name: [UInt8], columns: Int) -> String {
  var limit = columns
  var shown = "\(EscapedBytes(Array(name.prefix(limit))))"
  while displayWidth(shown) > columns {
    limit -= 1
    shown = "\(EscapedBytes(Array(name.prefix(limit))))"
  }
  return limit < name.count ? "\(shown)… (\(name.count) bytes)" : shown
}

extension Unicode.Scalar {
  /// Unicode's East Asian Width of W or F, by blocks, takes two columns.
  fileprivate var displayWidth: Int {
    if isASCII { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
