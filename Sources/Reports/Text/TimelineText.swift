internal import BinaryInput
public import Impact
internal import Keyspace

/// `timeline --format text`: a table with a line for each category, and what stands out.
public struct TimelineText {
  private let timeline: Timeline
  private let style: TextStyle
  private let words: Words

  /// How many columns a line of bars has, at most.
  private static let columns = Timeline.slices

  /// Prepares a timeline for output.
  public init(_ timeline: Timeline, style: TextStyle, language: Language = .english) {
    self.timeline = timeline
    self.style = style
    words = Words(language: language)
  }

  /// Writes the table.
  public func write(to output: inout some TextOutputStream) {
    let path = "\(EscapedBytes(Array(timeline.path.utf8)))"
    let facts = [words.commands(timeline.commands)] + [span].compactMap(\.self)
    output.write("\(words.logLabel)\(path)  (\(facts.joined(separator: words.text(", ", "，"))))\n")
    if !timeline.hasTimes {
      output.write(style.wrap(words.logHasNoTimes, first: "", rest: "") + "\n")
    }
    if timeline.isIncomplete { output.write(words.incompleteLog + "\n") }
    output.write("\n")
    writeTable(to: &output)
    for gap in timeline.gaps {
      let length = words.duration((gap.to - gap.from) * 1000)
      output.write(words.noWrites(for: length, moment(gap.from), moment(gap.to)) + "\n")
    }
    for flush in timeline.flushes {
      let place =
        "\(EscapedBytes(Array(flush.path.utf8)))\(words.colon)\(words.offset(flush.offset))"
      let time = flush.time.map { words.at(moment($0)) } ?? ""
      output.write(
        "\(style.paint(words.flushed, .high))\(time)\(words.colon)\(words.plainKeys(flush.keys))"
          + "\(words.aside(place))\n")
    }
  }

  private var span: String? {
    timeline.span.map {
      words.text(
        "\(moment($0.first)) to \(moment($0.last))", "\(moment($0.first)) 至 \(moment($0.last))")
    }
  }

  private func writeTable(to output: inout some TextOutputStream) {
    var rows = [
      [words.category.lowercased()] + KeyEvent.allCases.map(words.event)
        + [words.lastWrite.lowercased(), heading]
    ]
    let scale = TimelineScale(timeline, columns: Self.columns)
    for category in timeline.categories {
      let counts = KeyEvent.allCases.map { event in
        category.counts[event] == 0 ? "-" : "\(category.counts[event])"
      }
      rows.append(
        [category.id ?? words.noCategory] + counts
          + [lastWrite(category), Self.bars(scale.columns(of: category))])
    }
    let widths = (0..<6).map { column in rows.map { displayWidth($0[column]) }.max() ?? 0 }
    for row in rows {
      var line = " "
      for column in 0..<6 {
        let filling = String(repeating: " ", count: widths[column] - displayWidth(row[column]))
        let isNumber = (1...4).contains(column)
        line += isNumber ? " \(filling)\(row[column])" : " \(row[column])\(filling)"
      }
      output.write("\(line)  \(row[6])\n")
    }
  }

  private var heading: String {
    guard timeline.hasTimes else { return words.writesByPlace }
    let minutes = TimelineScale(timeline, columns: Self.columns).width
    return words.writes(by: words.duration(minutes * 60_000))
  }

  private func lastWrite(_ category: Timeline.Category) -> String {
    category.lastWrite.map(moment)
      ?? words.part(category.lastPart + 1, "0x\(String(category.lastOffset, radix: 16))")
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
}
