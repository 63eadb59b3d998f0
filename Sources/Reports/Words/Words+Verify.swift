internal import AOF
internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB

/// What `verify` says.
extension Words {
  func verifyTitle(_ path: String) -> String { text("Is \(path) whole?", "\(path) 是否完整？") }
  var verifyAllTitle: String { text("Are these backups whole?", "这些备份是否完整？") }

  /// The verdict in a word or two.
  func verdict(_ verification: Verification) -> String {
    switch verification.isIntact {
    case true?:
      // Commands have no checksum: that a log is whole is all that can be known.
      !verification.parts.isEmpty && verification.version == nil
        ? text("whole", "完整")
        : verification.checksum == .ok
          ? text("intact", "完好") : text("sound, but unverified", "结构正常，但未经验证")
    case false?: text("damaged", "已损坏")
    case nil: text("not supported", "不支持")
    }
  }

  func verifyVerdict(_ sound: Int, of all: Int) -> String {
    sound == all
      ? text(
        all == 1
          ? "The backup is whole, as far as its bytes can tell."
          : "All \(all) backups are whole, as far as their bytes can tell.",
        all == 1 ? "就其字节而言，该备份完整。" : "就其字节而言，\(all) 个备份全部完整。")
      : text(
        "\(all - sound) of \(all) \(all == 1 ? "backup" : "backups") can't be relied on: restoring it may lose data or fail.",
        "\(all) 个备份中有 \(all - sound) 个不可靠：用它恢复可能丢失数据或失败。")
  }

  func log(files: Int) -> String {
    text(files == 1 ? "log" : "log of \(files) files", files == 1 ? "日志" : "由 \(files) 个文件组成的日志")
  }
  func plainChecksum(_ checksum: String) -> String {
    text("checksum \(checksum)", "校验和 \(chineseChecksum(checksum))")
  }
  private func chineseChecksum(_ checksum: String) -> String {
    ["ok": "正确", "absent": "无", "disabled": "未启用", "mismatch": "不符"][checksum] ?? checksum
  }
  var notReached: String { text("not reached", "未读到") }
  var duplicatesNotSought: String { text("duplicate keys not looked for", "未检查重复键") }
  func wouldLoad(_ release: String, refusal: String?, hasLibraries: Bool) -> String {
    if let refusal {
      return text("\(release) would not load it: \(refusal)", "\(release) 不会加载：\(refusal)")
    }
    return hasLibraries
      ? text(
        "\(release) would load it, if its function libraries run there",
        "\(release) 会加载（前提是其函数库能在那里运行）")
      : text("\(release) would load it", "\(release) 会加载")
  }
  func problem(_ severity: Verification.Problem.Severity) -> String {
    switch severity {
    case .error: text("error", "错误")
    case .warning: text("warning", "警告")
    }
  }
  func offset(_ offset: Int) -> String {
    let digits = "0x\(String(offset, radix: 16))"
    return text("offset \(digits)", "偏移 \(digits)")
  }
  func moreProblems(_ number: Int) -> String {
    text("and \(number) more problems", "另有 \(number) 个问题")
  }
  func commands(_ number: Int) -> String { text("\(number) commands", "\(number) 条命令") }
  func span(_ first: String, _ last: String) -> String {
    first == last ? first : text("\(first) to \(last)", "\(first) 至 \(last)")
  }

  /// What is said of a file of a log.
  func facts(of part: Verification.Part) -> [String] {
    var facts = [plainBytes(part.bytes)]
    if let version = part.version {
      facts.append(
        "RDB \(version)\(text(", ", "，"))\(plainChecksum(part.checksum?.rawValue ?? notReached))")
    }
    if part.commands > 0 { facts.append(commands(part.commands)) }
    if let times = part.times { facts.append(span(moment(times.first), moment(times.last))) }
    return facts
  }

  /// A moment in Unix seconds.
  func moment(_ seconds: Int64) -> String {
    // Beyond every calendar a number is all that can be said.
    guard seconds.magnitude < 1 << 38 else { return "\(seconds)" }
    return Timestamp(milliseconds: seconds * 1000).description
  }

  func quotedKey(_ key: [UInt8]) -> String {
    let name = "\"\(EscapedBytes(key, limit: 120))\""
    return text("key \(name)", "键 \(name)")
  }

  // MARK: As a document

  var problemsTitle: String { text("Problems", "问题") }
  var noProblems: String { text("No problems were found.", "未发现问题。") }
  var place: String { text("Place", "位置") }
  var messageColumn: String { text("What is wrong", "问题描述") }
  var codeColumn: String { text("Rule", "规则") }
  var targetsTitle: String { text("Which servers would load it", "哪些服务器会加载") }
  var release: String { text("Release", "版本") }
  var answer: String { text("Answer", "结论") }
  var partsTitle: String { text("Files of the log", "日志的文件") }
  var verdictColumn: String { text("Verdict", "结论") }
  var commandsColumn: String { text("Commands", "命令数") }
  var timesColumn: String { text("Times", "时间范围") }
  func loads(_ refusal: String?) -> String {
    refusal.map { text("would not load it: \($0)", "不会加载：\($0)") } ?? text("would load it", "会加载")
  }

  // MARK: Salvage

  func salvaged(_ keys: Int, _ functions: Int) -> String {
    text(
      "salvaged \(keys) keys and \(functions) function libraries",
      "已救出 \(keys) 个键和 \(functions) 个函数库")
  }
  func leftOut(_ keys: Int) -> String {
    text("left out \(keys) keys whose values are broken", "略去 \(keys) 个值已损坏的键")
  }
  func needsDatabases(_ highest: UInt64) -> String {
    text(
      "take it to a server with at least \(highest + 1) databases: without them, SELECT fails and keys of database \(highest) land in another one",
      "请写入至少有 \(highest + 1) 个数据库的服务器：否则 SELECT 失败，数据库 \(highest) 的键会落入其他数据库")
  }
  var damageUnplaced: String {
    text(
      "where the damage is can't be known: any of these keys may have another value",
      "无法得知损坏在何处：其中任何键的值都可能不对")
  }
  func brokeOff(_ error: String) -> String {
    text("reading broke off: \(error)", "读取中断：\(error)")
  }
  var nothingBehind: String {
    text("nothing behind that place can be known", "该位置之后的内容无从得知")
  }
}
