internal import BinaryInput
public import Impact
internal import Keyspace

/// `timeline --format text`: a table with a line for each category, and what stands out.
public struct TimelineText {
  private let timeline: Timeline
  private let style: TextStyle

  /// How many columns a line of bars has, at most.
  private static let columns = Timeline.slices

  /// Prepares a timeline for output.
  public init(_ timeline: Timeline, style: TextStyle) {
    self.timeline = timeline
    self.style = style
  }

  /// Writes the table.
  public func write(to output: inout some TextOutputStream) {
    let path = "\(EscapedBytes(Array(timeline.path.utf8)))"
    output.write("Log  \(path)  (\(timeline.commands) commands\(span))\n")
    if !timeline.hasTimes {
      output.write(
        """
        The log has no times: it was written without aof-timestamp-enabled. A column is a sixtieth of its \
        bytes, and what expired counts as deleted.

        """)
    }
    if timeline.isIncomplete { output.write("Incomplete: commands had to be left out.\n") }
    output.write("\n")
    writeTable(to: &output)
    for gap in timeline.gaps {
      let length = DurationText.text((gap.to - gap.from) * 1000, .english)
      output.write("no writes for \(length): \(moment(gap.from)) to \(moment(gap.to))\n")
    }
    for flush in timeline.flushes {
      let place =
        "\(EscapedBytes(Array(flush.path.utf8))): offset 0x\(String(flush.offset, radix: 16))"
      let time = flush.time.map { " at \(moment($0))" } ?? ""
      output.write("\(style.paint("flushed", .high))\(time): \(flush.keys) keys (\(place))\n")
    }
  }

  private var span: String {
    timeline.span.map { ", \(moment($0.first)) to \(moment($0.last))" } ?? ""
  }

  private func writeTable(to output: inout some TextOutputStream) {
    var rows = [["category", "created", "changed", "deleted", "expired", "last write", heading]]
    let scale = Scale(timeline, columns: Self.columns)
    for category in timeline.categories {
      let counts = KeyEvent.allCases.map { event in
        category.counts[event] == 0 ? "-" : "\(category.counts[event])"
      }
      rows.append(
        [category.id ?? "(no category)"] + counts
          + [lastWrite(category), Self.bars(scale.columns(of: category))])
    }
    let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      var line = " "
      for column in 0..<6 {
        let filling = String(repeating: " ", count: widths[column] - row[column].count)
        let isNumber = (1...4).contains(column)
        line += isNumber ? " \(filling)\(row[column])" : " \(row[column])\(filling)"
      }
      output.write("\(line)  \(row[6])\n")
    }
  }

  private var heading: String {
    guard timeline.hasTimes else { return "writes by place" }
    let minutes = Scale(timeline, columns: Self.columns).width
    return "writes, a column is \(DurationText.text(minutes * 60_000, .english))"
  }

  private func lastWrite(_ category: Timeline.Category) -> String {
    category.lastWrite.map(moment)
      ?? "part \(category.lastPart + 1), 0x\(String(category.lastOffset, radix: 16))"
  }

  private func moment(_ seconds: Int64) -> String {
    Timestamp(milliseconds: seconds * 1000).description
  }

  /// One block for each number, as high as it is beside the highest; nothing for 0.
  private static func bars(_ numbers: [Int]) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let highest = numbers.max() ?? 0
    let line = numbers.map { number -> Character in
      number == 0 ? " " : blocks[(number * blocks.count - 1) / max(1, highest)]
    }
    return String(line)
  }

  /// Which bucket belongs to which column.
  private struct Scale {
    let first: Int64
    /// How many buckets a column has.
    let width: Int64
    let count: Int

    init(_ timeline: Timeline, columns: Int) {
      guard timeline.hasTimes else {
        (first, width, count) = (0, 1, columns)
        return
      }
      let buckets = timeline.categories.flatMap(\.buckets.keys)
      let (low, high) = (buckets.min() ?? 0, buckets.max() ?? 0)
      let span = high - low + 1
      first = low
      width = (span + Int64(columns) - 1) / Int64(columns)
      count = Int((span + width - 1) / width)
    }

    func columns(of category: Timeline.Category) -> [Int] {
      var numbers = [Int](repeating: 0, count: count)
      for (bucket, counts) in category.buckets {
        let column = Int((bucket - first) / width)
        // A write before the first annotation has no minute.
        if numbers.indices.contains(column) { numbers[column] += counts.total }
      }
      return numbers
    }
  }
}
