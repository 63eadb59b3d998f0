public import Impact
internal import Keyspace

/// `timeline --format json`: `lossmap/timeline/1`.
public struct TimelineJSON {
  private let timeline: Timeline

  /// Prepares a timeline for output.
  public init(_ timeline: Timeline) {
    self.timeline = timeline
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/timeline/1")
      json.field("path", timeline.path)
      json.field("times", timeline.hasTimes)
      json.field("first_at", time: timeline.span.map { $0.first * 1000 })
      json.field("last_at", time: timeline.span.map { $0.last * 1000 })
      json.field("commands", timeline.commands)
      json.field("incomplete", timeline.isIncomplete)
      json.field("categories", arrayOf: timeline.categories) { json, category in
        json.object { write(category, &$0) }
      }
      json.field("gaps", arrayOf: timeline.gaps) { json, gap in
        json.object { json in
          json.field("from", time: gap.from * 1000)
          json.field("to", time: gap.to * 1000)
          json.field("seconds", gap.to - gap.from)
        }
      }
      json.field("flushes", arrayOf: timeline.flushes) { json, flush in
        json.object { json in
          json.field("at", time: flush.time.map { $0 * 1000 })
          json.field("path", flush.path)
          json.field("offset", flush.offset)
          json.field("keys", flush.keys)
        }
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  private func write(_ category: Timeline.Category, _ json: inout JSONWriter) {
    json.field("id", category.id ?? "unknown")
    write(category.counts, &json)
    json.field("last_write_at", time: category.lastWrite.map { $0 * 1000 })
    json.field("last_part", category.lastPart)
    json.field("last_offset", category.lastOffset)
    json.field("buckets", arrayOf: category.buckets.sorted { $0.key < $1.key }) { json, bucket in
      json.object { json in
        if timeline.hasTimes {
          json.field("at", time: bucket.key * 60_000)
        } else {
          json.field("slice", bucket.key)
        }
        write(bucket.value, &json)
      }
    }
  }

  private func write(_ counts: Timeline.Counts, _ json: inout JSONWriter) {
    json.field("created", counts[.created])
    json.field("changed", counts[.changed])
    json.field("deleted", counts[.deleted])
    json.field("expired", counts[.expired])
  }
}
