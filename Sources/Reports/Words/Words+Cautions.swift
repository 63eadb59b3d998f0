internal import BinaryInput
internal import Impact
internal import Keyspace
internal import RDB

/// What makes it likely that the wrong files or the wrong moment were given.
enum Caution: Equatable {
  case unverified
  case madeAfterRestore
  case swapped
  case backupIsLogBase
  case currentIsLogBase
  case incomplete(path: String)
  case strangePolicy(id: String)
}

extension ImpactReport {
  /// What its reader should be warned of.
  var cautions: [Caution] {
    var cautions: [Caution] = []
    if backup.kind == .rdb && backup.snapshot.checksum != .ok { cautions.append(.unverified) }
    if let createdAt = backup.createdAt, restoreAt < createdAt {
      cautions.append(.madeAfterRestore)
    }
    if let createdAt = backup.createdAt, let now = current?.createdAt, now < createdAt {
      cautions.append(.swapped)
    }
    if backup.kind == .rdb, backup.snapshot.isLogBase { cautions.append(.backupIsLogBase) }
    if let current, current.kind == .rdb, current.snapshot.isLogBase {
      cautions.append(.currentIsLogBase)
    }
    for side in [backup, current].compactMap(\.self) where side.isIncomplete {
      cautions.append(.incomplete(path: side.path))
    }
    let known = categories.contains { impact in
      impact.counts.affected + impact.counts.unchanged > 0
        || impact.exposure.map { $0.alive + $0.expired > 0 } ?? false
    }
    if !known && !unknown.isEmpty { cautions.append(.strangePolicy(id: policy.id)) }
    return cautions
  }
}

extension Words {
  func caution(_ caution: Caution) -> String {
    switch caution {
    case .unverified:
      text(
        "the backup has no checksum: its bytes are unverified", "备份没有校验和：其字节未经验证")
    case .madeAfterRestore:
      text(
        "the backup was made after the moment of the restore: is --at right?",
        "备份的创建时间晚于恢复时刻：--at 是否正确？")
    case .swapped:
      text(
        "the current state is older than the backup: are the two swapped?",
        "当前状态比备份更旧：两者是否弄反了？")
    case .backupIsLogBase:
      text(
        "the backup was written as the base of an append-only file: what was logged later is missing",
        "备份是 AOF 的基础文件：之后写入日志的内容不在其中")
    case .currentIsLogBase:
      text(
        "the current state is the base of an append-only file: what was logged later is missing",
        "当前状态是 AOF 的基础文件：之后写入日志的内容不在其中")
    case .incomplete(let path):
      text(
        "\(EscapedBytes(Array(path.utf8))) has commands that this build does not know: what they did is missing here",
        "\(EscapedBytes(Array(path.utf8))) 含有本版本不认识的命令：其效果不在本报告中")
    case .strangePolicy(let id):
      text(
        "policy \(id) knows none of these keys; --policy FILE takes one that does",
        "策略 \(id) 不认识这些键；请用 --policy FILE 指定合适的策略")
    }
  }
}
