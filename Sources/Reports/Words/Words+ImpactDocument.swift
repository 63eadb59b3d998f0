internal import Impact

/// What the report on a restore says as a document.
extension Words {
  func impactTitle(_ backup: String, over current: String?) -> String {
    guard let current else {
      return text("What restoring \(backup) could do", "恢复 \(backup) 可能造成的影响")
    }
    return text("Restoring \(backup) over \(current)", "用 \(backup) 恢复并覆盖 \(current) 的影响")
  }

  /// The verdict that a manager understands.
  func verdict(_ report: ImpactReport, worst: Int, unhealing: Int) -> String {
    guard report.current != nil else { return exposureVerdict(report.severity) }
    let totals = report.totals
    guard totals.affected > 0 else {
      return text(
        "Restoring this backup changes nothing: both hold the same keys and values.",
        "恢复该备份不会改变任何数据：两边的键和值相同。")
    }
    let changes = text(
      """
      it loses \(keys(totals.lost)), puts older values or expiries back into \
      \(grouped(totals.regressed + totals.regressedExpiry)), and revives \(grouped(totals.resurrected)) \
      that had gone
      """,
      """
      将丢失 \(keys(totals.lost))，\(keys(totals.regressed + totals.regressedExpiry))退回旧值或旧过期时间，\
      \(keys(totals.resurrected))复活
      """)
    let kinds = text(
      "\(worst) \(worst == 1 ? "kind of data is" : "kinds of data are") hit this hard",
      "\(worst) 类数据受到这种程度的影响")
    let healing =
      unhealing == 0
      ? text("all of it heals by itself in time", "都会随时间自行恢复")
      : text(
        "\(unhealing) of all \(unhealing == 1 ? "does" : "do") not heal by \(unhealing == 1 ? "itself" : "themselves")",
        "其中 \(unhealing) 类不会自行恢复")
    switch report.severity {
    case .high:
      return text(
        "Do not restore this backup without the steps below: \(changes). \(capitalized(kinds)), and \(healing).",
        "未执行下列步骤前不要恢复该备份：\(changes)。\(kinds)，\(healing)。")
    case .medium:
      return text(
        "Restoring this backup does harm that people will notice: \(changes). \(capitalized(kinds)), and \(healing).",
        "恢复该备份会造成可察觉的损害：\(changes)。\(kinds)，\(healing)。")
    case .low:
      return text(
        "Restoring this backup does slight harm: \(changes). \(capitalized(healing)).",
        "恢复该备份影响轻微：\(changes)。\(healing)。")
    case .none:
      return text(
        "Restoring this backup does no harm that the policy knows of: \(changes).",
        "按策略判断，恢复该备份没有害处：\(changes)。")
    }
  }

  private func exposureVerdict(_ severity: Severity) -> String {
    let word = self.severity(severity)
    return text(
      "Without a current state to compare with, this is the worst that restoring the backup could do; it is rated \(word).",
      "没有当前状态可供比较，以下是恢复该备份最坏的可能，严重程度：\(word)。")
  }

  private func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  // MARK: Headings

  var categoriesTitle: String { text("What changes, by category", "各分类的变化") }
  var lossesTitle: String { text("What it means, and for whom", "具体影响及涉及对象") }
  var healingTitle: String { text("What heals by itself, and when", "哪些会自行恢复，何时恢复") }
  var stepsTitle: String { text("What to do now", "现在要做什么") }
  var contradictionsTitle: String {
    text("Where the document and the data disagree", "文档与数据不一致之处")
  }
  var exposureTitle: String { text("What could happen, by category", "各分类可能的影响") }
  var unknownTitle: String { text("Keys without a category", "无分类的键") }

  // MARK: Facts

  var fact: String { text("Fact", "项目") }
  var inputsCaption: String { text("What was compared", "比较的对象") }
  var backupName: String { text("Backup", "备份") }
  var currentName: String { text("Current state", "当前状态") }
  var restoreAtName: String { text("Moment of the restore (T)", "恢复时刻（T）") }
  func gap(_ milliseconds: Int64) -> String {
    text("\(duration(milliseconds)) after the backup", "距备份 \(duration(milliseconds))")
  }
  func keysAtRestore(_ keys: Int, expired: Int) -> String {
    text(
      "\(grouped(keys)), of which \(grouped(expired)) have expired by T",
      "\(grouped(keys))，其中 \(grouped(expired)) 个到 T 时已过期")
  }

  // MARK: Columns and captions

  var healsColumn: String { text("Heals", "自行恢复") }
  var consequenceColumn: String { text("What it means", "影响") }
  var recoveryColumn: String { text("What to do", "处理") }
  var subjectColumn: String { text("Whom", "对象") }
  var dateColumn: String { text("Day", "日期") }
  var inBackup: String { text("In the backup", "备份中") }
  var nowColumn: String { text("Now", "当前") }
  var limitColumn: String { text("Limit", "上限") }
  var documentSays: String { text("The document says", "文档所述") }
  var dataShow: String { text("The data show", "数据显示") }
  var foundColumn: String { text("How far it holds", "实际情况") }
  var prefixColumn: String { text("Prefix", "前缀") }
  var atT: String { text("at T", "T 时") }
  var eventColumn: String { text("Event", "事件") }

