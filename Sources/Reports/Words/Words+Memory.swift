internal import Impact
internal import Memory

/// What `memory` says.
extension Words {
  func memoryTitle(_ path: String) -> String {
    text("What \(path) takes in memory", "\(path) 占用的内存")
  }
  func memoryVerdict(_ keys: Int, _ size: String, _ server: String) -> String {
    text(
      "Loaded into \(server), \(self.keys(keys)) take about \(size).",
      "加载到 \(server) 后，\(self.keys(keys))约占 \(size)。")
  }
  var categoriesTitleInMemory: String { text("Memory by category", "各分类占用的内存") }
  var memoryDescription: String {
    text(
      "How many bytes the keys of each category take, the largest first.", "各分类的键占用的字节，最大的在前。")
  }
  var prefixesTitle: String { text("Memory by prefix", "各前缀占用的内存") }
  var largestInMemory: String { text("Largest keys", "最大的键") }
  var asMemoryUsage: String { text("As MEMORY USAGE", "MEMORY USAGE 之和") }
  var allocator: String {
    text("The allocator's rounding, shared integers", "分配器取整与共享整数")
  }
  var conversions: String { text("Other encodings in the target", "目标版本采用其他编码") }
  var expiryEntries: String { text("Entries of expiries", "过期时间条目") }
  var buckets: String { text("Buckets of the databases", "数据库哈希桶") }

  // MARK: On a screen

  func inMemory(of server: String) -> String {
    text(" in the memory of \(server)", " 在 \(server) 中占用的内存")
  }
  func withoutKeysExpired(by moment: String) -> String {
    text("without keys that have expired by \(moment)", "不含到 \(moment) 已过期的键")
  }
  func asMemoryUsage(_ keys: Int) -> String {
    text("\(keys) keys, as MEMORY USAGE", "\(keys) 个键，MEMORY USAGE 之和")
  }
  func conversions(in server: String) -> String {
    text("other encodings in \(server)", "\(server) 采用其他编码")
  }
  var together: String { text("together", "合计") }
  func withoutExpiry(_ keys: Int, _ size: String) -> String {
    text("without expiry: \(keys) keys, \(size)", "无过期时间：\(keys) 个键，\(size)")
  }
  var share: String { text("share", "占比") }
  var noExpiryColumn: String { text("no expiry", "无过期时间") }
  var tooManyPrefixes: String {
    text(
      "there were too many prefixes for all: at least this, and none of the others is heavier than what is given as bytes_at_most in JSON",
      "前缀太多，无法全部列出：数值为下限，其余前缀均不超过 JSON 中的 bytes_at_most")
  }
  var unusedLongest: String { text("not used for the longest time", "最久未使用") }
  var usedLast: String { text("used last", "最近使用") }
  var usedLeast: String { text("used least", "使用频率最低") }
  var usedMost: String { text("used most", "使用频率最高") }
  var elements: String { text("elements", "元素数") }
  var largestElement: String { text("largest", "最大元素") }
  var use: String { text("use", "使用情况") }
  var shortDatabase: String { text("db", "数据库") }
  func idle(_ milliseconds: Int64) -> String {
    let duration = DurationText.text(milliseconds, language)
    return text("idle \(duration)", "空闲 \(duration)")
  }
  func frequency(_ number: String) -> String { text("frequency \(number)", "频率 \(number)") }

  // MARK: maxmemory

  func fits(_ used: String, _ limit: String) -> String {
    text("maxmemory: fits, \(used) of \(limit)", "maxmemory：放得下，需要 \(used)，上限 \(limit)")
  }
  func fitsNot(_ used: String, _ limit: String, _ excess: String) -> String {
    text(
      "maxmemory: does not fit, \(used) of \(limit): \(excess) too many",
      "maxmemory：放不下，需要 \(used)，上限 \(limit)，超出 \(excess)")
  }
  var keysThatGo: String { text("keys that go", "淘汰的键") }
  var firstToGo: String { text("first", "先淘汰") }
  func order(_ order: EvictionOrder?) -> String {
    switch order {
    case .idle: text("longest unused", "最久未使用")
    case .frequency: text("least used", "使用最少")
    case .random: text("any", "任意")
    case .expiry: text("next to expire", "最先过期")
    case nil: "-"
    }
  }
  /// What most of the keys are that go, by category; or that it is not enough.
  func remark(_ outcome: EvictionOutcome, _ policy: Policy) -> String {
    guard outcome.isEnough else {
      return text("not enough: writes are refused", "不够：写入被拒绝")
    }
    let heaviest = outcome.categories.sorted { $0.evicted.bytes > $1.evicted.bytes }.prefix(3)
    let categories = policy.categories
    return list(
      heaviest.map { row in
        let id = row.category < categories.count ? categories[row.category].id : noCategory
        return "\(id) \(row.evicted.keys)"
      })
  }
  var limitTitle: String { text("Under maxmemory", "在 maxmemory 限制下") }
  var remarkColumn: String { text("Most of them", "其中最多的") }
}
