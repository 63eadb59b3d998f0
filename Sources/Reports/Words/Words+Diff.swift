internal import Diff
internal import Impact

/// What `diff` says.
extension Words {
  var differencesTitle: String { text("Differences", "差异") }
  func diffVerdict(_ totals: DiffCounts) -> String {
    totals.differing == 0
      ? text("The two hold the same keys and values.", "两边的键和值相同。")
      : text(
        "\(keys(totals.differing)) of \(grouped(totals.differing + totals.unchanged)) \(totals.differing == 1 ? "differs" : "differ").",
        "共 \(grouped(totals.differing + totals.unchanged)) 个键，其中 \(grouped(totals.differing)) 个不同。")
  }
  var all: String { text("all", "合计") }
  var old: String { text("Old", "旧") }
  var new: String { text("New", "新") }
  /// What stands before the sides and the moment on a screen, all as wide.
  var sideLabels: (old: String, new: String, at: String) {
    (text("Old  ", "旧    "), text("New  ", "新    "), text("at   ", "时刻  "))
  }
  func leavesOutExpired(_ time: String) -> String {
    text("\(time): what has expired by then is left out", "\(time)：此前已过期的键不计")
  }
  func expiredByThen(_ number: Int) -> String {
    text("\(number) expired by then", "\(number) 个届时已过期")
  }
  func change(_ change: DiffChange) -> String {
    switch change {
    case .added: text("added", "新增")
    case .removed: text("removed", "删除")
    case .changed: text("changed", "修改")
    case .expiry: text("expiry", "过期时间")
    }
  }
  func counts(_ totals: DiffCounts) -> String {
    guard totals.differing > 0 else { return text("No difference", "没有差异") }
    return text(
      DiffChange.allCases.map {
        "\(totals[$0]) \($0 == .expiry ? "with another expiry only" : $0.rawValue)"
      }.joined(separator: ", "),
      DiffChange.allCases.map {
        "\($0 == .expiry ? "仅过期时间不同" : change($0)) \(totals[$0])"
      }.joined(separator: "，"))
  }
  func unchanged(_ number: Int) -> String { text("\(number) unchanged", "不变 \(number)") }
  var noDifference: String { text("no difference: ", "没有差异：") }
  var changesInside: String { text("What changed inside", "值内的变化") }
  func expires(_ before: Int64?, _ after: Int64?) -> String {
    func moment(_ expiry: Int64?) -> String {
      expiry.map { Timestamp(milliseconds: $0).description } ?? never
    }
    return text(
      "expires \(moment(before)) -> \(moment(after))", "过期 \(moment(before)) -> \(moment(after))")
  }

  // MARK: Inside of values

  var present: String { text("present", "存在") }
  var wholeValue: String { text("value", "值") }
  func value(fromByte start: Int) -> String {
    text("value from byte \(start)", "值，从第 \(start) 字节起")
  }
  var member: String { text("member", "成员") }
  var field: String { text("field", "字段") }
  func expiry(ofField name: String) -> String {
    text("field \(name) expires", "字段 \(name) 过期时间")
  }
  var entry: String { text("entry", "条目") }
  var group: String { text("group", "消费者组") }
  func pending(_ group: String, _ id: String) -> String {
    text("group \(group), pending \(id)", "消费者组 \(group)，待处理 \(id)")
  }
  func consumer(_ group: String, _ name: String) -> String {
    text("group \(group), consumer \(name)", "消费者组 \(group)，消费者 \(name)")
  }
  func message(_ producer: String, _ message: String) -> String {
    text("producer \(producer), message \(message)", "生产者 \(producer)，消息 \(message)")
  }
}
