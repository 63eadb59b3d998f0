internal import Impact

/// Counters and amounts, in the backup and now.
extension ImpactText {
  /// More counters and amounts than this belong into machine output.
  private static let listedValues = 100

  /// Counters and amounts of keys whose change does harm, worst first.
  var values: [String] {
    let harmful = report.keys.filter { $0.evidence != nil && report.severity(of: $0) > .none }
    let ranked = harmful.enumerated().sorted {
      (report.severity(of: $1.element), $0.offset) < (report.severity(of: $0.element), $1.offset)
    }.map(\.element)
    guard !ranked.isEmpty else { return [] }
    var lines = [words.valuesHeading]
    for key in ranked.prefix(Self.listedValues) {
      lines.append(style.wrap(value(of: key), first: "  ", rest: "    "))
    }
    if ranked.count > Self.listedValues {
      lines.append("  " + words.moreInJSON(ranked.count - Self.listedValues))
    }
    return lines + [""]
  }

  private func value(of key: AffectedKey) -> String {
    let name = shortened(key.name, columns: 56)
    func number(_ value: (some CustomStringConvertible)?, isThere: Bool) -> String {
      value.map { "\($0)" } ?? (isThere ? "?" : "-")
    }
    let (isRestored, isLive) = (key.change != .lost, key.change != .resurrected)
    switch key.evidence {
    case .counter(let counter):
      return words.counter(
        name, counter, backup: number(counter.backup, isThere: isRestored),
        now: number(counter.current, isThere: isLive), key.change)
    case .amount(let amount):
      return words.amount(
        amount.subject.map { "\($0) \(amount.date ?? "")" } ?? name,
        backup: number(amount.backup, isThere: isRestored),
        now: number(amount.current, isThere: isLive), key.change)
    case nil: return name
    }
  }
}
