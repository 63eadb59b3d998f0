internal import Impact

/// What the report on a restore says on a screen.
extension Words {
  /// What stands before backup, current state, and moment, all as wide.
  var inputLabels: (restore: String, over: String, at: String) {
    (text("Restore  ", "恢复  "), text("over     ", "覆盖  "), text("at       ", "时刻  "))
  }
  var noteLabel: String { text("note: ", "注意：") }
  var replayed: String { text("a log replayed", "由日志重放") }
  func base(of time: String) -> String { text("base of \(time)", "基础文件 \(time)") }
  func keysAndExpired(_ keys: Int, _ expired: Int) -> String {
    text("\(keys) keys, \(expired) expired", "\(keys) 个键，\(expired) 个已过期")
  }
  func aside(_ facts: [String]) -> String { aside(facts.joined(separator: text(", ", "，"))) }
  func policy(_ id: String) -> String { text("policy \(id)", "策略 \(id)") }

  var atWorstVerdict: String {
    text("at worst, without a current state to compare with", "最坏情况，没有当前状态可供比较")
  }
  func totals(_ totals: ChangeCounts) -> String {
    text(
      """
      \(totals.lost) lost, \(totals.regressed) regressed, \(totals.regressedExpiry) with an older expiry, \
      \(totals.resurrected) resurrected, \(totals.unchanged) unchanged
      """,
      """
      丢失 \(totals.lost)，退回旧值 \(totals.regressed)，过期时间退回 \(totals.regressedExpiry)，\
      复活 \(totals.resurrected)，不变 \(totals.unchanged)
      """)
  }
  func loudSeverity(_ severity: Severity) -> String { self.severity(severity).uppercased() }
  func severityLine(_ severity: String, _ verdict: String) -> String {
    text("Severity \(severity): \(verdict)", "严重程度 \(severity)：\(verdict)")
  }

  // MARK: Table

  var countHeadings: [String] {
    [
      text("lost", "丢失"), text("regressed", "退回旧值"), text("expiry", "过期时间退回"),
      text("resurrected", "复活"), text("same", "不变"),
    ]
  }
  var harmless: String { text("harmless: ", "无害：") }
  var byPrefix: String { text("no category, by prefix: ", "无分类，按前缀：") }
  var atWorst: String { text("at worst", "最坏") }
  func members(of category: String, _ members: QueueChanges) -> String {
    text(
      """
      \(category) members: \(members.lost.count) lost, \(members.resurrected.count) resurrected, \
      \(members.rescored.count) rescored; restored queue: \(members.withoutJobKey.count) without job key, \
      \(members.due.count) due
      """,
      """
      \(category) 成员：丢失 \(members.lost.count)，复活 \(members.resurrected.count)，\
      时间退回 \(members.rescored.count)；恢复后的队列：无任务键 \(members.withoutJobKey.count)，\
      已到期 \(members.due.count)
      """)
  }

  // MARK: Advice

  func adviceHeading(_ severity: String) -> String {
    text("What to do about what is \(severity)", "如何处理严重程度为\(severity)的影响")
  }
  var detailsHeading: String {
    text("What happens and what to do, worst first", "影响与处理，最严重的在前")
  }
  var unknownSubject: String { text("no category", "无分类") }
  func plainKeys(_ number: Int) -> String { text("\(number) keys", "\(number) 个键") }
  var moreWithDetails: String {
    text(
      "What each event means, what to do about the rest, values: --details. Every key: --format ndjson",
      "各事件的含义、其余处理办法和数值：--details。全部键：--format ndjson")
  }
  var nameCurrentState: String {
    text(
      "Name the current state to see which keys: lossmap impact BACKUP --current CURRENT",
      "指定当前状态即可看到具体的键：lossmap impact BACKUP --current CURRENT")
  }

  // MARK: Document and data

  var contradictionsHeading: String {
    text("The data contradict the document", "数据与文档不一致")
  }
  var againstDocument: String { text("Against the document: ", "与文档不一致：") }
  func document(_ impact: String) -> String {
    text("; the document: \(impact)", "；文档所述：\(impact)")
  }

  // MARK: Values

  var valuesHeading: String {
    text("Counters and amounts, in the backup and now", "计数与金额：备份中与当前")
  }
  func moreInJSON(_ number: Int) -> String {
    text("and \(number) more: see --format json", "另有 \(number) 项：见 --format json")
  }
  func counter(
    _ name: String, _ counter: CounterEvidence, backup: String, now: String, _ change: KeyChange
  ) -> String {
    var line = name + text(": backup \(backup)", "：备份 \(backup)")
    if let limit = counter.limit { line += text(" of \(limit)", "，上限 \(limit)") }
    if let remaining = counter.remaining {
      line +=
        remaining == 0
        ? text(", locked", "，已锁定") : text(", \(remaining) left", "，剩余 \(remaining)")
    }
    return line + text("; now \(now)", "；当前 \(now)") + aside(counted(change))
  }
  func amount(_ owner: String, backup: String, now: String, _ change: KeyChange) -> String {
    text("\(owner): backup \(backup); now \(now)", "\(owner)：备份 \(backup)；当前 \(now)")
      + aside(counted(change))
  }
}
