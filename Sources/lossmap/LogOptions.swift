internal import ArgumentParser
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
    if let untilOffset, untilOffset < 0 {
      throw ValidationError("--until-offset is a number of bytes, not below 0")
    }
  }

  var limits: ReplayLimits {
    ReplayLimits(now: Moment.now, until: until?.seconds, untilOffset: untilOffset)
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
  /// Opens a backup: reads what stands before the keys of an RDB, replays a log. Says on standard error what
  /// is noteworthy about a log.
  ///
  /// - Throws: `InputError`, `BackupError` if it is damaged, `ValidationError` if `limits` do not fit it.
  static func open(_ path: String, _ limits: ReplayLimits) throws -> Snapshot {
    let input = try BackupInput(path)
    guard input.isLog else {
      guard limits.until == nil && limits.untilOffset == nil else {
        throw ValidationError(
          "\(EscapedBytes(Array(path.utf8))) is an RDB: --until and --until-offset are for logs")
      }
      do throws(FormatError) {
        return try Snapshot(input.files[0])
      } catch {
        throw BackupError(path: path, error: error)
      }
    }
    let snapshot: Snapshot
    do throws(PartError) {
      snapshot = try Snapshot(log: input.files, path: path, kind: input.kind, limits)
    } catch {
      throw BackupError(path: error.file.path, error: error.error)
    }
    try snapshot.explainReplay(limits)
    return snapshot
  }

  /// Says on standard error what a server would do, or what is not known.
  private func explainReplay(_ limits: ReplayLimits) throws {
    guard let replay else { return }
    if limits.until != nil && !replay.hasTimestamps {
      throw ValidationError(
        "\(EscapedBytes(Array(path.utf8))) has no #TS annotations, so nobody knows when what was written"
      )
    }
    if let torn = replay.tornTail {
      warn(
        torn.file,
        "offset 0x\(String(torn.offset, radix: 16)): the log breaks off here: a server cuts it off and loads "
          + "what is before, and so is this answer")
    }
    if let refusal = replay.firstRefusal {
      let count = replay.refused
      StandardError.write(
        "lossmap: warning: \(EscapedBytes(Array(path.utf8))): \(count) "
          + "\(count == 1 ? "command" : "commands") that a server refuses, the first at \(refusal)\n"
      )
    }
    if replay.isIncomplete {
      let names = replay.unknown.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
      StandardError.write(
        "lossmap: \(EscapedBytes(Array(path.utf8))): the answer is incomplete: this build does not know what "
          + "these commands do: \(names.joined(separator: ", "))\n")
    }
  }

  private func warn(_ file: InputFile, _ text: String) {
    StandardError.write("lossmap: warning: \(EscapedBytes(Array(file.path.utf8))): \(text)\n")
  }

  /// The status of an answer from this backup: *unsupported* if something is missing in it.
  var status: ExitStatus { replay?.isIncomplete == true ? .unsupported : .done }
}
