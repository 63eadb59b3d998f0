internal import BinaryInput
public import Diff
internal import FoundationEssentials
public import Impact
internal import Keyspace
internal import RDB

/// `diff --format json`: numbers and examples as one document, `lossmap/diff/1`.
public struct DiffJSON {
  private let report: DiffReport
  private let hasExamples: Bool
  private var values: [Key: ValueDifference] = [:]

  private struct Key: Hashable {
    let database: UInt64
    let name: [UInt8]
  }

  /// Prepares the report for output.
  public init(_ report: DiffReport, examples: Bool) {
    self.report = report
    hasExamples = examples
  }

  /// The keys that the document names.
  public var examples: [Difference] {
    hasExamples ? report.categories.flatMap(\.examples) + report.unknown.examples : []
  }

  /// Adds what changed inside the value of an example.
  public mutating func add(_ values: ValueDifference?, to example: Difference) {
    self.values[Key(database: example.database, name: example.name)] = values
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/diff/1")
      for (name, files) in [("old", report.old), ("new", report.new)] {
        json.field(name, arrayOf: files) { json, file in
          json.object { json in
            json.describe(file)
            json.field("expired_at", report.time == nil ? nil : file.snapshot.expired)
            json.field("checksum", file.snapshot.checksum.rawValue)
          }
        }
      }
      json.field("at", time: report.time)
      json.field("policy", report.policy.id)
      json.field("totals") { json in json.counts(report.totals) }
      json.field("types", arrayOf: report.types) { json, row in
        json.object { json in
          json.field("type", row.type.name)
          json.counts(row.counts)
        }
      }
      json.field("categories", arrayOf: report.categories.indices) { json, index in
        json.object { json in
          json.field("id", report.policy.categories[index].id)
          json.field("title", report.policy.categories[index].title[.english])
          write(report.categories[index], &json)
        }
      }
      json.field("unknown") { json in
        write(report.unknown, &json)
        json.field("prefixes", arrayOf: report.prefixes) { json, group in
          json.object { json in
            if let prefix = group.prefix {
              json.field("prefix", bytes: prefix)
            } else {
              json.null("prefix")
            }
            json.changes(group.counts)
          }
        }
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  private func write(_ category: CategoryDiff, _ json: inout JSONWriter) {
    json.counts(category.counts)
    guard hasExamples else { return }
    json.field("examples", arrayOf: category.examples) { json, key in
      json.object { json in
        json.identify(key)
        json.state(key)
        if let values = values[Key(database: key.database, name: key.name)] { json.values(values) }
      }
    }
  }
}

/// `diff --format ndjson`: one object for each key that differs, by database and name.
public struct DiffNDJSON {
  private let policy: Policy

  /// Prepares lines whose categories are those of `policy`.
  public init(policy: Policy) {
    self.policy = policy
  }

  /// Writes a line.
  public func write(
    _ key: Difference, _ values: ValueDifference?, to output: inout some TextOutputStream
  ) {
    var json = JSONWriter(indented: false)
    json.object { json in
      json.field("db", key.database)
      json.field("key", bytes: key.name)
      json.field(
        "category", key.category.map { policy.categories[$0].id } ?? KeyFilter.noCategory)
      json.state(key)
      if let values { json.values(values) }
    }
    output.write(json.text)
    output.write("\n")
  }
}

extension JSONWriter {
  fileprivate mutating func identify(_ key: Difference) {
    field("db", key.database)
    field("key", bytes: key.name)
  }

  /// How a key differs; what it was before, where it is another type or expiry now.
  fileprivate mutating func state(_ key: Difference) {
    field("change", key.change.rawValue)
    field("type", key.type.name)
    field("expires_at", key.expiry)
    guard let old = key.old, let new = key.new else { return }
    if old.type != new.type { field("old_type", old.type.name) }
    if old.expiry != new.expiry { field("old_expires_at", old.expiry) }
  }

  fileprivate mutating func counts(_ counts: DiffCounts) {
    changes(counts)
    field("unchanged", counts.unchanged)
  }

  fileprivate mutating func changes(_ counts: DiffCounts) {
    for change in DiffChange.allCases { field(change.rawValue, counts[change]) }
  }

  /// What changed inside a value.
  fileprivate mutating func values(_ values: ValueDifference) {
    field("values", arrayOf: values.changes) { json, change in
      json.object { json in
        json.field("part", change.part.kind)
        json.part(change.part)
        json.excerpt("before", change.before)
        json.excerpt("after", change.after)
      }
    }
    field("values_omitted", values.omitted)
    if let note = values.note { field("values_note", note) }
  }

  private mutating func part(_ part: Part) {
    switch part {
    case .whole: break
    case .bytes(let start): field("from_byte", start)
    case .json(let path): field("path", path)
    case .element(let old, let new):
      field("old_index", old)
      field("new_index", new)
    case .member(let name), .field(let name), .fieldExpiry(let name), .group(let name):
      field("name", bytes: name)
    case .index(let index): field("index", index)
    case .property(let name): field("name", name)
    case .entry(let id): field("id", id.description)
    case .pending(let group, let id):
      field("group", bytes: group)
      field("id", id.description)
    case .consumer(let group, let name):
      field("group", bytes: group)
      field("name", bytes: name)
    case .message(let producer, let message):
      field("producer", bytes: producer)
      field("name", bytes: message)
    }
  }

  private mutating func excerpt(_ name: String, _ excerpt: Excerpt?) {
    switch excerpt {
    case nil: null(name)
    case .present: field(name, true)
    case .text(let text): field(name, text)
    case .time(let time): field(name, time)
    case .bytes(let bytes, _, let size), .json(let bytes, let size):
      field(name, bytes: bytes)
      if size > bytes.count { field("\(name)_size", size) }
    }
  }
}
