internal import Impact

/// What `carry` says.
extension Words {
  func carry(_ keys: Int, from path: String) -> (sum: String, rest: String) {
    (
      text(
        "Carry    \(keys) \(keys == 1 ? "key" : "keys")", "补写    \(keys) 个键"),
      text(" from \(path)", "，取自 \(path)")
    )
  }
  func remove(_ keys: Int, members: Int, of path: String) -> (sum: String, rest: String) {
    (
      text(
        "Remove   \(keys) \(keys == 1 ? "key" : "keys")", "移除    \(keys) 个键"),
      text(
        " and \(members) queue \(members == 1 ? "member" : "members") that \(path) has",
        "和 \(members) 个队列成员，它们在 \(path) 中")
    )
  }
  func carryMoment(_ moment: String, _ policy: String) -> String {
    text("at       \(moment); policy \(policy)", "时刻    \(moment)；策略 \(policy)")
  }
  var carryColumns: [String] {
    [
      text("bring forward", "补写"), text("lost", "丢失"), text("older", "退回旧值"),
      text("expiry", "过期时间退回"), text("alike", "相同"), text("remove", "移除"),
      text("from queues", "移出队列"),
    ]
  }

  // MARK: What is left out of commands and of data

  /// The reason is exact, and in English.
  func noCommandMakes(_ key: String, _ reason: String) -> String {
    text(
      "key \"\(key)\" is left out: no command makes \(reason)",
      "略去键 \"\(key)\"：没有命令能生成它：\(reason)")
  }
  func targetHasNoCommands(for key: String, in database: UInt64, _ reason: String) -> String {
    text(
      "key \"\(key)\" of database \(database) is left out: the target has no commands for \(reason)",
      "略去数据库 \(database) 的键 \"\(key)\"：目标版本没有相应的命令：\(reason)")
  }
  var targetHasNoFunctions: String {
    text(
      "a function library is left out: the target has no functions", "略去一个函数库：目标版本没有函数功能")
  }
  func fieldsLeftOut(_ path: String) -> String {
    text(
      "\(path): some auxiliary fields or function libraries are left out: there are too many, or one is too long",
      "\(path)：略去部分附加字段或函数库：数量太多，或有的太长")
  }
}
