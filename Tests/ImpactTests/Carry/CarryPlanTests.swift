import BinaryInput
import Keyspace
import TestSupport
import Testing

@testable import Impact

/// What is carried over a restore and what goes, by the policy.
struct CarryPlanTests {
  private func plan(
    backup: [Entry], current: [Entry], policy: Policy? = nil, categories: Set<String> = []
  ) throws -> CarryPlan {
    let analysis = try ImpactAnalysis(policy: policy ?? bitrun(), restoreAt: restoreMoment)
    return try analysis.carryPlan(
      from: snapshot(dump(current), named: "current.rdb"), over: snapshot(dump(backup)),
      categories: categories)
  }

  private func carried(_ plan: CarryPlan) -> [String] {
    plan.carried.map { String(decoding: $0.name, as: UTF8.self) }
  }

  private func dropped(_ plan: CarryPlan) -> [String] {
    plan.dropped.map { String(decoding: $0.name, as: UTF8.self) }
  }

  private static let ahead = restoreMoment + 5 * hour

  @Test func `revoked tokens come forward unless they have expired or are there`() throws {
    let plan = try plan(
      backup: [Entry("jwt:blacklist:same", expires: Self.ahead), Entry("jwt:blacklist:old")],
      current: [
        Entry("jwt:blacklist:new", expires: Self.ahead),
        Entry("jwt:blacklist:gone", expires: restoreMoment - 1),
        Entry("jwt:blacklist:last", expires: restoreMoment),
        Entry("jwt:blacklist:same", expires: Self.ahead),
      ])
    #expect(carried(plan) == ["jwt:blacklist:new", "jwt:blacklist:last"])
    #expect(dropped(plan).isEmpty)
    #expect(plan.totals.unchanged == 1)
  }

  @Test func `of equity only that of the day of the restore comes forward`() throws {
    let names = ["equity:daily:u1:2026-03-11", "equity:daily:u1:2026-03-10"]
    let plan = try plan(
      backup: names.map { Entry($0, .string("1"), expires: Self.ahead) },
      current: names.map { Entry($0, .string("2"), expires: Self.ahead) })
    #expect(carried(plan) == [names[0]])
    #expect(plan.totals.regressed == 1)
  }

  @Test func `locks and owners go, counters only if they never expire`() throws {
    let stale = ["exec_lock:agent:1", "worker_owner:1", "agent_pos_lock:1:BTC"]
    let plan = try plan(
      backup: (stale + ["rate_limit:api:1"]).map { Entry($0, expires: Self.ahead) } + [
        Entry("rate_limit:api:2"), Entry("rate_limit:api:3", in: 2), Entry("cache:x"),
        Entry("exec_lock:agent:expired", expires: restoreMoment - 1),
      ],
      current: [Entry("worker_owner:1", expires: Self.ahead), Entry("rate_limit:api:2")])
    #expect(
      dropped(plan) == (stale + ["rate_limit:api:2"]).sorted() + ["rate_limit:api:3"])
    #expect(plan.dropped.last?.database == 2)
    #expect(carried(plan).isEmpty)
  }

  private static let oldQueue = Entry(
    "bitrun:tasks", .sortedSet(["done": 1, "waits": 2, "moved": 3]))
  private static let newQueue = Entry(
    "bitrun:tasks", .sortedSet(["waits": 2, "moved": 4, "new": 5]))
  private static let jobs = ["done", "waits"].map { Entry("arq:job:\($0)", expires: ahead) }
  private static let newJobs = ["waits", "new"].map { Entry("arq:job:\($0)", expires: ahead) }

  @Test func `a queue comes forward as a whole, and jobs that have run go`() throws {
    let plan = try plan(
      backup: [Self.oldQueue] + Self.jobs, current: [Self.newQueue] + Self.newJobs)
    #expect(carried(plan) == ["bitrun:tasks", "arq:job:new"])
    #expect(dropped(plan) == ["arq:job:done"])
    #expect(plan.droppedMembers.isEmpty)
    #expect(plan.totals.droppedMembers == 1)
  }

  @Test func `where the current state has no queue its members go, with their jobs`() throws {
    let plan = try plan(backup: [Self.oldQueue] + Self.jobs, current: [])
    #expect(carried(plan).isEmpty)
    #expect(
      plan.droppedMembers.map(\.members) == [["done", "moved", "waits"].map { Array($0.utf8) }])
    #expect(dropped(plan) == ["arq:job:done", "arq:job:waits"])
  }

  @Test func `a queue that is only dropped loses members, and their jobs with them`() throws {
    let yaml = Policy.builtInSource.replacing(
      "    lifetime: forever\n    carry: true\n    drop: true\n",
      with: "    lifetime: forever\n    drop: { job: present }\n")
    let policy = try Policy(yaml: yaml)
    let plan = try plan(
      backup: [Self.oldQueue] + Self.jobs, current: [Self.newQueue] + Self.newJobs,
      policy: policy, categories: ["arq-queue"])
    #expect(carried(plan).isEmpty)
    #expect(plan.droppedMembers.map(\.members) == [[Array("done".utf8)]])
    #expect(dropped(plan) == ["arq:job:done"])
  }

  @Test func `the commands are the same each time`() throws {
    let current = try snapshot(
      dump([
        Entry("jwt:blacklist:a b", expires: Self.ahead),
        Entry("jwt:blacklist:c", .list(["1", "2"]), in: 1),
      ]))
    let backup = try snapshot(dump([Entry("arq:retry:1", expires: Self.ahead)]))
    let analysis = try ImpactAnalysis(policy: bitrun(), restoreAt: restoreMoment)
    let plan = try analysis.carryPlan(from: current, over: backup)
    let sink = CollectedBytes()
    let commands = CommandWriter(.lines, to: sink)
    var options = KeyWriter.Options()
    options.replaces = true
    var writer = KeyWriter(to: commands, version: current.version, options)
    #expect(try plan.write(to: &writer, from: current).isEmpty)
    commands.flush()
    #expect(
      sink.text == """
        SELECT 0
        DEL arq:retry:1
        SET "jwt:blacklist:a b" 1 PXAT \(Self.ahead)
        SELECT 1
        MULTI
        DEL jwt:blacklist:c
        RPUSH jwt:blacklist:c 1 2
        EXEC

        """)
  }
}
