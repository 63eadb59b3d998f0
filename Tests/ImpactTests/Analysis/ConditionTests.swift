import Impact
import Testing

/// The cases of the built-in policy, on keys in files.
struct ConditionTests {
  let soon = restoreMoment + 30 * second

  @Test func `a rate limit without an expiry that comes back is high and never heals`() throws {
    let report = try impact(of: [Entry("rate_limit:auth:172.18.0.7", .string("5"))], on: [])
    #expect(report.severity(ofKey: "rate_limit:auth:172.18.0.7") == .high)
    #expect(report.severity == .high)
    let category = try report.category("rate-limit")
    #expect(category.severity == .high)
    #expect(category.heals == .never)
  }

  @Test func `a rate limit with an expiry that comes back is none`() throws {
    let report = try impact(of: [Entry("rate_limit:auth:1", .string("5"), expires: soon)], on: [])
    #expect(report.severity(ofKey: "rate_limit:auth:1") == Severity.none)
    #expect(report.severity == .none)
    #expect(try report.category("rate-limit").heals == nil)
  }

  @Test func `a lost key has the expiry of the current state`() throws {
    let report = try impact(
      of: [], on: [Entry("rate_limit:api:1", expires: soon), Entry("rate_limit:api:2")])
    #expect(report.severity(ofKey: "rate_limit:api:1") == .low)
    #expect(report.severity(ofKey: "rate_limit:api:2") == Severity.none)
    #expect(try report.category("rate-limit").heals == .at(soon))
  }

  @Test(arguments: [
    (restoreMoment + 30 * second as Int64?, nil as Int64?, HealingTime.at(restoreMoment + 30_000)),
    (nil, restoreMoment + 30 * second, .never),
  ])
  func `a regressed key has the expiry of the backup`(
    backup: Int64?, current: Int64?, heals: HealingTime
  ) throws {
    let report = try impact(
      of: [Entry("rate_limit:api:1", .string("1"), expires: backup)],
      on: [Entry("rate_limit:api:1", .string("2"), expires: current)])
    #expect(report.changes == ["rate_limit:api:1": .regressed])
    let category = try report.category("rate-limit")
    #expect(category.severity == .low)
    #expect(category.heals == heals)
    // A report on the key itself shows the state that is there now.
    #expect(report.keys.map(\.expiry) == [current])
  }

