internal import Impact
internal import Keyspace
public import Memory
internal import RDB

/// `memory --format json`: the report as one document, `lossmap/memory/1`.
public struct MemoryJSON {
  private let report: MemoryReport

  /// Prepares the report for output.
  public init(_ report: MemoryReport) {
    self.report = report
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/memory/1")
      json.field("path", report.backup.path)
      json.field("kind", report.backup.kind.rawValue)
      json.field("rdb_version", report.backup.snapshot.version?.number)
      json.field("server", report.backup.snapshot.server)
      json.field("created_at", time: report.backup.createdAt)
      json.field("base_created_at", time: report.backup.baseCreatedAt)
      if report.backup.isIncomplete { json.field("incomplete", true) }
      json.field("target", report.target.name)
      json.field("at", time: report.at)
      json.field("policy", report.policy.id)
      json.field("keys", report.sum.keys)
      json.field("bytes", report.sum.bytes)
      json.field("without_expiry") { write("keys", report.sum.keysWithoutExpiry, report.sum, &$0) }
      json.field("overhead") { json in
        json.field("allocator", report.overhead.allocator)
        json.field("conversions", report.overhead.conversions)
        json.field("expiries", report.overhead.expiries)
        json.field("buckets", report.overhead.buckets)
      }
      json.field("total", report.total)
      json.field("databases", arrayOf: report.databases) { json, row in
        json.object { json in
          json.field("db", row.database)
          write(row.sum, &json)
          json.field("buckets", row.buckets)
        }
      }
      json.field("encodings", arrayOf: report.encodings) { json, row in
        json.object { json in
          json.field("type", row.type.name)
          json.field("encoding", row.encoding)
          write(row.sum, &json)
        }
      }
      json.field("categories", arrayOf: report.categories) { json, row in
        json.object { json in
          json.field("id", row.id ?? KeyFilter.noCategory)
          write(row.sum, &json)
        }
      }
      json.field("prefixes", arrayOf: report.prefixes.children) { write($1, below: [], &$0) }
      json.field("largest", arrayOf: report.largest) { MemoryLine($1).write(to: &$0) }
      write("idle", report.idle, &json)
      write("frequency", report.frequency, &json)
      if let fit = report.fit {
        json.field("maxmemory") { write(fit, &$0) }
      } else {
        json.null("maxmemory")
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  private func write(_ name: String, _ keys: Int, _ sum: KeySum, _ json: inout JSONWriter) {
    json.field(name, keys)
    json.field("bytes", sum.bytesWithoutExpiry)
  }

  private func write(_ sum: KeySum, _ json: inout JSONWriter) {
    json.field("keys", sum.keys)
    json.field("bytes", sum.bytes)
    json.field("without_expiry") { write("keys", sum.keysWithoutExpiry, sum, &$0) }
  }

  private func write(_ node: PrefixNode, below parent: [UInt8], _ json: inout JSONWriter) {
    let prefix = parent + node.segment
    json.object { json in
      json.field("prefix", bytes: prefix)
      write(node.sum, &json)
      json.field("approximate", node.isApproximate)
      json.field("bytes_at_most", node.mostBytes)
      json.field("prefixes", arrayOf: node.children) { write($1, below: prefix, &$0) }
    }
  }

  private func write(_ name: String, _ extremes: UseExtremes?, _ json: inout JSONWriter) {
    guard let extremes else { return json.null(name) }
    json.field(name) { json in
      json.field("coldest", arrayOf: extremes.coldest) { MemoryLine($1).write(to: &$0) }
      json.field("hottest", arrayOf: extremes.hottest) { MemoryLine($1).write(to: &$0) }
    }
  }

  private func write(_ fit: MemoryFit, _ json: inout JSONWriter) {
    json.field("limit", fit.limit)
    json.field("used", fit.used)
    json.field("fits", fit.excess == 0)
    json.field("excess", fit.excess)
    json.field("policies", arrayOf: fit.outcomes) { json, outcome in
      json.object { json in
        json.field("policy", outcome.policy.rawValue)
        json.field("order", outcome.order?.rawValue)
        json.field("enough", outcome.isEnough)
        json.field("candidates") { write(outcome.candidates, &$0) }
        json.field("evicted") { write(outcome.evicted, &$0) }
        json.field("categories", arrayOf: outcome.categories) { json, row in
          json.object { json in
            let categories = report.policy.categories
            json.field(
              "id",
              row.category < categories.count
                ? categories[row.category].id : KeyFilter.noCategory)
            write(row.evicted, &json)
          }
        }
      }
    }
  }

  private func write(_ keys: EvictedKeys, _ json: inout JSONWriter) {
    json.field("keys", keys.keys)
    json.field("bytes", keys.bytes)
  }
}