  var sharesTitle: String { text("Shares of each category", "各分类的构成") }
  var sharesDescription: String {
    text(
      "For each category a bar of all its keys: the part that is lost, that gets older values, that comes back, that stays. The numbers are in the table below.",
      "每个分类一条，表示其全部键：丢失、退回旧值、复活和不变的部分。数字见下表。")
  }
  var categoriesCaption: String { text("Keys by category", "各分类的键数") }
  var eventsCaption: String { text("Events, worst first", "事件，最严重的在前") }
  var amountsCaption: String { text("Amounts, in the backup and now", "金额：备份中与当前") }
  var countersCaption: String { text("Counters, in the backup and now", "计数：备份中与当前") }
  var queuesCaption: String { text("Members of queues", "队列成员") }
  var healingChartTitle: String { text("Keys still affected after T", "T 之后仍受影响的键数") }
  func healingDescription(_ start: Int, _ never: Int, _ unknown: Int) -> String {
    text(
      "How many harmed keys have not recovered by themselves: \(grouped(start)) at the restore; \(grouped(never)) never do, and of \(grouped(unknown)) it is not known.",
      "尚未自行恢复的受损键数：恢复时 \(grouped(start)) 个；其中 \(grouped(never)) 个不会恢复，\(grouped(unknown)) 个未知。")
  }
  var healingCaption: String { text("Harmed keys that have not recovered", "尚未恢复的受损键数") }
  var expiryChartTitle: String { text("When the affected keys expire", "受影响的键何时过期") }
  var expiryDescription: String {
    text("How many affected keys expire within which time after T.", "受影响的键在 T 之后各时段内过期的数量。")
  }
  func within(_ milliseconds: Int64) -> String {
    text("within \(duration(milliseconds))", "\(duration(milliseconds))内")
  }
  var later: String { text("later", "更晚") }
  var noExpiry: String { text("no expiry", "无过期时间") }
  var passed: String { text("by T", "T 前") }
  var nothingHarmful: String { text("Nothing harmful happens.", "没有有害的变化。") }
  var unknownCaption: String { text("Keys of no category, by prefix", "无分类的键，按前缀") }
  var contradictionsCaption: String {
    text("What the document promises, and what the files show", "文档的说法与文件所显示的情况")
  }
  var noContradiction: String {
    text("The data contradict nothing that the document says.", "数据与文档没有矛盾。")
  }
  var exposureCaption: String { text("Keys of the backup at T", "T 时备份中的键") }
  var comeBack: String { text("Come back", "恢复的键") }
  var expired: String { text("Expired", "已过期") }
  var liveKeys: String { text("Live keys are lost", "现有的键是否丢失") }
  var appendixNote: String {
    text(
      "The worst first; every key with `--format ndjson`.", "最严重的在前；全部键见 `--format ndjson`。")
  }
  var omittedValue: String { text("withheld", "已隐去") }

  func rewritten(_ value: Bool?) -> String {
    switch value {
    case true?: text("all: none lives this long", "全部：没有键能存活这么久")
    case false?: text("those written since", "备份之后写入的")
    case nil: text("not known", "未知")
    }
  }

  func queueColumn(_ index: Int) -> String {
    [
      text("Lost", "丢失"), text("Resurrected", "复活"), text("Rescored", "时间退回"),
      text("Without job key", "无任务键"), text("Due at T", "T 时到期"),
    ][index]
  }

  // MARK: Steps

  var keepState: String {
    text(
      "Keep a copy of the current state where nothing writes to it. Every repair below comes from it.",
      "先把当前状态复制到不会再被写入的地方，下面的修复都以它为准。")
  }
  var stopWriters: String {
    text(
      "Stop the application and all its workers, then the Redis server. Nothing may write while you restore.",
      "停止应用及所有 worker，再停止 Redis 服务器；恢复期间不得有任何写入。")
  }
  var verifyBackup: String {
    text("Make sure that the backup is whole.", "确认备份完整。")
  }
  var stageBackup: String {
    text(
      "Make a data directory that the server really loads: with appendonly yes it ignores a copied dump.rdb.",
      "生成服务器真正会加载的数据目录：开启 appendonly 时，服务器不会读取拷入的 dump.rdb。")
  }
  var preflightBackup: String {
    text("Ask what a server would do with that directory.", "检查服务器会如何处理该目录。")
  }
  var startServer: String {
    text(
      "Put the directory in the place of the server's own, keep the old one, and start the server without traffic.",
      "用该目录替换服务器的数据目录，保留旧目录，然后在不放行流量的情况下启动服务器。")
  }
  var carryOver: String {
    text(
      "Have the commands made that bring over what the policy carries and remove what it drops, look through them, and give them to the restored server before any traffic.",
      "生成命令：补回策略要求保留的数据，删除策略要求清除的数据；检查后在放行流量之前发给恢复后的服务器。")
  }
  var letIn: String {
    text(
      "Start the application and its workers only when every step above is done.",
      "完成以上所有步骤后，再启动应用和 worker。")
  }
  var compareAgain: String {
    text(
      "Without a current state this report can only name what is possible. With a copy of it, ask again:",
      "没有当前状态，本报告只能列出可能的影响。取得当前状态的副本后再次运行：")
  }
  func alsoListed(_ number: Int) -> String {
    text("# \(number) more keys: see --format ndjson", "# 另有 \(number) 个键：见 --format ndjson")
  }
}
