import Keyspace
import TestSupport
import Testing

@testable import Impact

/// Whole restores, held against what real servers stated about both states.
struct StoryTests {
  @Test(arguments: Story.fixtures)
  func `a story of the fixtures comes out as it was`(story: Story) throws {
    try expectTruth(story)
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not beside the project"),
    arguments: Story.corpus)
  func `a story of the corpus comes out as it was`(story: Story) throws {
    try expectTruth(story)
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not beside the project"),
    arguments: Story.logs)
  func `a story comes out the same from the incident state's log`(story: Story) throws {
    try expectTruth(story)
  }

  /// Exactly the keys of the truth, with their change and category, its counts and its queue members.
  private func expectTruth(_ story: Story) throws {
    let truth = try story.truth()
    let report = try story.report()
    #expect(report.restoreAt == truth.restoreAt)
    #expect(report.totals == truth.total)
    let known = Set(report.categories.map(\.category.id))
    #expect(truth.ids.subtracting(known).subtracting(["unknown"]) == [])
    for (index, impact) in report.categories.enumerated() {
      let id = impact.category.id
      #expect(impact.counts == truth.counts(of: id), "\(id)")
      #expect(changes(in: report, category: index) == truth.changes(of: id), "\(id)")
    }
    #expect(changes(in: report, category: nil) == truth.changes(of: "unknown"))
    #expect(sum(of: report.unknown) == truth.counts(of: "unknown"))
    #expect(report.keys.count == truth.total.affected)
    try expectMembers(report, truth)
  }

  private func expectMembers(_ report: ImpactReport, _ truth: StoryTruth) throws {
    let members = try #require(try report.category("arq-queue").members)
    func names(_ members: [[UInt8]]) -> [String] {
      members.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(names(members.lost) == truth.members("members_lost"))
    #expect(names(members.resurrected) == truth.members("members_resurrected"))
    #expect(names(members.rescored) == truth.members("members_rescored"))
    #expect(names(members.due) == truth.members("due_at_T_after_restore"))
    #expect(
      names(members.withoutJobKey) == truth.members("restored_members_without_job_key_at_T"))
  }

  private func changes(in report: ImpactReport, category: Int?) -> [String: KeyChange] {
    var changes: [String: KeyChange] = [:]
    for key in report.keys where key.category == category {
      changes[String(decoding: key.name, as: UTF8.self)] = key.change
    }
    return changes
  }

  private func sum(of groups: [PrefixImpact]) -> ChangeCounts {
    groups.reduce(into: ChangeCounts()) { sum, group in
      for change in KeyChange.allCases { sum[change] += group.counts[change] }
      sum.unchanged += group.counts.unchanged
    }
  }

  @Test func `what the story put in on purpose is judged as it deserves`() throws {
    let report = try Story.fixtures[0].report()
    #expect(report.severity == .high)
    #expect(report.severity(ofKey: "rate_limit:auth:172.18.0.7") == .high)
    #expect(report.severity(ofKey: "rate_limit:api:198.51.100.23") == .low)
    #expect(report.severity(ofKey: "rate_limit:strategy:198.51.100.77") == Severity.none)
    #expect(report.severity(ofKey: "rate_limit:account:2001:db8:77::5") == nil)
    #expect(report.severity(ofKey: "login:failures:stuck-cleared@example.org") == .high)
    #expect(report.severity(ofKey: "leaderboard") == .medium)
    #expect(report.severity(ofKey: "feature:limits") == nil)
    #expect(report.severity(ofKey: "ranking:zero") == nil)
  }

  @Test func `each category is as bad as the worst of its keys and members`() throws {
    let report = try Story.fixtures[0].report()
    for (index, impact) in report.categories.enumerated() {
      let ofKeys = report.keys.filter { $0.category == index }.map { report.severity(of: $0) }
      let worst = ofKeys.max() ?? .none
      if impact.members == nil {
        #expect(impact.severity == worst, "\(impact.category.id)")
      } else {
        #expect(impact.severity >= worst, "\(impact.category.id)")
      }
      #expect(impact.events.map(\.meaning.severity).max() ?? .none == impact.severity)
      let counted = impact.events.filter { event in
        if case .keys = event.subject { true } else { false }
      }
      #expect(counted.map(\.count).reduce(0, +) == impact.counts.affected)
    }
  }

  @Test func `events are sorted, the worst first`() throws {
    for impact in try Story.fixtures[0].report().categories {
      let severities = impact.events.map(\.meaning.severity)
      #expect(severities == severities.sorted(by: >), "\(impact.category.id)")
    }
  }

  @Test func `the file's own lies about expired keys count nowhere`() throws {
    // The files have keys that had expired before they were written: more than the truth counts.
    let report = try Story.fixtures[0].report()
    let truth = try Story.fixtures[0].truth()
    #expect(report.backup.snapshot.expired > truth.expiredInBackup)
    #expect(report.totals == truth.total)
  }
}
