internal import Impact

/// What the report of `memory` says as a document.
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
}
