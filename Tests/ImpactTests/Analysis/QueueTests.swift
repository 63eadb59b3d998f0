import BinaryInput
import Impact
import Testing

/// What a restore does to single members of a queue.
struct QueueTests {
  private let soon = Double(restoreMoment + hour)
  private let past = Double(restoreMoment - hour)

  private func queue(_ members: KeyValuePairs<String, Double>, _ name: String = "bitrun:tasks")
    -> Entry
  {
    Entry(name, .sortedSet(members))
  }

  private func changes(
    of backup: [Entry], on current: [Entry], at moment: Int64 = restoreMoment
  ) throws -> [String: [String]] {
    let report = try impact(of: backup, on: current, at: moment)
    let members = try #require(try report.category("arq-queue").members)
    func names(_ names: [[UInt8]]) -> [String] { names.map { "\(EscapedBytes($0))" } }
    let all = [
      "lost": names(members.lost), "resurrected": names(members.resurrected),
      "rescored": names(members.rescored), "without job": names(members.withoutJobKey),
      "due": names(members.due),
    ]
    return all.filter { !$0.value.isEmpty }
  }

  @Test func `members are lost, resurrected or rescored`() throws {
    let job = Entry("arq:job:old"), same = Entry("arq:job:same"), moved = Entry("arq:job:moved")
    let found = try changes(
      of: [queue(["same": soon, "moved": soon, "old": soon]), job, same, moved],
      on: [queue(["same": soon, "moved": soon + 1, "new": soon])])
    #expect(found == ["lost": ["new"], "resurrected": ["old"], "rescored": ["moved"]])
  }

  @Test func `a member is due if its time is not after the restore`() throws {
    let time = Double(restoreMoment)
    let backup = [
      queue(["a": time - 1, "b": time, "c": time + 1, "d": -.infinity, "e": .infinity])
    ]
    #expect(try changes(of: backup, on: backup)["due"] == ["a", "b", "d"])
    #expect(
      try changes(of: backup, on: backup, at: restoreMoment + 1)["due"] == ["a", "b", "c", "d"])
  }

  @Test func `a member has a job if the restored state has its key`() throws {
    let backup = [
      queue(["alive": soon, "dead": soon, "never": soon]), Entry("arq:job:alive"),
      Entry("arq:job:dead", expires: restoreMoment - 1),
    ]
    let current = [Entry("arq:job:never"), Entry("arq:job:dead"), backup[0]]
    #expect(try changes(of: backup, on: current) == ["without job": ["dead", "never"]])
  }

  @Test func `a job of another database is not the member's`() throws {
    let backup = [queue(["a": soon]), Entry("arq:job:a", in: 1)]
    #expect(try changes(of: backup, on: backup) == ["without job": ["a"]])
  }

  @Test func `a queue that only one side has gains or loses its members`() throws {
    let entry = queue(["a": soon]), job = Entry("arq:job:a")
    #expect(try changes(of: [entry, job], on: [job]) == ["resurrected": ["a"]])
    #expect(try changes(of: [job], on: [entry, job]) == ["lost": ["a"]])
  }

  @Test func `queues of the same name in two databases are two`() throws {
    var other = queue(["b": soon])
    other.database = 1
    let jobs = [Entry("arq:job:b", in: 1)]
    #expect(
      try changes(of: [queue(["a": soon]), other] + jobs, on: [queue(["a": soon])])
        == ["resurrected": ["b"], "without job": ["a"]])
  }

  @Test func `several queues of a category are taken together, by name`() throws {
    let backup = [queue(["c": soon, "a": soon]), queue(["b": soon], "arq:queue")]
    let found = try changes(of: backup, on: [])
    #expect(found == ["resurrected": ["a", "b", "c"], "without job": ["a", "b", "c"]])
  }

  @Test func `an expired queue has no members`() throws {
    var old = queue(["a": soon])
    old.expiry = restoreMoment - 1
    #expect(
      try changes(of: [old, Entry("arq:job:a")], on: [queue(["a": soon])]) == ["lost": ["a"]])
  }

  @Test func `a queue key that is no sorted set has no members`() throws {
    #expect(try changes(of: [Entry("bitrun:tasks", .string("a"))], on: []) == [:])
  }

  @Test func `names of members are bytes, sorted`() throws {
    let found = try changes(
      of: [], on: [queue(["b\n": soon, "\u{1B}[0m": soon, "é": soon, "": soon])])
    #expect(found["lost"] == ["", #"\x1b[0m"#, #"b\x0a"#, "é"])
  }

  @Test func `a member that comes back makes the queue high`() throws {
    let entry = queue(["a": past]), job = Entry("arq:job:a")
    let report = try impact(of: [entry, job], on: [queue(["b": past]), job])
    let category = try report.category("arq-queue")
    // The key as such is only regressed.
    #expect(report.severity(ofKey: "bitrun:tasks") == .medium)
    #expect(category.severity == .high)
    #expect(report.severity == .high)
    #expect(category.heals == .never)
    #expect(
      category.events.map(\.subject)
        == [.members(.lost), .members(.resurrected), .keys(.regressed)])
    #expect(category.events.map(\.count) == [1, 1, 1])
  }

  @Test func `a member that comes back without its job is medium`() throws {
    let keep = ["keep": past] as KeyValuePairs
    let report = try impact(
      of: [queue(["keep": past, "a": past])], on: [queue(keep)])
    let category = try report.category("arq-queue")
    #expect(category.severity == .medium)
    let event = try #require(category.events.first { $0.subject == .members(.resurrected) })
    #expect(event.meaning.severity == .medium)
    #expect(event.heals == .at(restoreMoment + hour))
  }

  @Test func `a member that is lost makes the queue high`() throws {
    let report = try impact(of: [queue(["a": past])], on: [queue(["a": past, "b": past])])
    #expect(try report.category("arq-queue").severity == .high)
  }

  @Test func `a member with another due time is medium`() throws {
    let report = try impact(of: [queue(["a": past])], on: [queue(["a": past + 1])])
    let category = try report.category("arq-queue")
    #expect(category.severity == .medium)
    #expect(category.events.map(\.subject) == [.keys(.regressed), .members(.rescored)])
  }

  @Test func `the same queue is unchanged`() throws {
    let report = try impact(of: [queue(["a": past])], on: [queue(["a": past])])
    let category = try report.category("arq-queue")
    #expect(category.severity == .none)
    #expect(category.counts == .counts(unchanged: 1))
    #expect(category.events.isEmpty)
    #expect(category.members?.due == [Array("a".utf8)])
  }

  @Test func `only queues have members`() throws {
    let report = try impact(of: [queue(["a": past])], on: [])
    #expect(report.categories.filter { $0.members != nil }.map(\.category.id) == ["arq-queue"])
  }
}
