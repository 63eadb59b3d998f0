/// Bars from left to right, one below the other.
enum BarChart {
  /// A bar of several parts.
  struct Bar {
    let name: String
    let parts: [(series: Series, number: Int, text: String)]

    var total: Int { parts.reduce(0) { $0 + $1.number } }
  }

  private static let nameWidth = 220
  private static let numberWidth = 70
  private static let rowHeight = 24
  private static let barHeight = 16
  private static let room = Drawing.width - nameWidth - numberWidth

  /// Bars that are all as long: the parts are shares, the number behind them is the sum.
  static func shares(_ bars: [Bar]) -> Drawing {
    draw(bars) { $0.total }
  }

  /// Bars as long as their sums, beside the longest.
  static func lengths(_ bars: [Bar]) -> Drawing {
    let longest = bars.map(\.total).max() ?? 0
    return draw(bars) { _ in longest }
  }

  private static func draw(_ bars: [Bar], _ whole: (Bar) -> Int) -> Drawing {
    var drawing = Drawing(height: max(1, bars.count) * rowHeight)
    for (row, bar) in bars.enumerated() {
      let y = row * rowHeight
      drawing.shapes.append(
        .label(x: nameWidth - 10, y: y + 17, anchor: .end, text: shortened(bar.name)))
      var x = nameWidth
      for part in bar.parts where part.number > 0 {
        let width = max(2, scaled(part.number, of: whole(bar), to: room))
        drawing.shapes.append(
          .bar(
            x: x, y: y + 4, width: width, height: barHeight, series: part.series,
            hint: "\(bar.name): \(part.text) \(grouped(part.number))"))
        x += width
      }
      drawing.shapes.append(
        .label(x: x + 8, y: y + 17, anchor: .start, text: grouped(bar.total)))
    }
    return drawing
  }

  /// A name that fits before its bar.
  private static func shortened(_ name: String) -> String {
    guard displayWidth(name) > 26 else { return name }
    var short = name
    while displayWidth(short) > 25 { short.removeLast() }
    return short + "…"
  }
}

/// `number` of `whole` as a part of `room`; counts come from files and may be large.
func scaled(_ number: Int, of whole: Int, to room: Int) -> Int {
  guard whole > 0 else { return 0 }
  return Int(Double(number) / Double(whole) * Double(room))
}
