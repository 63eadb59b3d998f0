internal import Impact

/// What all documents say, whatever they are about.
extension Words {
  var controls: Controls {
    Controls(
      search: text("Search", "搜索"), all: text("Severity", "严重程度"),
      expand: text("Open all", "全部展开"), collapse: text("Close all", "全部收起"),
      contents: text("Contents", "目录"), shown: text("{n} of {all} rows", "{all} 行中的 {n} 行"),
      sort: text("Sort", "排序"),
      severities: [Severity.high, .medium, .low, .none].map {
        Document.Label(severity: $0, text: severity($0))
      })
  }

  /// The badge of a verdict.
  func badge(_ level: Severity) -> Document.Label {
    let word = severity(level)
    return Document.Label(
      severity: level, text: text("Severity \(word.uppercased())", "严重程度：\(word)"))
  }

  // MARK: Headings

  var summary: String { text("Summary", "概要") }
  var facts: String { text("Facts", "事实") }
  var appendix: String { text("Appendix: the keys", "附录：键") }

  // MARK: Facts

  var file: String { text("File", "文件") }
  var size: String { text("Size", "大小") }
  var bytes: String { text("bytes", "字节") }
  var server: String { text("Server", "服务器") }
  var madeAt: String { text("Created", "创建时间") }
  var formatName: String { text("Format", "格式") }
  var checksumName: String { text("Checksum", "校验和") }
  var keysName: String { text("Keys", "键") }
  var policyName: String { text("Policy", "策略") }
  var toolName: String { text("Made with", "生成工具") }

  func size(_ bytes: Int) -> String { count(bytes, "byte", "bytes", "字节") }

  /// The line at the end.
  func footer(_ tool: String) -> String {
    text(
      "Made with \(tool) from the files named above; the same input gives the same report.",
      "由 \(tool) 根据上述文件生成；相同输入得到相同报告。")
  }

  var redactedNote: String {
    text(
      "Identifiers and values have been replaced by pseudonyms (~ and twelve digits): the same one stands for the same thing in this report.",
      "标识符和值已替换为化名（~ 加十二位十六进制数字）：本报告中相同的化名代表同一对象。")
  }

  // MARK: Columns

  var severityColumn: String { text("Severity", "严重程度") }
  var category: String { text("Category", "分类") }
  var key: String { text("Key", "键") }
  var database: String { text("Database", "数据库") }
  var type: String { text("Type", "类型") }
  var expiresAt: String { text("Expires", "过期时间") }
  var whatHappens: String { text("What happens", "变化") }
  var never: String { text("never", "永不") }
  var total: String { text("All", "合计") }

  func omitted(_ number: Int, see command: String) -> String {
    text(
      "\(keys(number)) more: \(command)", "另有 \(keys(number))：\(command)")
  }

  /// A prefix of keys without a category: letter by letter where it comes from a key.
  func prefixCell(_ prefix: [UInt8]?) -> Cell {
    prefix?.isEmpty == false ? .code(self.prefix(prefix)) : .text(self.prefix(prefix))
  }
}
