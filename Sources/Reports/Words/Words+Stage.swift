/// What `stage` says.
extension Words {
  func staged(_ path: String, _ keys: Int) -> String {
    text(
      "\(path): \(keys) \(keys == 1 ? "key" : "keys"), written and compared",
      "\(path)：\(keys) 个键，已写入并核对")
  }
  func loadsStaged(withDump: Bool) -> String {
    withDump
      ? text(
        "A server loads it with appendonly yes and with appendonly no.",
        "无论 appendonly 是 yes 还是 no，服务器都会加载。")
      : text(
        "A server loads it with appendonly yes only: there is no dump.rdb.",
        "只有 appendonly yes 时服务器才会加载：没有 dump.rdb。")
  }
}
