import Testing

@testable import Impact

/// Table 2 of the catalogue. Where it has two values the higher stands.
struct SeverityTests {
  /// What an event means to keys of a category, under a condition.
  struct Row: CustomStringConvertible, Sendable {
    let categories: [String]
    let lost: Severity
    let regressed: Severity
    let resurrected: Severity
    var facts = CaseFacts(expires: true)
    var condition = ""

    var description: String {
      categories.joined(separator: ", ") + (condition.isEmpty ? "" : " (\(condition))")
    }
  }

  static let rows: [Row] = [
    Row(categories: ["jwt-blacklist"], lost: .high, regressed: .none, resurrected: .none),
    Row(
      categories: ["rate-limit"], lost: .low, regressed: .low, resurrected: .none,
      condition: "with an expiry"),
    Row(
      categories: ["rate-limit"], lost: .none, regressed: .low, resurrected: .high,
      facts: CaseFacts(expires: false), condition: "without an expiry"),
    Row(
      categories: ["daily-equity"], lost: .medium, regressed: .medium, resurrected: .medium,
      facts: CaseFacts(expires: true, day: .today), condition: "today"),
    Row(
      categories: ["daily-equity"], lost: .none, regressed: .none, resurrected: .none,
      facts: CaseFacts(expires: true, day: .other), condition: "other dates"),
    Row(
      categories: ["daily-equity"], lost: .none, regressed: .none, resurrected: .none,
      condition: "no date in the key"),
    Row(
      categories: ["daily-equity-account"], lost: .none, regressed: .none, resurrected: .low,
      facts: CaseFacts(expires: true, day: .today)),
    Row(
      categories: ["dashboard-cache", "account-balance", "arq-health", "arq-abort"],
      lost: .none, regressed: .none, resurrected: .none),
    Row(categories: ["worker-owner"], lost: .medium, regressed: .medium, resurrected: .medium),
    Row(categories: ["exec-lock-agent"], lost: .high, regressed: .low, resurrected: .medium),
    Row(
      categories: ["position-lock", "capital-lock"], lost: .low, regressed: .none,
      resurrected: .low),
    Row(categories: ["arq-queue"], lost: .high, regressed: .medium, resurrected: .high),
    Row(
      categories: ["arq-job"], lost: .high, regressed: .medium, resurrected: .high,
      facts: CaseFacts(expires: true, isQueued: true), condition: "queued"),
    Row(
      categories: ["arq-job"], lost: .high, regressed: .medium, resurrected: .medium,
      facts: CaseFacts(expires: true, isQueued: false), condition: "not queued"),
    Row(categories: ["arq-in-progress"], lost: .medium, regressed: .none, resurrected: .medium),
    Row(categories: ["arq-result"], lost: .low, regressed: .none, resurrected: .medium),
    Row(categories: ["arq-retry"], lost: .low, regressed: .low, resurrected: .medium),
    Row(
      categories: ["exec-lock-strategy", "exec-lock-quant-legacy"], lost: .high, regressed: .none,
      resurrected: .low, condition: "as if such a worker ran"),
    Row(
      categories: ["worker-owner-quant-legacy"], lost: .medium, regressed: .none,
      resurrected: .low, condition: "as if such a worker ran"),
    Row(
      categories: ["login-failures"], lost: .none, regressed: .low, resurrected: .low,
      condition: "with an expiry"),
    Row(
      categories: ["login-failures"], lost: .none, regressed: .low, resurrected: .high,
      facts: CaseFacts(expires: false), condition: "without an expiry"),
    Row(
      categories: [
        "strategy-status", "user-session", "market-cache", "cache-prefetch-leader",
        "cache-price-shared", "cache-dal", "cache-kline", "cache-price", "cache-symbols",
        "cache-other", "order-pending-index",
      ], lost: .none, regressed: .none, resurrected: .none, condition: "never written"),
    Row(
      categories: ["order-record"], lost: .none, regressed: .medium, resurrected: .medium,
      condition: "not wired today"),
    Row(
      categories: ["order-strategy-index"], lost: .low, regressed: .low, resurrected: .low,
      facts: CaseFacts(expires: false)),
  ]

  @Test(arguments: rows)
  func `severities are the catalogue's`(row: Row) throws {
    let policy = try bitrun()
    for id in row.categories {
      let category = try #require(policy.categories.first { $0.id == id }, "\(id)")
      func severity(of change: KeyChange) -> Severity {
        let cases = category.cases(of: change)
        return cases[cases.firstIndex(for: row.facts)].severity
      }
      #expect(severity(of: .lost) == row.lost, "\(id)")
      #expect(severity(of: .regressed) == row.regressed, "\(id)")
      #expect(severity(of: .regressedExpiry) == row.regressed, "\(id)")
      #expect(severity(of: .resurrected) == row.resurrected, "\(id)")
    }
  }

  @Test func `the table covers every category`() throws {
    let policy = try bitrun()
    #expect(Set(Self.rows.flatMap(\.categories)) == Set(policy.categories.map(\.id)))
  }

  @Test(
    arguments: [
      (MemberChange.lost, nil, Severity.high), (.resurrected, .present, .high),
      (.resurrected, .absent, .medium), (.rescored, nil, .medium),
    ] as [(MemberChange, Condition.Presence?, Severity)])
  func `severities of a queue's members are the catalogue's`(
    change: MemberChange, job: Condition.Presence?, severity: Severity
  ) throws {
    let category = try #require(try bitrun().categories.first { $0.id == "arq-queue" })
    let members = try #require(category.members)
    let cases =
      switch change {
      case .lost: members.lost
      case .resurrected: members.resurrected
      case .rescored: members.rescored
      }
    #expect(cases[cases.firstIndex(for: CaseFacts(job: job))].severity == severity)
  }

  @Test func `keys of no category are of medium severity`() throws {
    #expect(try bitrun().unknown.severity == .medium)
  }

  @Test func `severities are ordered from harmless to bad`() {
    #expect(Severity.allCases.sorted() == [.none, .low, .medium, .high])
    #expect(Severity.allCases.map(\.rawValue) == ["none", "low", "medium", "high"])
    #expect(Severity.none < .low && Severity.low < .medium && Severity.medium < .high)
  }
}
