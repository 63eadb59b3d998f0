internal import BinaryInput
internal import Impact
internal import Preflight

/// What `preflight` says.
extension Words {
  func startTitle(_ target: String, _ path: String, _ moment: String) -> String {
    text(
      "\(target) starts in \(path) at \(moment)", "\(target) 于 \(moment) 在 \(path) 中启动")
  }
  var isWhatBackupHolds: String {
    text("It is what the backup holds, of what is alive.", "存活的内容与备份一致。")
  }

  /// What a server has after its start, as a part of a sentence.
  func summary(_ outcome: StartOutcome) -> String {
    let files = list(outcome.loadedFrom.map(shown))
    switch outcome.start {
    case .refuses: return text("the server does not start", "服务器无法启动")
    case .empty: return text("the server starts empty", "服务器以空数据启动")
    case .unknown:
      return text(
        "the server loads \(files); this build can't tell what is in it",
        "服务器加载 \(files)；本版本无法判断其中的内容")
    case .loads:
      let loads = text("the server loads \(files)", "服务器加载 \(files)")
      guard let state = outcome.state else { return loads }
      return loads + colon + plainKeys(state.keys) + expired(in: state) + time(of: state)
    }
  }

  private func expired(in state: LoadedState) -> String {
    guard state.expired > 0 else { return "" }
    return state.dropsExpired
      ? text(", \(state.expired) expired ones left out", "，略去 \(state.expired) 个已过期的键")
      : text(", \(state.expired) of them expired", "，其中 \(state.expired) 个已过期")
  }

  private func time(of state: LoadedState) -> String {
    if let time = state.createdAt {
      let moment = Timestamp(milliseconds: time)
      return text(", as of \(moment)", "，数据截至 \(moment)")
    }
    guard let time = state.baseCreatedAt else { return "" }
    let moment = Timestamp(milliseconds: time)
    return text(", base of \(moment)", "，基础文件写于 \(moment)")
  }

  func pitfall(_ severity: Pitfall.Severity) -> String {
    switch severity {
    case .note: text("note", "提示")
    case .warning: text("warning", "警告")
    case .error: text("error", "错误")
    }
  }

  // MARK: What becomes of files

  var changedColumn: String { text("Changed", "修改时间") }
  var atStartColumn: String { text("At the start", "启动时") }
  var laterColumn: String { text("Later", "之后") }

  /// What a server does with a file when it starts.
  func atStart(_ file: FileFate) -> String {
    let deeds = (file.isLoaded ? [text("loaded", "加载")] : []) + file.onStart.map(change)
    return deeds.isEmpty ? text("ignored", "忽略") : list(deeds)
  }

  func change(_ change: FileFate.Change) -> String {
    switch change {
    case .created: text("created", "新建")
    case .overwritten: text("overwritten", "覆盖")
    case .writtenOn: text("written on", "续写")
    case .truncated(let offset): text("cut off at \(offset)", "截断于 \(offset)")
    case .moved(let path): text("moved to \(shown(path))", "移至 \(shown(path))")
    case .deleted: text("deleted", "删除")
    }
  }

  // MARK: As a document

  func preflightTitle(_ path: String) -> String {
    text("What a server would load from \(path)", "服务器会从 \(path) 加载什么")
  }
  func preflightVerdict(_ target: String, _ outcomes: [String]) -> String {
    let all = outcomes.joined(separator: semicolon)
    return text("\(target), \(all).", "\(target)，\(all)。")
  }
  var filesTitle: String { text("What becomes of the files", "文件的去向") }
  var pitfallsTitle: String { text("Pitfalls", "隐患") }
  var eitherWay: String { text("Either way", "与设置无关") }
  var noPitfalls: String { text("Nothing unexpected was found.", "未发现意外之处。") }
  var directoryName: String { text("Data directory", "数据目录") }
  var startMoment: String { text("Start", "启动时刻") }
  var decidedBy: String { text("Who says whether the log is on", "日志开关的依据") }
  func decision(_ decision: Preflight.Decision) -> String {
    switch decision {
    case .option: text("whoever asked (--appendonly)", "提问者（--appendonly）")
    case .configuration: text("the configuration", "配置文件")
    case .standard: text("nobody: the default is off", "无：默认关闭")
    case .none: text("nobody: both are told", "无：两种情况都列出")
    }
  }
}
