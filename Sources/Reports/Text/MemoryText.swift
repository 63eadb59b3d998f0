internal import BinaryInput
internal import Impact
internal import Keyspace
public import Memory
internal import RDB

/// `memory --format text`: what takes memory, on a screen.
public struct MemoryText {
  private let report: MemoryReport
  private let style: TextStyle

  /// Of the beginnings below another, so many are listed.
  private static let shownPrefixes = 12

  /// Prepares the report for output.
  public init(_ report: MemoryReport, style: TextStyle) {
    self.report = report
    self.style = style
  }

  /// Writes the report.
  public func write(to output: inout some TextOutputStream) {
    for line in summary + databases + encodings + categories + prefixes + largest + use + fit {
      output.write(line + "\n")
    }
  }

  private var summary: [String] {
    let sum = report.sum
    let overhead = report.overhead
    var lines = [
      style.bold("\(EscapedBytes(Array(report.backup.path.utf8)))")
        + " in the memory of \(report.target.name)"
    ]
    if report.backup.isIncomplete {
      lines.append("  note      commands that this build does not know are missing here")
    }
    if let at = report.at {
      lines.append("  without keys that have expired by \(Timestamp(milliseconds: at))")
    }
    var table = TextTable([("", .left), ("bytes", .right), ("", .right)])
    table.add(["\(sum.keys) keys, as MEMORY USAGE", "\(sum.bytes)", AmountText.bytes(sum.bytes)])
    for (name, bytes) in [
      ("the allocator's rounding, shared integers", overhead.allocator),
      ("other encodings in \(report.target.name)", overhead.conversions),
      ("entries of expiries", overhead.expiries), ("buckets of the databases", overhead.buckets),
    ] {
      table.add([name, "\(bytes)", AmountText.bytes(bytes)])
    }
    table.add(["together", "\(report.total)", AmountText.bytes(report.total)])
    lines += table.lines()
    lines.append(
      "  without expiry: \(sum.keysWithoutExpiry) keys, \(AmountText.bytes(sum.bytesWithoutExpiry))"
    )
    return lines + [""]
  }

  private var databases: [String] {
    guard report.databases.count > 1 else { return [] }
    return rows("database", report.databases.map { ("\($0.database)", $0.sum) })
  }

  private var encodings: [String] {
    rows("type, encoding", report.encodings.map { ("\($0.type.name), \($0.encoding)", $0.sum) })
  }

  private var categories: [String] {
    let rows = report.categories.map { ($0.id ?? "(no category)", $0.sum) }
    return self.rows("category (\(report.policy.id))", rows)
  }

  private func rows(_ title: String, _ rows: [(name: String, sum: KeySum)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    var table = TextTable([
      (title, .left), ("keys", .right), ("bytes", .right), ("share", .right),
      ("no expiry", .right),
    ])
    for (name, sum) in rows {
      table.add([
        name, "\(sum.keys)", AmountText.bytes(sum.bytes),
        AmountText.share(sum.bytes, of: report.sum.bytes), "\(sum.keysWithoutExpiry)",
      ])
    }
    return table.lines() + [""]
  }

  private var prefixes: [String] {
    guard !report.prefixes.children.isEmpty else { return [] }
    var names: [(name: String, sum: KeySum)] = []
    var isApproximate = false
    list(report.prefixes, level: 0) { node, level in
      isApproximate = isApproximate || node.isApproximate
      let name = "\"\(shortened(node.segment, columns: 40))\""
      names.append(
        (String(repeating: "  ", count: level) + (node.isApproximate ? "~" : "") + name, node.sum))
    } rest: { others, level in
      names.append((String(repeating: "  ", count: level) + "(others)", others))
    }
    var lines = rows("prefix", names)
    if isApproximate {
      lines.insert(
        "  ~ there were too many prefixes for all: at least this, and none of the others is heavier "
          + "than what is given as bytes_at_most in JSON", at: lines.count - 1)
    }
    return lines
  }

  /// Goes through the heaviest nodes, and what is left of each level. What has less than a thousandth of all is
  /// not worth a line.
  private func list(
    _ parent: PrefixNode, level: Int, _ visit: (PrefixNode, Int) -> Void,
    rest: (KeySum, Int) -> Void
  ) {
    var others = parent.sum
    let shown = parent.children.prefix(Self.shownPrefixes).prefix {
      $0.sum.bytes >= report.sum.bytes / 1000
    }
    for node in shown {
      visit(node, level)
      list(node, level: level + 1, visit, rest: rest)
      others -= node.sum
    }
    if !shown.isEmpty && others.keys > 0 { rest(others, level) }
  }

  private var largest: [String] { keys("largest keys", report.largest) }

  private var use: [String] {
    var lines: [String] = []
    if let idle = report.idle {
      lines += keys("not used for the longest time", idle.coldest)
      lines += keys("used last", idle.hottest)
    }
    if let frequency = report.frequency {
      lines += keys("used least", frequency.coldest)
      lines += keys("used most", frequency.hottest)
    }
    return lines
  }

  private func keys(_ title: String, _ keys: [RankedKey]) -> [String] {
    guard !keys.isEmpty else { return [] }
    var table = TextTable([
      ("bytes", .right), ("elements", .right), ("largest", .right), ("type", .left),
      ("encoding", .left), ("use", .left), ("db", .right), ("key", .left),
    ])
    for key in keys {
      let idle = key.idle.map {
        "idle \(DurationText.text(Int64(clamping: min($0, 1 << 40) * 1000), .english))"
      }
      let use = idle ?? key.frequency.map { "frequency \($0)" } ?? "-"
      table.add([
        "\(key.bytes)", key.elements.map { "\($0)" } ?? "-",
        key.largestElement.map { "\($0)" } ?? "-",
        key.type.name, key.encoding.name, use, "\(key.database)", shortened(key.name, columns: 48),
      ])
    }
    return ["  " + title] + table.lines() + [""]
  }
}

// MARK: - maxmemory

extension MemoryText {
  private var fit: [String] {
    guard let fit = report.fit else { return [] }
    let used = "\(AmountText.bytes(fit.used)) of \(AmountText.bytes(fit.limit))"
    guard fit.excess > 0 else { return ["  maxmemory: fits, \(used)"] }
    var table = TextTable([
      ("maxmemory-policy", .left), ("keys that go", .right), ("bytes", .right), ("first", .left),
      ("", .left),
    ])
    for outcome in fit.outcomes {
      table.add([
        outcome.policy.rawValue, "\(outcome.evicted.keys)",
        AmountText.bytes(outcome.evicted.bytes), Self.order(outcome.order), remark(outcome),
      ])
    }
    return [
      "  maxmemory: does not fit, \(used): \(AmountText.bytes(fit.excess)) too many"
    ] + table.lines()
  }

  private static func order(_ order: EvictionOrder?) -> String {
    switch order {
    case .idle: "longest unused"
    case .frequency: "least used"
    case .random: "any"
    case .expiry: "next to expire"
    case nil: "-"
    }
  }

  private func remark(_ outcome: EvictionOutcome) -> String {
    guard outcome.isEnough else { return "not enough: writes are refused" }
    let heaviest = outcome.categories.sorted { $0.evicted.bytes > $1.evicted.bytes }.prefix(3)
    let categories = report.policy.categories
    return heaviest.map { row in
      let id = row.category < categories.count ? categories[row.category].id : "(no category)"
      return "\(id) \(row.evicted.keys)"
    }.joined(separator: ", ")
  }
}
