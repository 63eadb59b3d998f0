internal import BinaryInput
public import Impact

/// `carry`: what will be done, in numbers, before it is said in commands.
public struct CarryText {
  private let plan: CarryPlan
  private let style: TextStyle
  private let words: Words

  /// Prepares the plan for output in a style.
  public init(_ plan: CarryPlan, style: TextStyle, language: Language = .english) {
    self.plan = plan
    self.style = style
    words = Words(language: language)
  }

  /// Writes the totals, and a table of the categories that have something to do.
  public func write(to output: inout some TextOutputStream) {
    let totals = plan.totals
    let carry = words.carry(totals.carried, from: words.shown(plan.current.path))
    let remove = words.remove(
      totals.dropped, members: totals.droppedMembers, of: words.shown(plan.backup.path))
    let moment = "\(Timestamp(milliseconds: plan.restoreAt))"
    output.write(style.bold(carry.sum) + carry.rest + "\n")
    output.write(style.bold(remove.sum) + remove.rest + "\n")
    output.write(words.carryMoment(moment, plan.policy.id) + "\n")
    guard !totals.isEmpty || totals.unchanged > 0 else { return }
    var table = TextTable(
      [(words.category.lowercased(), .left)] + words.carryColumns.map { ($0, .right) })
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
}
