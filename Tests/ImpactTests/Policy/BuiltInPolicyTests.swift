import Foundation
import TestSupport
import Testing

@testable import Impact

struct BuiltInPolicyTests {
  /// The catalogue's list: the first pattern that matches from the start of a key wins.
  static let catalogue: [(id: String, pattern: String)] = [
    ("jwt-blacklist", #"jwt:blacklist:"#),
    ("strategy-status", #"strategy:status:"#),
    ("user-session", #"user:session:"#),
    ("rate-limit", #"rate_limit:"#),
    ("login-failures", #"login:failures:"#),
    ("daily-equity-account", #"equity:daily:[^:]+_[^:]+:\d{4}-\d\d-\d\d$"#),
    ("daily-equity", #"equity:daily:"#),
    ("dashboard-cache", #"dashboard:.+:stats$"#),
    ("market-cache", #"market:.+:(price|data)$"#),
    ("account-balance", #"account:balance:"#),
    ("cache-prefetch-leader", #"(cache:)?price_prefetch:leader$"#),
    ("cache-price-shared", #"(cache:)?price_cache:"#),
    ("cache-dal", #"(cache:)?dal:(kline|funding|indicator):"#),
    ("cache-kline", #"(cache:)?kline:"#),
    ("cache-price", #"(cache:)?price:"#),
    ("cache-symbols", #"(cache:)?symbols:"#),
    ("cache-other", #"cache:"#),
    ("order-strategy-index", #"orders:strategy:"#),
    ("order-pending-index", #"orders:pending:"#),
    ("order-record", #"order:"#),
    ("exec-lock-agent", #"exec_lock:agent:"#),
    ("exec-lock-strategy", #"exec_lock:strategy:"#),
    ("exec-lock-quant-legacy", #"exec_lock:quant_strategy:"#),
    ("worker-owner", #"worker_owner:"#),
    ("worker-owner-quant-legacy", #"quant_worker_owner:"#),
    ("position-lock", #"agent_pos_lock:"#),
    ("capital-lock", #"agent_capital_lock:"#),
    ("arq-queue", #"(bitrun:tasks|arq:queue)$"#),
    ("arq-health", #"(bitrun:tasks|arq:queue):health-check$"#),
    ("arq-job", #"arq:job:"#),
    ("arq-in-progress", #"arq:in-progress:"#),
    ("arq-result", #"arq:result:"#),
    ("arq-retry", #"arq:retry:"#),
    ("arq-abort", #"arq:abort$"#),
  ]

  /// The families of the document's impact table, and those of its overview (columns I and O).
  static let documented: Set = [
    "jwt-blacklist", "rate-limit", "daily-equity", "account-balance", "strategy-status",
    "market-cache", "cache-kline", "cache-price", "cache-symbols", "cache-dal",
  ]
  static let inOverview = documented.union(["dashboard-cache", "login-failures"])

  /// What production writes today.
  static let live: Set = [
    "jwt-blacklist", "rate-limit", "daily-equity", "dashboard-cache", "account-balance",
    "worker-owner", "exec-lock-agent", "position-lock", "capital-lock",
  ]

  /// What the code sets as expiry, in seconds (the catalogue's Table 1); nil stands for forever.
  static let lifetimes: [(id: String, seconds: Int64?)] = [
    ("jwt-blacklist", 604_800), ("rate-limit", 60), ("daily-equity", 172_800),
    ("dashboard-cache", 10), ("account-balance", 10), ("worker-owner", 120),
    ("exec-lock-agent", 300), ("position-lock", 10), ("capital-lock", 15), ("arq-queue", nil),
    ("arq-in-progress", 310), ("arq-result", 3600), ("arq-retry", 88_400), ("arq-abort", nil),
    ("arq-health", 31), ("exec-lock-strategy", 300), ("login-failures", 900),
    ("strategy-status", 300), ("user-session", 86_400), ("market-cache", 15),
    ("cache-kline", 3600), ("cache-price", 60), ("cache-symbols", 86_400), ("cache-dal", 3600),
    ("cache-price-shared", 10), ("cache-prefetch-leader", 30), ("order-record", 86_400),
    ("order-strategy-index", nil), ("worker-owner-quant-legacy", 120),
    ("exec-lock-quant-legacy", 300),
  ]

  @Test func `the categories are the catalogue's, in its order`() throws {
    let policy = try bitrun()
    #expect(policy.id == "bitrun")
    #expect(Self.catalogue.count == 34)
    #expect(policy.categories.map(\.id) == Self.catalogue.map(\.id))
    #expect(policy.categories.map(\.pattern) == Self.catalogue.map(\.pattern))
  }

  @Test func `what the document says is quoted where it has a row`() throws {
    let policy = try bitrun()
    #expect(Set(policy.categories.filter { $0.document != nil }.map(\.id)) == Self.documented)
    #expect(Set(policy.categories.filter(\.isInOverview).map(\.id)) == Self.inOverview)
    for category in policy.categories where category.document != nil {
      #expect(category.document?.found != nil, "\(category.id): how far does the row hold?")
    }
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the document lies beside the corpus"),
    arguments: documented.sorted())
  func `rows of the document are quoted word for word`(id: String) throws {
    let file = Repository.corpus.deletingLastPathComponent()
      .appending(path: "redis-backup-recovery.zh.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let document = try #require(try bitrun().categories.first { $0.id == id }?.document)
    #expect(text.contains(document.impact))
    #expect(text.contains(document.recovery))
  }

  @Test func `what production writes is live`() throws {
    let policy = try bitrun()
    #expect(Set(policy.categories.filter(\.isLive).map(\.id)) == Self.live)
  }

  @Test func `lifetimes are those that the code sets`() throws {
    let policy = try bitrun()
    for (id, seconds) in Self.lifetimes {
      let category = policy.categories.first { $0.id == id }
      let expected = seconds.map { Lifetime.milliseconds($0 * 1000) } ?? .forever
      #expect(category?.lifetime == expected, "\(id)")
    }
    let known = Set(Self.lifetimes.map(\.id))
    for category in policy.categories where !known.contains(category.id) {
      #expect(category.lifetime == nil, "\(category.id)")
    }
  }

  @Test func `rate limits lock at the counts of the code`() throws {
    let category = try #require(try bitrun().categories.first { $0.id == "rate-limit" })
    #expect(
      category.value
        == .counter(limits: [
          CounterLimit(pattern: "rate_limit:auth:", limit: 5),
          CounterLimit(pattern: "rate_limit:api:", limit: 100),
          CounterLimit(pattern: "rate_limit:strategy:", limit: 10),
          CounterLimit(pattern: "rate_limit:account:", limit: 20),
        ]))
  }

  @Test func `every text is there in both languages`() throws {
    let policy = try bitrun()
    for (place, text) in Self.texts(of: policy) {
      let (english, chinese) = (text[.english], text[.chinese])
      #expect(!english.isEmpty && !chinese.isEmpty, "\(place)")
      #expect(!Self.isChinese(english), "\(place): \(english)")
      for text in [english, chinese] {
        #expect(
          text.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(place): no control characters")
        #expect(text == text.trimmingCharacters(in: .whitespaces), "\(place): no blanks around")
      }
    }
  }

  @Test func `every consequence is said in Chinese too`() throws {
    let policy = try bitrun()
    for category in policy.categories {
      for event in KeyChange.allCases.flatMap({ category.cases(of: $0) }) {
        for text in [event.consequence[.chinese], event.recovery[.chinese]] {
          #expect(Self.isChinese(text), "\(category.id): \(text)")
        }
      }
    }
  }

  private static func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
  }

  /// Every text of a policy, with its place.
  private static func texts(of policy: Policy) -> [(place: String, text: LocalizedText)] {
    var texts = [("title", policy.title)] + Self.texts(of: policy.unknown, "unknown")
    for category in policy.categories {
      texts += [("\(category.id).title", category.title)]
      texts += [("\(category.id).description", category.description)]
      if let found = category.document?.found { texts.append(("\(category.id).found", found)) }
      var cases = category.lost + category.regressed + category.resurrected
      if let members = category.members {
        cases += members.lost + members.resurrected + members.rescored
      }
      texts += cases.flatMap { Self.texts(of: $0, category.id) }
    }
    return texts
  }

  private static func texts(
    of event: EventCase, _ place: String
  ) -> [(place: String, text: LocalizedText)] {
    [("\(place).consequence", event.consequence), ("\(place).recovery", event.recovery)]
  }
}
