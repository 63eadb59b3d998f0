internal import ArgumentParser
internal import BinaryInput
internal import Foundation
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
    do throws(PartError) {
      let snapshot = try Snapshot(log: input.files, path: path, kind: input.kind, limits)
      try snapshot.explainReplay(limits)
      return snapshot
    } catch {
      throw BackupError(path: error.file.path, error: error.error)
    }
  }

  private func explainReplay(_ limits: ReplayLimits) throws {
  }
}
