internal import Impact

/// What `inspect` says.
extension Words {
  func inspectTitle(_ path: String) -> String { text("What is in \(path)", "\(path) 的内容") }
  func inspectVerdict(_ keys: Int, _ categories: Int, _ unknown: Int) -> String {
    text(
      "The backup holds \(self.keys(keys)) in \(categories) known \(categories == 1 ? "category" : "categories"); \(grouped(unknown)) belong to none.",
      "该备份含有 \(self.keys(keys))，属于 \(categories) 个已知分类；\(grouped(unknown)) 个无分类。")
  }

  // MARK: Labels of facts on a screen, in columns

  var formatLabel: String { text("format    ", "格式      ") }
  var serverLabel: String { text("server    ", "服务器    ") }
  var createdLabel: String { text("created   ", "创建时间  ") }
  var checksumLabel: String { text("checksum  ", "校验和    ") }
  var keysLabel: String { text("keys      ", "键        ") }
  var noteInColumn: String { text("note      ", "注意      ") }
  var auxiliaryLabel: String { text("aux       ", "附加字段  ") }
  var modulesLabel: String { text("modules   ", "模块      ") }
  func plainBytes(_ number: Int) -> String { text("\(number) bytes", "\(number) 字节") }
  var commandsMissing: String {
    text("commands that this build does not know are missing here", "本版本不认识的命令不在其中")
  }

  // MARK: Tables

  var databasesTitle: String { text("Keys by database", "各数据库的键") }
  var withExpiry: String { text("With expiry", "有过期时间") }
  var withoutExpiry: String { text("Without expiry", "无过期时间") }
  var encoding: String { text("Encoding", "编码") }
  /// The names of encodings are the server's; what commands have made has none yet.
  func encoding(_ name: String) -> String {
    name == "replayed" ? text("replayed", "重放所得") : name
  }
  var bytesInFile: String { text("Bytes in file", "文件中的字节") }
  var typesTitle: String { text("Keys by type and encoding", "各类型与编码的键") }
  var typeSharesTitle: String { text("Shares of the types", "各类型的占比") }
  var typeSharesDescription: String {
    text(
      "How many keys each type has, and, below, how many bytes in the file.",
      "各类型的键数，其下为在文件中占用的字节。")
  }
  func categoriesHeading(_ policy: String) -> String {
    text("category (\(policy))", "分类（\(policy)）")
  }
  var expiriesTitle: String { text("When keys expire", "键何时过期") }
  func expiriesDescription(_ time: String) -> String {
    text("How many keys expire when, seen from \(time).", "以 \(time) 为准，键的过期时间分布。")
  }
  var expiryNames: [String] {
    [
      text("none", "无"), text("past", "已过"), text("next hour", "1 小时内"),
      text("next day", "1 天内"), text("later", "更晚"),
    ]
  }
  func expiries(at time: String, _ numbers: [Int]) -> String {
    let parts = zip(expiryNames, numbers).map { "\($0) \($1)" }.joined(separator: text(", ", "，"))
    return text("expiry at \(time): \(parts)", "过期（以 \(time) 为准）：\(parts)")
  }
  var largestTitle: String { text("Largest in file", "文件中最大的键") }
  var functionsTitle: String { text("Function libraries", "函数库") }
  var functionsLabel: String { text("functions: ", "函数库：") }
}
