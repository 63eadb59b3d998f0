/// A picture with a text that says the same, and the numbers.
struct Figure: Sendable {
  /// A stable name, for links.
  let id: String
  let title: String
  /// What the picture shows, for whoever does not see it.
  let description: String
  let drawing: Drawing
  /// Which colour means what.
  let legend: [(series: Series, text: String)]
  /// The numbers.
  let table: Table
}

/// A colour with a meaning; the style sheet says which.
enum Series: String, CaseIterable, Sendable {
  case lost, regressed, expiry, resurrected, unchanged
  case high, medium, low, none
  case first, second, third, fourth, fifth, others
}

/// Shapes in a frame of whole units, `Drawing.width` wide.
struct Drawing: Sendable {
  static let width = 720

  enum Anchor: String, Sendable { case start, middle, end }

  enum Shape: Sendable {
    case bar(x: Int, y: Int, width: Int, height: Int, series: Series, hint: String)
    case area(points: [(x: Int, y: Int)], series: Series)
    case line(x1: Int, y1: Int, x2: Int, y2: Int, isMark: Bool)
    case label(x: Int, y: Int, anchor: Anchor, text: String)
  }

  let height: Int
  var shapes: [Shape] = []
}
