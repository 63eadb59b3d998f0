internal import BinaryInput
public import Impact
internal import Keyspace
public import Memory
internal import RDB

/// `memory --format text`: what takes memory, on a screen.
public struct MemoryText {
  private let report: MemoryReport
  private let style: TextStyle
  private let words: Words

  /// Of the beginnings below another, so many are listed.
  private static let shownPrefixes = 12

  /// Prepares the report for output.
  public init(_ report: MemoryReport, style: TextStyle, language: Language = .english) {
    self.report = report
    self.style = style
    words = Words(language: language)
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
      style.bold(words.shown(report.backup.path)) + words.inMemory(of: report.target.name)
    ]
    if report.backup.isIncomplete {
      lines.append("  \(words.noteInColumn)\(words.commandsMissing)")
    }
    if let at = report.at {
      lines.append("  " + words.withoutKeysExpired(by: "\(Timestamp(milliseconds: at))"))
    }
    var table = TextTable([("", .left), (words.bytes, .right), ("", .right)])
    for (name, bytes) in [
      (words.asMemoryUsage(sum.keys), sum.bytes),
      (words.allocator.lowercased(), overhead.allocator),
      (words.conversions(in: report.target.name), overhead.conversions),
      (words.expiryEntries.lowercased(), overhead.expiries),
      (words.buckets.lowercased(), overhead.buckets), (words.together, report.total),
    ] {
      table.add([name, "\(bytes)", AmountText.bytes(bytes)])
    }
    lines += table.lines()
    lines.append(
      "  "
        + words.withoutExpiry(sum.keysWithoutExpiry, AmountText.bytes(sum.bytesWithoutExpiry)))
    return lines + [""]
  }

  private var databases: [String] {
    guard report.databases.count > 1 else { return [] }
    return rows(words.database.lowercased(), report.databases.map { ("\($0.database)", $0.sum) })
  }

  private var encodings: [String] {
    let title = words.list([words.type.lowercased(), words.encoding.lowercased()])
    return rows(
      title, report.encodings.map { ("\($0.type.name), \(words.encoding($0.encoding))", $0.sum) })
  }

  private var categories: [String] {
    let rows = report.categories.map { ($0.id ?? words.noCategory, $0.sum) }
    return self.rows(words.categoriesHeading(report.policy.id), rows)
  }

  private func rows(_ title: String, _ rows: [(name: String, sum: KeySum)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    var table = TextTable([
      (title, .left), (words.keysName.lowercased(), .right), (words.bytes, .right),
      (words.share, .right), (words.noExpiryColumn, .right),
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
      names.append((String(repeating: "  ", count: level) + words.prefix(nil), others))
    }
    var lines = rows(words.prefixColumn.lowercased(), names)
    if isApproximate {
      lines.insert("  ~ " + words.tooManyPrefixes, at: lines.count - 1)
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

  private var largest: [String] { keys(words.largestInMemory.lowercased(), report.largest) }

  private var use: [String] {
    var lines: [String] = []
    if let idle = report.idle {
      lines += keys(words.unusedLongest, idle.coldest)
      lines += keys(words.usedLast, idle.hottest)
    }
    if let frequency = report.frequency {
      lines += keys(words.usedLeast, frequency.coldest)
      lines += keys(words.usedMost, frequency.hottest)
    }
    return lines
  }

  private func keys(_ title: String, _ keys: [RankedKey]) -> [String] {
    guard !keys.isEmpty else { return [] }
    var table = TextTable([
      (words.bytes, .right), (words.elements, .right), (words.largestElement, .right),
      (words.type.lowercased(), .left), (words.encoding.lowercased(), .left), (words.use, .left),
      (words.shortDatabase, .right), (words.key.lowercased(), .left),
    ])
    for key in keys {
      let idle = key.idle.map { words.idle(Int64(clamping: min($0, 1 << 40) * 1000)) }
      let use = idle ?? key.frequency.map { words.frequency("\($0)") } ?? "-"
      table.add([
        "\(key.bytes)", key.elements.map { "\($0)" } ?? "-",
        key.largestElement.map { "\($0)" } ?? "-",
        key.type.name, words.encoding(key.encoding.name), use, "\(key.database)",
        shortened(key.name, columns: 48),
      ])
    }
    return ["  " + title] + table.lines() + [""]
  }
}

// MARK: - maxmemory

extension MemoryText {
  private var fit: [String] {
    guard let fit = report.fit else { return [] }
    let (used, limit) = (AmountText.bytes(fit.used), AmountText.bytes(fit.limit))
    guard fit.excess > 0 else { return ["  " + words.fits(used, limit)] }
    var table = TextTable([
      ("maxmemory-policy", .left), (words.keysThatGo, .right), (words.bytes, .right),
      (words.firstToGo, .left), ("", .left),
    ])
    for outcome in fit.outcomes {
      table.add([
        outcome.policy.rawValue, "\(outcome.evicted.keys)",
        AmountText.bytes(outcome.evicted.bytes), words.order(outcome.order),
        words.remark(outcome, report.policy),
      ])
    }
    return ["  " + words.fitsNot(used, limit, AmountText.bytes(fit.excess))] + table.lines()
  }
}
