internal import Impact

/// What `rank` says.
extension Words {
  func rankTitle(_ moment: String) -> String {
    text("Restore at \(moment), least harm first", "在 \(moment) 恢复，危害最小的在前")
  }
  var rankDocumentTitle: String { text("Which backup loses least", "哪个备份损失最小") }
  func rankVerdict(_ best: String?, _ severity: Severity, _ lost: Int, of all: Int) -> String {
    guard let best else { return text("None of these can be restored.", "这些备份都无法用于恢复。") }
    let word = self.severity(severity)
    return text(
      "Of \(count(all, "backup", "backups", "个备份")), \(best) does least harm (severity \(word)): it loses \(keys(lost)).",
      "在 \(all) 个备份中，\(best) 的危害最小（严重程度：\(word)）：丢失 \(keys(lost))。")
  }
  var notToBeRestored: String { text("Not to be restored", "无法用于恢复") }
  var rankColumns: [String] {
    [
      text("severity", "严重程度"), text("lost", "丢失"), text("regressed", "退回旧值"),
      text("expiry", "过期时间退回"), text("resurrected", "复活"),
    ]
  }
  var backupLower: String { text("backup", "备份") }
  var lostLabel: String { text("lost: ", "丢失：") }
  func moreItems(_ number: Int) -> String { text("\(number) more", "另有 \(number) 项") }
  var reason: String { text("Reason", "原因") }
  var placeColumn: String { text("Place", "名次") }
  var rankingChart: String { text("Keys that each backup would change", "各备份会改变的键") }
  var rankingDescription: String {
    text(
      "For each backup, best first, how many keys a restore loses, sets back and revives.",
      "各备份（最好的在前）恢复时丢失、退回和复活的键数。")
  }
}
