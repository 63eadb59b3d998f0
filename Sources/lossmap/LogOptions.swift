internal import AOF
internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Impact
internal import Keyspace

/// As of when, or up to where, a log counts.
struct LogOptions: ParsableArguments {
  @Option(
    help: """
      Take the state of a log as of this moment, floored to seconds: \(momentHelp). Needs the log's #TS \
      annotations (aof-timestamp-enabled yes).
      """, transform: Moment.parse)
  var until: Moment?

  @Option(help: "Take a log only up to this byte of its last file.")
  var untilOffset: Int?

  func validate() throws {
    if until != nil && untilOffset != nil {
      throw ValidationError("--until and --until-offset exclude each other")
    }
    if let untilOffset, untilOffset < 0 {
      throw ValidationError("--until-offset is a number of bytes, not below 0")
    }
  }

  @Option(
    help: "Of a folder or archive, take this file in it: appendonlydir/appendonly.aof.1.base.rdb.")
  var part: String?

  /// Where the log ends; nil for its own end.
  var cut: LogCut? {
    if let until { return .until(seconds: until.seconds) }
    return untilOffset.map { .offset($0) }
  }
}

extension Moment {
  /// Whole seconds, floored.
  var seconds: Int64 {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

extension Snapshot {
  /// Opens a backup: reads what stands before the keys of an RDB, replays a log up to `cut`. Says on standard
  /// error what is noteworthy about a log. Of a folder or an archive, `part` may name the file that is meant.
  ///
  /// - Throws: `InputError`, `BackupError` if it is damaged, `ValidationError` if it can't be cut so.
  static func open(_ path: String, part: String? = nil, cut: LogCut?) throws -> Snapshot {
    try open(Backup.open(path, part: part), path: path, cut: cut)
  }

  /// The same for a backup that is open, and was called `path`.
  static func open(_ backup: Backup, path: String, cut: LogCut?) throws -> Snapshot {
    do {
      let kind: SnapshotKind? =
        switch backup.container {
        case .file: nil
        case .directory: .directory
        case .archive: .archive
        }
      switch backup.contents {
      case .snapshot(let file):
        guard cut == nil else {
          throw ValidationError(
            "\(escaped(path)) is an RDB: only a log can be taken as of another moment or byte")
        }
        return try Snapshot(file, kind: kind ?? .rdb)
      case .log(let log):
        let snapshot = try Snapshot(replaying: log, kind: kind, cut: cut, now: Moment.now)
        snapshot.warn()
        return snapshot
      }
    } catch let error as FormatError {
      throw BackupError(path: path, error: error)
    } catch let error as ReplayError {
      switch error {
      case .refused(let problem): throw BackupError(path: problem.path, error: problem.error)
      case .damaged(let path, let error): throw BackupError(path: path, error: error)
      case .cut(let problem): throw ValidationError("\(escaped(path)): \(problem)")
      }
    }
  }

  /// Says what a server would leave out of the log, or refuse, and what this build does not know.
  private func warn() {
    guard let replay else { return }
    if let tail = replay.tail { StandardError.write("lossmap: warning: \(tail)\n") }
    if let refusal = replay.firstRefusal {
      let commands = replay.refused == 1 ? "1 command" : "\(replay.refused) commands"
      StandardError.write(
        "lossmap: warning: \(escaped(path)): a server refuses \(commands), the first at \(refusal)\n"
      )
    }
    if replay.isIncomplete {
      let names = replay.unknown.sorted { $0.key < $1.key }.map { name, leftOut in
        let times = leftOut.count == 1 ? "" : "\(leftOut.count) times, the first "
        let offset = "offset 0x\(String(leftOut.offset, radix: 16))"
        return "\(name) (\(times)at \(escaped(leftOut.path)): \(offset))"
      }
      StandardError.write(
        "lossmap: \(escaped(path)): the answer is incomplete: this build does not know what these commands "
          + "do: \(names.joined(separator: ", "))\n")
    }
  }

  /// The status of an answer from this backup: *unsupported* if something is missing in it.
  var status: ExitStatus { replay?.isIncomplete == true ? .unsupported : .done }
}

/// A path as it may be shown.
func escaped(_ path: String) -> EscapedBytes { EscapedBytes(Array(path.utf8)) }
