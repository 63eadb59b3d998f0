internal import BinaryInput
public import Impact

/// `carry`: what will be done, in numbers, before it is said in commands.
public struct CarryText {
  private let plan: CarryPlan
  private let style: TextStyle

  private static let columns = [
    "bring forward", "lost", "older", "expiry", "alike", "remove", "from queues",
  ]

  /// Prepares the plan for output in a style.
  public init(_ plan: CarryPlan, style: TextStyle) {
    self.plan = plan
    self.style = style
  }

  /// Writes the totals, and a table of the categories that have something to do.
  public func write(to output: inout some TextOutputStream) {
    let totals = plan.totals
    let moment = Timestamp(milliseconds: plan.restoreAt)
    output.write(
      style.bold("Carry    \(count(totals.carried, "key"))") + " from \(path(plan.current.path))\n")
    output.write(
      style.bold("Remove   \(count(totals.dropped, "key"))")
        + " and \(count(totals.droppedMembers, "queue member")) that \(path(plan.backup.path)) has\n"
    )
    output.write("at       \(moment); policy \(plan.policy.id)\n")
    guard !totals.isEmpty || totals.unchanged > 0 else { return }
    var table = TextTable([("category", .left)] + Self.columns.map { ($0, .right) })
    for (category, counts) in zip(plan.policy.categories, plan.counts)
    where !counts.isEmpty || counts.unchanged > 0 {
      let numbers = [
        counts.carried, counts.lost, counts.regressed, counts.regressedExpiry, counts.unchanged,
        counts.dropped, counts.droppedMembers,
      ]
      table.add([category.id] + numbers.map { $0 == 0 ? "-" : "\($0)" })
    }
    output.write("\n" + table.lines().map { $0 + "\n" }.joined())
  }

  private func count(_ number: Int, _ what: String) -> String {
    "\(number) \(what)\(number == 1 ? "" : "s")"
  }

  private func path(_ path: String) -> EscapedBytes { EscapedBytes(Array(path.utf8)) }
}
