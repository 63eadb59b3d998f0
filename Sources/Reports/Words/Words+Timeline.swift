internal import AOF
internal import Impact
internal import Keyspace

/// What `timeline` says.
extension Words {
  func timelineTitle(_ path: String) -> String { text("When \(path) wrote what", "\(path) 何时写了什么") }
  func timelineVerdict(_ commands: Int, _ span: String?) -> String {
    let when = span.map { text(", from \($0)", "，时间 \($0)") } ?? ""
    return text(
      "The log has \(count(commands, "command", "commands", "条命令")) with an effect\(when).",
      "该日志有 \(count(commands, "command", "commands", "条命令"))产生了效果\(when)。")
  }
  var logLabel: String { text("Log  ", "日志  ") }
  var logHasNoTimes: String {
    text(
      "The log has no times: it was written without aof-timestamp-enabled. A column is a sixtieth of its bytes, and what expired counts as deleted.",
      "该日志没有时间：写入时未启用 aof-timestamp-enabled。每一列是其字节的六十分之一，过期的键计为删除。")
  }
  var incompleteLog: String {
    text("Incomplete: commands had to be left out.", "不完整：有命令被略去。")
  }
  func event(_ event: KeyEvent) -> String {
    switch event {
    case .created: text("created", "新建")
    case .changed: text("changed", "修改")
    case .deleted: text("deleted", "删除")
    case .expired: text("expired", "过期")
    }
  }
  var lastWrite: String { text("Last write", "最后写入") }
  var writesByPlace: String { text("writes by place", "按位置的写入") }
  func writes(by column: String) -> String {
    text("writes, a column is \(column)", "写入，每列 \(column)")
  }
  func noWrites(for length: String, _ from: String, _ to: String) -> String {
    text("no writes for \(length): \(from) to \(to)", "\(length)没有写入：\(from) 至 \(to)")
  }
  var flushed: String { text("flushed", "清空") }
  func at(_ moment: String) -> String { text(" at \(moment)", "于 \(moment)") }
  func part(_ number: Int, _ offset: String) -> String {
    text("part \(number), \(offset)", "第 \(number) 部分，\(offset)")
  }

  // MARK: As a document

  var writesTitle: String { text("Writes by category", "各分类的写入") }
  func writesDescription(_ column: String) -> String {
    text(
      "How many writes there were in each stretch of \(column), by category; a line marks the moment that was named.",
      "每 \(column) 的写入数，按分类；指定的时刻以竖线标出。")
  }
  var sixtieth: String { text("a sixtieth of the log", "日志的六十分之一") }
  var otherCategories: String { text("others", "其他") }
  var gapsTitle: String { text("Stretches without writes", "没有写入的时段") }
  var flushesTitle: String { text("Flushes", "清空操作") }
  var from: String { text("From", "从") }
  var to: String { text("To", "到") }
  var length: String { text("Length", "时长") }
  var moment: String { text("Moment", "时刻") }
  var writesColumn: String { text("Writes", "写入") }
}
