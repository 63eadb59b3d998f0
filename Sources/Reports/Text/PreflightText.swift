internal import BinaryInput
internal import Impact
internal import Keyspace
public import Preflight
internal import RDB

/// `preflight --format text`: what a server would load, and what there is to know about it.
public struct PreflightText {
  private let preflight: Preflight
  private let style: TextStyle

  /// Prepares what was found for output in a style.
  public init(_ preflight: Preflight, style: TextStyle) {
    self.preflight = preflight
    self.style = style
  }

  /// Writes the report.
  public func write(to output: inout some TextOutputStream) {
    let path = EscapedBytes(Array(preflight.path.utf8))
    let moment = Timestamp(milliseconds: preflight.startAt)
    output.write(style.bold("\(preflight.target.name) starts in \(path) at \(moment)") + "\n")
    for pitfall in preflight.pitfalls { write(pitfall, to: &output) }
    for outcome in preflight.outcomes { write(outcome, to: &output) }
  }

  private func write(_ outcome: StartOutcome, to output: inout some TextOutputStream) {
    let setting = outcome.appendonly ? "appendonly yes" : "appendonly no"
    output.write("\n" + style.wrap("\(setting): \(summary(outcome))", first: "", rest: "  ") + "\n")
    if let isBackup = outcome.isBackup, isBackup {
      output.write("  It is what the backup holds, of what is alive.\n")
    }
    for pitfall in outcome.pitfalls { write(pitfall, to: &output) }
    write(outcome.files, to: &output)
  }

  private func summary(_ outcome: StartOutcome) -> String {
    let files = outcome.loadedFrom.map { "\(EscapedBytes(Array($0.utf8)))" }.joined(separator: ", ")
    switch outcome.start {
    case .refuses: return style.paint("the server does not start", .high)
    case .empty: return style.paint("the server starts empty", .high)
    case .unknown: return "the server loads \(files); this build can't tell what is in it"
    case .loads:
      guard let state = outcome.state else { return "the server loads \(files)" }
      let expired =
        switch (state.expired, state.dropsExpired) {
        case (0, _): ""
        case (let count, true): ", \(count) expired ones left out"
        case (let count, false): ", \(count) of them expired"
        }
      return "the server loads \(files): \(state.keys) keys\(expired)\(time(state))"
    }
  }

  private func time(_ state: LoadedState) -> String {
    if let time = state.createdAt { return ", as of \(Timestamp(milliseconds: time))" }
    guard let time = state.baseCreatedAt else { return "" }
    return ", base of \(Timestamp(milliseconds: time))"
  }

  private func write(_ pitfall: Pitfall, to output: inout some TextOutputStream) {
    let severity =
      switch pitfall.severity {
      case .note: style.paint("note", .none)
      case .warning: style.paint("warning", .medium)
      case .error: style.paint("error", .high)
      }
    let path = pitfall.path.map { "\(EscapedBytes(Array($0.utf8))): " } ?? ""
    let line = "\(severity): \(path)\(pitfall.message) [\(pitfall.code.rawValue)]"
    output.write(style.wrap(line, first: "  ", rest: "    ") + "\n")
  }

  private func write(_ files: [FileFate], to output: inout some TextOutputStream) {
    guard !files.isEmpty else { return }
    var table = TextTable([
      ("file", .left), ("bytes", .right), ("changed", .left), ("at the start", .left),
      ("later", .left),
    ])
    for file in files {
      table.add([
        "\(EscapedBytes(Array(file.path.utf8)))", file.bytes.map { "\($0)" } ?? "-",
        file.modifiedAt.map { "\(Timestamp(milliseconds: $0 / 1000 * 1000))" } ?? "-", start(file),
        file.later.map(words) ?? "-",
      ])
    }
    output.write(table.lines().joined(separator: "\n") + "\n")
  }

  private func start(_ file: FileFate) -> String {
    let deeds = (file.isLoaded ? ["loaded"] : []) + file.onStart.map(words)
    return deeds.isEmpty ? "ignored" : deeds.joined(separator: ", ")
  }

  private func words(_ change: FileFate.Change) -> String {
    switch change {
    case .created: "created"
    case .overwritten: "overwritten"
    case .writtenOn: "written on"
    case .truncated(let offset): "cut off at \(offset)"
    case .moved(let path): "moved to \(EscapedBytes(Array(path.utf8)))"
    case .deleted: "deleted"
    }
  }
}