  @Test(arguments: [
    ("2026-03-11", Severity.medium), ("2026-03-10", .none), ("2026-03-12", .none),
    ("2025-03-11", .none),
  ])
  func `a baseline matters on its own day only`(date: String, severity: Severity) throws {
    let key = "equity:daily:user-1:\(date)"
    let old = Entry(key, .string(#"{"equity": 1}"#), expires: restoreMoment + day)
    let new = Entry(key, .string(#"{"equity": 2}"#), expires: restoreMoment + day)
    for report in [
      try impact(of: [], on: [new]), try impact(of: [old], on: [new]),
      try impact(of: [old], on: []),
    ] {
      #expect(report.keys.count == 1)
      #expect(report.severity(ofKey: key) == severity)
      #expect(report.severity == severity)
    }
  }

  @Test(arguments: [
    ("2026-03-10T23:59:59.999Z", "2026-03-10"), ("2026-03-11T00:00:00Z", "2026-03-11"),
    ("2026-03-11T23:59:59.999Z", "2026-03-11"), ("2026-03-12T00:00:00Z", "2026-03-12"),
  ])
  func `the day is that of the restore in UTC`(moment: String, today: String) throws {
    let moment = try #require(Timestamp(parsing: moment)?.milliseconds)
    for date in ["2026-03-10", "2026-03-11", "2026-03-12"] {
      let report = try impact(of: [], on: [Entry("equity:daily:u:\(date)")], at: moment)
      #expect(report.severity == (date == today ? .medium : .none), "\(date)")
    }
  }

  @Test func `a baseline whose key names no day is of another day`() throws {
    let report = try impact(of: [], on: [Entry("equity:daily:u:today")])
    #expect(report.severity(ofKey: "equity:daily:u:today") == Severity.none)
  }

  @Test(arguments: [nil, restoreMoment + minute])
  func `a login lock without an expiry is high`(expiry: Int64?) throws {
    let report = try impact(of: [Entry("login:failures:a", .string("5"), expires: expiry)], on: [])
    #expect(report.severity(ofKey: "login:failures:a") == (expiry == nil ? .high : .low))
  }

  @Test func `a job that is not queued is medium, a queued one high`() throws {
    let report = try impact(
      of: [
        Entry("bitrun:tasks", .sortedSet(["queued": 1])),
        Entry("arq:job:queued", expires: restoreMoment + day),
        Entry("arq:job:stray", expires: restoreMoment + day),
      ], on: [Entry("bitrun:tasks", .sortedSet(["queued": 1]))])
    #expect(report.severity(ofKey: "arq:job:queued") == .high)
    #expect(report.severity(ofKey: "arq:job:stray") == .medium)
    #expect(try report.category("arq-job").severity == .high)
  }

  @Test func `a job is queued where the restored queue has it, not the current one`() throws {
    let report = try impact(
      of: [Entry("bitrun:tasks", .sortedSet(["other": 1])), Entry("arq:job:a")],
      on: [Entry("bitrun:tasks", .sortedSet(["a": 1]))])
    #expect(report.severity(ofKey: "arq:job:a") == .medium)
  }

  @Test func `a job is queued by a queue of its own database`() throws {
    let queue = Entry("bitrun:tasks", .sortedSet(["a": 1]))
    let report = try impact(of: [queue, Entry("arq:job:a", in: 1)], on: [queue])
    #expect(report.severity(ofKey: "1/arq:job:a") == .medium)
  }

  @Test func `a key of no category has the policy's severity for those`() throws {
    let report = try impact(of: [], on: [Entry("nobody:knows")])
    #expect(report.severity(ofKey: "nobody:knows") == .medium)
    #expect(report.severity == .medium)
    #expect(report.categories.allSatisfy { $0.severity == .none })
  }

  @Test func `unchanged keys of no category do no harm`() throws {
    let report = try impact(of: [Entry("nobody:knows")], on: [Entry("nobody:knows")])
    #expect(report.severity == .none)
    #expect(report.unknown.map(\.counts) == [.counts(unchanged: 1)])
  }

  @Test func `the report is as bad as its worst event`() throws {
    let low = Entry("order:1"), high = Entry("jwt:blacklist:a", expires: soon)
    #expect(try impact(of: [], on: [Entry("arq:result:a", expires: soon)]).severity == .low)
    #expect(try impact(of: [low], on: []).severity == .medium)
    #expect(try impact(of: [low], on: [high]).severity == .high)
  }

  @Test func `all conditions of a case must hold, and the first case that holds counts`() throws {
    var text = PolicyText()
    text.fields = #"    date: '(\d{4}-\d\d-\d\d)$'"#
    text.lost = """
      [\(PolicyText.event("high", when: "expires: false, date: today")), \
      \(PolicyText.event("medium", when: "expires: false")), \
      \(PolicyText.event("low", when: "date: other")), \(PolicyText.event("none"))]
      """
    let policy = try text.policy()
    func severity(_ date: String, expires: Int64?) throws -> Severity? {
      try impact(of: [], on: [Entry("k:\(date)", expires: expires)], policy: policy)
        .severity(ofKey: "k:\(date)")
    }
    #expect(try severity("2026-03-11", expires: nil) == .high)
    #expect(try severity("2026-03-10", expires: nil) == .medium)
    #expect(try severity("2026-03-10", expires: soon) == .low)
    #expect(try severity("2026-03-11", expires: soon) == Severity.none)
    #expect(try severity("no date", expires: soon) == Severity.none)
  }
}
