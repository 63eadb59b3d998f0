public import Impact
internal import Keyspace
internal import RDB

/// `impact --format json`: the report as one document, `lossmap/impact/1`.
public struct ImpactJSON {
  private let report: ImpactReport
  private let language: Language

  /// More examples than this are what `ndjson` is for.
  private static let examples = 5

  /// Prepares the report for output in a language.
  public init(_ report: ImpactReport, language: Language) {
    self.report = report
    self.language = language
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/impact/1")
      json.field("backup", report.backup)
      json.field("current", report.current)
      json.field("restore_at", time: report.restoreAt)
      json.field("policy", report.policy.id)
      json.field("severity", report.severity.rawValue)
      json.field("totals") { json in
        json.counts(report.current == nil ? nil : report.totals)
      }
      json.field("categories", arrayOf: report.categories) { json, category in
        json.object { write(category, &$0) }
      }
      json.field("unknown", arrayOf: report.unknown) { json, group in
        json.object { write(group, &$0) }
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  private func write(_ impact: CategoryImpact, _ json: inout JSONWriter) {
    let category = impact.category
    json.field("id", category.id)
    json.field("title", category.title[language])
    json.field("documented", category.document != nil)
    if let document = category.document {
      json.field("document") { json in
        json.field("impact", document.impact)
        json.field("recovery", document.recovery)
        json.field("found", document.found?[language])
      }
    } else {
      json.null("document")
    }
    json.counts(report.current == nil ? nil : impact.counts)
    json.field("severity", impact.severity.rawValue)
    json.field("heals_at", impact.heals)
    json.field("consequence", impact.events.first?.meaning.consequence[language])
    json.field("recovery", impact.events.first?.meaning.recovery[language])
    json.field("events", arrayOf: impact.events) { json, event in
      json.object { write(event, &$0) }
    }
    if case .queue = category.value, report.current != nil {
      json.field("members") { write(impact.members ?? QueueChanges(), &$0) }
    }
    if let exposure = impact.exposure { write(exposure, &json, rewritten: true) }
    json.field("contradictions", arrayOf: impact.contradictions) { json, contradiction in
      json.object { json in
        json.field("code", contradiction.code)
        json.field("message", contradiction.message(language))
        json.field("keys", contradiction.keys)
      }
    }
    let affected = report.keys.filter { $0.category == impact.index }
    writeEvidence(of: affected, &json)
    json.field("examples", arrayOf: affected.prefix(Self.examples)) { json, key in
      json.object { json in
        json.field("db", key.database)
        json.field("key", bytes: key.name)
        json.field("change", key.change.rawValue)
      }
    }
  }

  private func write(_ event: EventImpact, _ json: inout JSONWriter) {
    switch event.subject {
    case .keys(let change): json.field("change", change.rawValue)
    case .members(let change): json.field("change", "member_\(change.rawValue)")
    }
    json.field("count", event.count)
    json.field("severity", event.meaning.severity.rawValue)
    json.field("heals_at", event.heals)
    json.field("consequence", event.meaning.consequence[language])
    json.field("recovery", event.meaning.recovery[language])
  }

  private func write(_ members: QueueChanges, _ json: inout JSONWriter) {
    for (name, list) in [
      ("lost", members.lost), ("resurrected", members.resurrected), ("rescored", members.rescored),
      ("without_job_key", members.withoutJobKey), ("due", members.due),
    ] {
      json.field(name, bytesOf: list)
    }
  }

  private func write(_ exposure: Exposure, _ json: inout JSONWriter, rewritten: Bool) {
    json.field("exposure") { json in
      json.field("alive", exposure.alive)
      json.field("expired", exposure.expired)
      if rewritten { json.field("must_have_been_rewritten", exposure.mustHaveBeenRewritten) }
    }
  }

  private func write(_ group: PrefixImpact, _ json: inout JSONWriter) {
    if let prefix = group.prefix {
      json.field("prefix", bytes: prefix)
    } else {
      json.null("prefix")
    }
    json.counts(report.current == nil ? nil : group.counts)
    if let exposure = group.exposure { write(exposure, &json, rewritten: false) }
  }

  /// Counters and amounts of the category's affected keys, before and after.
  private func writeEvidence(of keys: [AffectedKey], _ json: inout JSONWriter) {
    let shown = keys.filter { $0.evidence != nil }
    guard !shown.isEmpty else { return }
    json.field("values", arrayOf: shown) { json, key in
      json.object { json in
        json.field("db", key.database)
        json.field("key", bytes: key.name)
        json.field("change", key.change.rawValue)
        json.evidence(key.evidence)
      }
    }
  }
}

/// `impact --format ndjson`: one object for each affected key, by database and name.
public struct ImpactNDJSON {
  private let report: ImpactReport

  /// Prepares the report for output.
  public init(_ report: ImpactReport) {
    self.report = report
  }

  /// Writes a line for each affected key.
  public func write(to output: inout some TextOutputStream) { write(report.keys, to: &output) }

  /// Writes a line for each of these keys of the report.
  public func write(_ keys: [AffectedKey], to output: inout some TextOutputStream) {
    for key in keys {
      var json = JSONWriter(indented: false)
      json.object { json in
        json.field("db", key.database)
        json.field("key", bytes: key.name)
        json.field("category", key.category.map { report.policy.categories[$0].id } ?? "unknown")
        json.field("change", key.change.rawValue)
        json.field("severity", report.severity(of: key).rawValue)
        json.field("type", key.type.name)
        json.field("expires_at", key.expiry)
        json.evidence(key.evidence)
      }
      output.write(json.text)
      output.write("\n")
    }
  }
}

extension JSONWriter {
  /// What every report says about an input.
  mutating func field(_ name: String, _ backup: BackupDescription?) {
    guard let backup else { return null(name) }
    field(name) { json in
      json.describe(backup)
      json.field("expired_at_restore", backup.snapshot.expired)
      json.field("checksum", backup.snapshot.checksum.rawValue)
      if backup.isIncomplete { json.field("incomplete", true) }
    }
  }

  /// What every document says about a file first.
  mutating func describe(_ backup: BackupDescription) {
    field("path", backup.path)
    field("kind", backup.kind.rawValue)
    field("rdb_version", backup.snapshot.version?.number)
    field("server", backup.snapshot.server)
    field("created_at", time: backup.createdAt)
    field("base_created_at", time: backup.baseCreatedAt)
    field("keys", backup.snapshot.keys)
  }

  /// How many keys change; nulls where that can't be known.
  mutating func counts(_ counts: ChangeCounts?) {
    field("lost", counts?.lost)
    field("regressed", counts?.regressed)
    field("regressed_expiry", counts?.regressedExpiry)
    field("resurrected", counts?.resurrected)
    field("unchanged", counts?.unchanged)
  }

  /// A time, `"never"`, or null.
  mutating func field(_ name: String, _ heals: HealingTime?) {
    switch heals {
    case nil: null(name)
    case .never: field(name, "never")
    case .at(let time): field(name, time: time)
    }
  }

  /// What the values say, if anything.
  mutating func evidence(_ evidence: Evidence?) {
    switch evidence {
    case nil: return
    case .counter(let counter):
      field("counter") { json in
        json.field("backup", counter.backup)
        json.field("current", counter.current)
        json.field("limit", counter.limit)
        json.field("remaining", counter.remaining)
        json.field("locked", counter.remaining.map { $0 == 0 })
      }
    case .amount(let amount):
      field("amount") { json in
        json.field("subject", amount.subject)
        json.field("date", amount.date)
        json.field("backup", amount.backup)
        json.field("current", amount.current)
      }
    }
  }
}
