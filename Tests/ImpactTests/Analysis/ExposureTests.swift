import Keyspace
import Testing

@testable import Impact

/// What a backup alone can tell.
struct ExposureTests {
  @Test func `keys are counted as alive or expired at the restore`() throws {
    let report = try exposure(of: [
      Entry("jwt:blacklist:a", expires: restoreMoment), Entry("jwt:blacklist:b"),
      Entry("jwt:blacklist:c", expires: restoreMoment - 1), Entry("order:1"),
    ])
    let tokens = try #require(try report.category("jwt-blacklist").exposure)
    #expect(tokens.alive == 2)
    #expect(tokens.expired == 1)
    let orders = try #require(try report.category("order-record").exposure)
    #expect(orders.alive == 1)
    #expect(orders.expired == 0)
    let locks = try #require(try report.category("position-lock").exposure)
    #expect(locks.alive + locks.expired == 0)
    #expect(report.backup.snapshot.expired == 1)
  }

  @Test func `nothing is said about what only a current state can tell`() throws {
    let report = try exposure(of: [Entry("jwt:blacklist:a"), Entry("x")])
    #expect(report.current == nil)
    #expect(report.totals == ChangeCounts())
    #expect(report.keys.isEmpty)
    #expect(report.categories.allSatisfy { $0.events.isEmpty && $0.members == nil })
    #expect(report.categories.allSatisfy { $0.exposure != nil })
  }

  @Test(
    arguments: [
      (60 * second, false), (61 * second, false), (61 * second + 1, true), (day, true), (0, false),
      (-hour, false),
    ] as [(Int64, Bool)])
  func `keys must have been rewritten once the backup is older than they live`(
    gap: Int64, mustHave: Bool
  ) throws {
    // The backup states its time in seconds: a key may have been written up to a second later.
    let createdAt = restoreMoment / 1000 * 1000
    let report = try exposure(of: [], at: createdAt + gap, createdAt: createdAt)
    #expect(try report.category("rate-limit").exposure?.mustHaveBeenRewritten == mustHave)
  }

  @Test func `keys that live for ever need not have been rewritten`() throws {
    let report = try exposure(of: [], createdAt: 1000)
    #expect(try report.category("arq-queue").exposure?.mustHaveBeenRewritten == false)
  }

  @Test func `without a lifetime nobody knows`() throws {
    let report = try exposure(of: [], createdAt: 1000)
    #expect(try report.category("arq-job").exposure?.mustHaveBeenRewritten == .some(nil))
    #expect(try report.category("cache-other").exposure?.mustHaveBeenRewritten == .some(nil))
  }

  @Test func `without a creation time nobody knows`() throws {
    let report = try exposure(of: [], createdAt: nil)
    #expect(try report.category("rate-limit").exposure?.mustHaveBeenRewritten == .some(nil))
    // What lives for ever need not have been rewritten, whenever the backup was made.
    #expect(try report.category("arq-queue").exposure?.mustHaveBeenRewritten == false)
  }

  @Test
  func `a category is as bad as it could get`() throws {
    let alive = restoreMoment + hour, dead = restoreMoment - hour
    let report = try exposure(of: [
      Entry("rate_limit:api:1", expires: alive), Entry("worker_owner:1", expires: dead),
      Entry("position_lock"), Entry("arq:result:1", expires: dead), Entry("arq:retry:1"),
    ])
    func severity(_ id: String) throws -> Severity { try report.category(id).severity }
    #expect(try severity("rate-limit") == .high)
    #expect(try severity("worker-owner") == .medium)
    // Dead keys can't come back, but others may be lost.
    #expect(try severity("arq-result") == .low)
    #expect(try severity("arq-retry") == .medium)
    // The backup has none of them, so every one that is live now would be lost.
    #expect(try severity("jwt-blacklist") == .high)
    #expect(report.severity == .high)
  }

  @Test
  func `keys of no category have the policy's severity for those`() throws {
    let report = try exposure(of: [Entry("nobody:knows"), Entry("nobody:else", expires: 1)])
    #expect(report.severity >= report.policy.unknown.severity)
    #expect(report.unknown.map(\.prefix) == [Array("nobody:".utf8)])
    #expect(report.unknown.map(\.exposure?.alive) == [1])
    #expect(report.unknown.map(\.exposure?.expired) == [1])
  }

  @Test func `an empty backup could lose whatever is live`() throws {
    let report = try exposure(of: [])
    for impact in report.categories {
      #expect(impact.severity == impact.category.lost.map(\.severity).max())
    }
    #expect(report.severity == .high)
    #expect(report.unknown.isEmpty)
  }

  @Test func `the fixture's backup has what its truth says`() throws {
    let story = Story.fixtures[0]
    let truth = try story.truth()
    let report = try story.exposure()
    #expect(report.severity == .high)
    for impact in report.categories {
      let counts = truth.counts(of: impact.category.id)
      let restored =
        counts.regressed + counts.regressedExpiry + counts.resurrected + counts.unchanged
      #expect(impact.exposure?.alive == restored, "\(impact.category.id)")
    }
  }
}
