/// Numbers over time, as areas on top of each other.
struct TimeChart {
  /// A moment with a line of its own under the chart, and what stands there.
  struct Tick {
    let column: Int
    let text: String
  }

  /// Numbers by column, the lowest first.
  let layers: [(series: Series, numbers: [Int])]
  let ticks: [Tick]
  /// A column that something happened in, and what.
  var mark: Tick?

  private static let (left, right, top, bottom) = (70, 20, 24, 26)
  private static let height = 260

  private var columns: Int { max(2, layers.map(\.numbers.count).max() ?? 0) }

  private func x(_ column: Int) -> Int {
    Self.left + (Drawing.width - Self.left - Self.right) * column / (columns - 1)
  }

  /// Areas whose border goes from number to number.
  var areas: Drawing {
    var drawing = frame
    var floor = [Int](repeating: 0, count: columns)
    for layer in layers where layer.numbers.contains(where: { $0 > 0 }) {
      let ceiling = zip(floor, layer.numbers).map { $0 + $1 }
      // As steps: a number holds until the next one.
      let above = ceiling.indices.map { (x: x($0), y: y(ceiling[$0])) }
      let below = floor.indices.reversed().map { (x: x($0), y: y(floor[$0])) }
      drawing.shapes.append(.area(points: above + below, series: layer.series))
      floor = ceiling
    }
    drawing.shapes += marks
    return drawing
  }

  /// A bar for each column.
  var bars: Drawing {
    var drawing = frame
    let width = max(1, (Drawing.width - Self.left - Self.right) / columns - 1)
    for column in 0..<columns {
      var floor = 0
      for layer in layers where column < layer.numbers.count && layer.numbers[column] > 0 {
        let number = layer.numbers[column]
        let (low, high) = (y(floor), y(floor + number))
        drawing.shapes.append(
          .bar(
            x: x(column) - width / 2, y: min(high, low - 1), width: width,
            height: max(1, low - high), series: layer.series, hint: grouped(number)))
        floor += number
      }
    }
    drawing.shapes += marks
    return drawing
  }

  private var highest: Int {
    (0..<columns).map { column in
      layers.reduce(0) { $0 + (column < $1.numbers.count ? $1.numbers[column] : 0) }
    }.max() ?? 0
  }

  private func y(_ number: Int) -> Int {
    let room = Self.height - Self.top - Self.bottom
    return Self.height - Self.bottom - scaled(number, of: max(1, highest), to: room)
  }

  /// The axes, with the highest number and the half of it.
  private var frame: Drawing {
    var drawing = Drawing(height: Self.height)
    let end = Drawing.width - Self.right
    for number in Set([0, highest / 2, highest]).sorted() {
      drawing.shapes.append(
        .line(x1: Self.left, y1: y(number), x2: end, y2: y(number), isMark: false))
      drawing.shapes.append(
        .label(x: Self.left - 8, y: y(number) + 4, anchor: .end, text: grouped(number)))
    }
    for tick in ticks {
      drawing.shapes.append(
        .label(
          x: x(tick.column), y: Self.height - 6,
          anchor: tick.column == 0 ? .start : tick.column == columns - 1 ? .end : .middle,
          text: tick.text))
    }
    return drawing
  }

  private var marks: [Drawing.Shape] {
    guard let mark else { return [] }
    let x = x(mark.column)
    return [
      .line(x1: x, y1: Self.top - 8, x2: x, y2: Self.height - Self.bottom, isMark: true),
      .label(
        x: x, y: Self.top - 10, anchor: mark.column > columns / 2 ? .end : .start, text: mark.text),
    ]
  }
}
