internal import Impact
internal import Keyspace
internal import RDB

/// Severities, events, healing: what several reports say of a restore.
extension Words {
  func severity(_ severity: Severity) -> String {
    switch severity {
    case .high: text("high", "高")
    case .medium: text("medium", "中")
    case .low: text("low", "低")
    case .none: text("none", "无")
    }
  }

  /// What happens to keys, as a heading.
  func change(_ change: KeyChange) -> String {
    switch change {
    case .lost: text("lost", "丢失")
    case .regressed: text("regressed", "退回旧值")
    case .regressedExpiry: text("older expiry", "过期时间退回")
    case .resurrected: text("resurrected", "复活")
    }
  }

  var unchanged: String { text("unchanged", "不变") }

  /// The word behind a number of keys.
  func counted(_ change: KeyChange) -> String {
    change == .regressedExpiry ? text("with an older expiry", "过期时间退回") : self.change(change)
  }

  func change(_ change: MemberChange) -> String {
    switch change {
    case .lost: text("lost", "丢失")
    case .resurrected: text("resurrected", "复活")
    case .rescored: text("rescored", "时间退回")
    }
  }

  /// `19 lost`, `11 members resurrected`; `丢失 19`.
  func event(_ event: EventImpact) -> String {
    switch event.subject {
    case .keys(let change):
      text("\(event.count) \(counted(change))", "\(self.change(change)) \(event.count)")
    case .members(let change):
      text(
        "\(event.count) \(event.count == 1 ? "member" : "members") \(self.change(change))",
        "\(self.change(change))成员 \(event.count)")
    }
  }

  /// When it heals, seen from the moment of the restore.
  func heals(_ time: HealingTime?, from restoreAt: Int64) -> String {
    switch time {
    case nil: return text("not known", "未知")
    case .never: return text("never", "不会")
    case .at(let moment):
      if moment <= restoreAt { return text("at once", "立即") }
      let distance = Timestamp(milliseconds: restoreAt)
        .distance(to: Timestamp(milliseconds: moment))
      return after(distance)
    }
  }

  /// `in 2 h`.
  func after(_ milliseconds: Int64) -> String {
    text("in \(duration(milliseconds))", "\(duration(milliseconds))后")
  }

  func duration(_ milliseconds: Int64) -> String { DurationText.text(milliseconds, language) }

  /// What the data show against the document.
  func contradiction(_ contradiction: Contradiction) -> String { contradiction.message(language) }

  func checksum(_ checksum: RDBChecksum) -> String {
    switch checksum {
    case .ok: text("ok", "正确")
    case .disabled: text("disabled: the bytes are unverified", "未启用，字节未经验证")
    case .absent: text("absent: the version has none", "没有（该版本无校验和）")
    case .mismatch: text("mismatch", "不符")
    }
  }

  /// What kind of input it is, and of which version.
  func format(_ backup: BackupDescription) -> String {
    let version = backup.snapshot.version
    if backup.kind == .rdb {
      return version.map { text("RDB version \($0)", "RDB 版本 \($0)") } ?? "RDB"
    }
    return version.map {
      text("append-only log over RDB version \($0)", "AOF 日志，基础 RDB 版本 \($0)")
    } ?? text("append-only log", "AOF 日志")
  }

  /// When it was made, or at least its base.
  func created(_ backup: BackupDescription) -> String {
    if let createdAt = backup.createdAt { return "\(Timestamp(milliseconds: createdAt))" }
    guard let base = backup.baseCreatedAt else { return notStated }
    return text(
      "not stated; its base \(Timestamp(milliseconds: base))",
      "未注明；基础文件 \(Timestamp(milliseconds: base))")
  }

  var notStated: String { text("not stated", "未注明") }

  /// A prefix of keys without a category.
  func prefix(_ prefix: [UInt8]?) -> String {
    guard let prefix else { return text("(others)", "（其他）") }
    return prefix.isEmpty ? text("(no prefix)", "（无前缀）") : "\"\(shortened(prefix, columns: 40))\""
  }
}
