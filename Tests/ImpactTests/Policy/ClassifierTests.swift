import Foundation
import TestSupport
import Testing

@testable import Impact

struct ClassifierTests {
  private func category(of key: [UInt8]) throws -> String {
    let policy = try bitrun()
    return try Classifier(policy).category(of: key.span).map { policy.categories[$0].id }
      ?? "unknown"
  }

  private func category(of key: String) throws -> String { try category(of: Array(key.utf8)) }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not beside the project"),
    arguments: ["daygap/truth-a", "daygap/truth-b", "shortgap/truth-a", "shortgap/truth-b"])
  func `every key of the corpus has the category that the truth says`(name: String) throws {
    let file = Repository.corpus.appending(path: "bitrun/\(name).json")
    let truth = try JSONValue(contentsOf: file)
    let keys = try #require(truth.members?["keys"]?.members)
    let policy = try bitrun()
    let classifier = try Classifier(policy)
    #expect(keys.count > 800)
    for (key, facts) in keys {
      let expected = try #require(facts.members?["category"]?.text)
      let found = classifier.category(of: Array(key.utf8).span).map { policy.categories[$0].id }
      #expect(found ?? "unknown" == expected, "\(key)")
    }
  }

  @Test(arguments: [
    ("kline:binance:BTC/USDT:1h:20260101:20260301", "cache-kline"),
    ("price:okx:BTC", "cache-price"), ("symbols:okx", "cache-symbols"),
    ("dal:kline:binance:BTC:1h", "cache-dal"), ("dal:funding:binance:BTC", "cache-dal"),
    ("dal:indicator:x", "cache-dal"), ("price_cache:binance:BTC", "cache-price-shared"),
    ("price_prefetch:leader", "cache-prefetch-leader"),
  ])
  func `cache keys are known with and without their prefix`(key: String, id: String) throws {
    #expect(try category(of: key) == id)
    #expect(try category(of: "cache:\(key)") == id)
  }

  @Test(arguments: [
    ("cache:dal:other:x", "cache-other"), ("dal:other:x", "unknown"), ("cache:", "cache-other"),
    ("cache:price_prefetch:leader2", "cache-other"), ("price_prefetch:leader2", "unknown"),
    ("cache", "unknown"), ("cache:cache:price:x", "cache-other"),
  ])
  func `other cache keys are not taken for those`(key: String, id: String) throws {
    #expect(try category(of: key) == id)
  }

  @Test(arguments: [
    ("bitrun:tasks", "arq-queue"), ("arq:queue", "arq-queue"),
    ("bitrun:tasks:health-check", "arq-health"), ("arq:queue:health-check", "arq-health"),
    ("bitrun:tasks:archive", "unknown"), ("bitrun:tasks2", "unknown"),
    ("bitrun:tasks:health-check2", "unknown"), ("arq:abort", "arq-abort"),
    ("arq:abort:x", "unknown"), ("dashboard:u:stats", "dashboard-cache"),
    ("dashboard:u:live:stats", "dashboard-cache"), ("dashboard:u:stats:old", "unknown"),
    ("dashboard::stats", "unknown"), ("market:binance:BTC:price", "market-cache"),
    ("market:binance:BTC:data", "market-cache"), ("market:binance:BTC:prices", "unknown"),
    ("equity:daily:u_a:2026-03-11", "daily-equity-account"),
    ("equity:daily:u:2026-03-11", "daily-equity"),
    ("equity:daily:u_a:2026-03-11x", "daily-equity"), ("equity:daily:", "daily-equity"),
  ])
  func `a dollar sign is the end of the key`(key: String, id: String) throws {
    #expect(try category(of: key) == id)
  }

  @Test(arguments: [
    "bitrun:tasks\n", "arq:abort\n", "dashboard:u:stats\n", "market:b:BTC:price\n",
    "price_prefetch:leader\n", "bitrun:tasks\u{0}",
  ])
  func `a dollar sign is not the place before a final newline`(key: String) throws {
    #expect(try category(of: key) == "unknown")
  }

  @Test(arguments: [
    "", ":", "old:jwt:blacklist:x", " jwt:blacklist:x", "JWT:BLACKLIST:x", "jwt:blacklist",
    "jwt_blacklist:x", "orders", "orders:", "\njwt:blacklist:x", "xorder:1",
  ])
  func `a pattern matches from the start of a key, to the letter`(key: String) throws {
    #expect(try category(of: key) == "unknown")
  }

  @Test(arguments: [
    ("order:1", "order-record"), ("orders:strategy:1", "order-strategy-index"),
    ("orders:pending:", "order-pending-index"), ("worker_owner:1", "worker-owner"),
    ("quant_worker_owner:1", "worker-owner-quant-legacy"), ("exec_lock:agent:1", "exec-lock-agent"),
    ("exec_lock:strategy:1", "exec-lock-strategy"),
    ("exec_lock:quant_strategy:1", "exec-lock-quant-legacy"), ("exec_lock:", "unknown"),
    ("agent_pos_lock:1:BTC", "position-lock"), ("agent_capital_lock:1", "capital-lock"),
    ("arq:job:x", "arq-job"), ("arq:in-progress:x", "arq-in-progress"),
    ("arq:result:x", "arq-result"), ("arq:retry:x", "arq-retry"),
    ("account:balance:x", "account-balance"), ("strategy:status:x", "strategy-status"),
    ("user:session:x", "user-session"), ("rate_limit:auth:2001:db8::5", "rate-limit"),
    ("login:failures:a@example.org", "login-failures"),
  ])
  func `families that look alike are apart`(key: String, id: String) throws {
    #expect(try category(of: key) == id)
  }

  @Test func `keys are bytes, not characters`() throws {
    #expect(try category(of: Array("jwt:blacklist:".utf8) + [0xFF, 0xFE, 0x00]) == "jwt-blacklist")
    #expect(
      try category(of: Array("market:".utf8) + [0xC3, 0x28, 0x0A] + Array(":price".utf8))
        == "market-cache")
    #expect(try category(of: Array("dashboard:\n:stats".utf8)) == "dashboard-cache")
    #expect(
      try category(of: Array("equity:daily:\u{FC}_\n:2026-03-11".utf8)) == "daily-equity-account")
    #expect(try category(of: [0xFF] + Array("jwt:blacklist:".utf8)) == "unknown")
    #expect(try category(of: [0x00]) == "unknown")
    #expect(try category(of: [UInt8](repeating: 0x80, count: 100_000)) == "unknown")
  }

  @Test func `the first pattern that matches wins`() throws {
    var text = PolicyText()
    let event = PolicyText.event("none")
    text.others = """
        - id: special
          pattern: 'k:special$'
          title: { en: T, zh: T }
          description: { en: T, zh: T }
          events: { lost: \(event), regressed: \(event), resurrected: \(event) }
      """
    let policy = try text.policy()
    let first = try Classifier(policy).category(of: Array("k:special".utf8).span)
    #expect(policy.categories.map(\.id) == ["k", "special"])
    #expect(first == 0)
  }

  @Test func `dates and subjects are found in keys`() throws {
    let policy = try bitrun()
    let classifier = try Classifier(policy)
    func facts(_ key: String) throws -> [String?] {
      let bytes = Array(key.utf8)
      let found = classifier.category(of: bytes.span)
      let category = try #require(found)
      return [
        classifier.date(in: bytes, category: category),
        classifier.subject(of: bytes, category: category),
      ]
    }
    #expect(try facts("equity:daily:u1:2026-03-11") == ["2026-03-11", "u1"])
    #expect(try facts("equity:daily:u1_a2:2026-03-11") == ["2026-03-11", "u1"])
    #expect(try facts("equity:daily:u1:2026-03-11x") == [nil, "u1"])
    #expect(try facts("jwt:blacklist:2026-03-11") == [nil, nil])
    #expect(try facts("equity:daily:\u{1B}[31m:2026-03-11") == ["2026-03-11", #"\x1b[31m"#])
  }

  @Test(
    arguments: [
      ("rate_limit:auth:1", 5), ("rate_limit:api:1", 100), ("rate_limit:strategy:1", 10),
      ("rate_limit:account:1", 20), ("rate_limit:other:1", nil), ("login:failures:a", 5),
      ("arq:retry:x", nil), ("jwt:blacklist:x", nil),
    ] as [(String, Int64?)])
  func `a counter has the limit of its key`(key: String, limit: Int64?) throws {
    let classifier = try Classifier(bitrun())
    let bytes = Array(key.utf8)
    let found = classifier.category(of: bytes.span)
    let category = try #require(found)
    #expect(classifier.limit(of: bytes, category: category) == limit)
  }
}
