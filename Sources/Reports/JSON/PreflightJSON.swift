internal import Impact
internal import Keyspace
internal import Memory
public import Preflight
internal import RDB

/// `preflight --format json`: one document, `lossmap/preflight/1`.
public struct PreflightJSON {
  private let preflight: Preflight

  /// Prepares what was found for output.
  public init(_ preflight: Preflight) { self.preflight = preflight }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/preflight/1")
      json.field("path", preflight.path)
      json.field("target", preflight.target.name)
      json.field("start_at", time: preflight.startAt)
      json.field("decided_by", preflight.decision.rawValue)
      if let backup = preflight.backup {
        json.field("backup") { json in
          json.field("alive", backup.alive)
          json.field("created_at", time: backup.createdAt)
          json.field("base_created_at", time: backup.baseCreatedAt)
        }
      } else {
        json.null("backup")
      }
      json.field("pitfalls", arrayOf: preflight.pitfalls) { json, pitfall in
        json.object { write(pitfall, &$0) }
      }
      json.field("outcomes", arrayOf: preflight.outcomes) { json, outcome in
        json.object { write(outcome, &$0) }
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  private func write(_ outcome: StartOutcome, _ json: inout JSONWriter) {
    json.field("appendonly", outcome.appendonly)
    json.field("start", outcome.start.rawValue)
    json.field("refusal", outcome.refusal)
    json.field("loaded_from", arrayOf: outcome.loadedFrom) { $0.value($1 as String?) }
    json.field("keys", outcome.keys)
    json.field("alive", outcome.start == .empty ? 0 : outcome.state?.alive)
    json.field("expired", outcome.state?.expired)
    json.field("drops_expired", outcome.state?.dropsExpired)
    json.field("incomplete", outcome.state?.isIncomplete)
    json.field("created_at", time: outcome.state?.createdAt)
    json.field("base_created_at", time: outcome.state?.baseCreatedAt)
    json.field("memory", outcome.state?.memory?.used)
    json.field("is_backup", outcome.isBackup)
    json.field("pitfalls", arrayOf: outcome.pitfalls) { json, pitfall in
      json.object { write(pitfall, &$0) }
    }
    json.field("files", arrayOf: outcome.files) { json, file in
      json.object { write(file, &$0) }
    }
  }

  private func write(_ pitfall: Pitfall, _ json: inout JSONWriter) {
    json.field("code", pitfall.code.rawValue)
    json.field("severity", pitfall.severity.rawValue)
    json.field("file", pitfall.path)
    json.field("message", pitfall.message)
    json.field("evidence") { json in
      for quantity in Pitfall.Quantity.allCases {
        guard let number = pitfall[quantity] else { continue }
        if quantity.isTime {
          json.field(quantity.rawValue, time: number)
        } else {
          json.field(quantity.rawValue, number)
        }
      }
    }
  }

  private func write(_ file: FileFate, _ json: inout JSONWriter) {
    json.field("path", file.path)
    json.field("bytes", file.bytes)
    json.field("modified_at", time: file.modifiedAt)
    json.field("loaded", file.isLoaded)
    json.field("on_start", arrayOf: file.onStart) { json, change in
      json.object { json in
        json.field("change", change.name)
        if case .truncated(let offset) = change { json.field("at", offset) }
        if case .moved(let path) = change { json.field("to", path) }
      }
    }
    json.field("later", file.later?.name)
  }
}
