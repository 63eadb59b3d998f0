public import Impact
internal import Keyspace

/// `rank --format json`: the ranking as one document, `lossmap/rank/1`.
public struct RankingJSON {
  private let ranking: Ranking

  /// Prepares the ranking for output.
  public init(_ ranking: Ranking) { self.ranking = ranking }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/rank/1")
      json.field("current", ranking.current?.path)
      json.field("restore_at", time: ranking.restoreAt)
      json.field("policy", ranking.policy.id)
      json.field("backups", arrayOf: ranking.entries) { json, entry in
        json.object { write(entry, &$0) }
      }
      json.field("failures", arrayOf: ranking.failures) { json, failure in
        json.object { json in
          json.field("path", failure.path)
          json.field("reason", failure.reason)
          json.field("status", failure.status)
        }
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  private func write(_ entry: Ranking.Entry, _ json: inout JSONWriter) {
    json.field("path", entry.backup.path)
    json.field("kind", entry.backup.kind.rawValue)
    json.field("created_at", time: entry.backup.createdAt)
    json.field("severity", entry.severity.rawValue)
    json.field("totals") { $0.counts(entry.totals) }
    json.field("lost_by_severity") { json in
      for (severity, keys) in entry.lost { json.field(severity.rawValue, keys) }
    }
    json.field("categories", arrayOf: entry.categories) { json, category in
      json.object { json in
        json.field("id", category.category.id)
        json.counts(category.counts)
        json.field("severity", category.severity.rawValue)
      }
    }
    json.field("unknown") { $0.counts(entry.unknown) }
  }
}
