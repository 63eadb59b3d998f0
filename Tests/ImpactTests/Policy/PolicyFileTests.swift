import Foundation
import TestSupport
import Testing

@testable import Impact

struct PolicyFileTests {
  static let shopFile = Repository.fixtures.appending(path: "policy/shop.yaml")

  private func shop() throws -> Policy {
    try Policy(yaml: String(contentsOf: Self.shopFile, encoding: .utf8))
  }

  @Test func `the example of the documentation loads`() throws {
    let policy = try shop()
    #expect(policy.id == "shop")
    #expect(policy.categories.map(\.id) == ["admin-session", "session", "cart", "feature-flag"])
    #expect(policy.unknown.severity == .low)
  }

  @Test func `the documentation shows the file that is tested`() throws {
    let document = try String(
      contentsOf: Repository.root.appending(path: "docs/POLICY.md"), encoding: .utf8)
    let file = try String(contentsOf: Self.shopFile, encoding: .utf8)
    #expect(document.contains(file.trimmingCharacters(in: .newlines)))
  }

  @Test func `every field comes out as it was written`() throws {
    let policy = try shop()
    let cart = policy.categories[2]
    #expect(cart.pattern == #"cart:\d+$"#)
    #expect(cart.title[.english] == "Carts")
    #expect(cart.title[.chinese] == "购物车")
    #expect(cart.value == .json)
    #expect(cart.lifetime == .milliseconds(14 * day))
    #expect(cart.document?.impact == "Carts are kept for two weeks. Losing them is annoying.")
    #expect(cart.document?.recovery == "None.")
    #expect(cart.document?.found?[.chinese] == "游客的购物车没有过期时间，会一直保留。")
    #expect(cart.document?.maxLifetime == 14 * day)
    #expect(cart.document?.alwaysExpires == true)
    #expect(cart.lost.map(\.severity) == [.high])
    #expect(cart.lost.map(\.heals) == [.never])
    let session = policy.categories[1]
    #expect(session.resurrected.map(\.condition) == [Condition(expires: false), nil])
    #expect(session.resurrected.map(\.severity) == [.high, .medium])
    #expect(session.resurrected.map(\.heals) == [.never, .expiry])
    #expect(policy.categories[3].lifetime == .forever)
  }

  @Test func `fields that are left out have their default`() throws {
    var text = PolicyText()
    text.value = "{ kind: opaque }"
    let category = try text.policy().categories[0]
    #expect(category.isLive)
    #expect(!category.isInOverview)
    #expect(category.lifetime == nil)
    #expect(category.datePattern == nil)
    #expect(category.document == nil)
    #expect(category.members == nil)
    let withoutValue = text.yaml.replacing("    value: { kind: opaque }\n", with: "")
    #expect(try Policy(yaml: withoutValue).categories[0].value == .opaque)
  }

  @Test(
    arguments: [
      ("{ kind: opaque }", .opaque), ("{ kind: marker }", .marker), ("{ kind: lock }", .lock),
      ("{ kind: text }", .text), ("{ kind: json }", .json), ("{ kind: set }", .set),
      ("{ kind: pickle }", .pickle), ("{ kind: counter }", .counter(limits: [])),
      ("{ kind: counter, limit: 5 }", .counter(limits: [CounterLimit(pattern: nil, limit: 5)])),
      (
        "{ kind: counter, limits: [{ pattern: 'k:a', limit: 1 }], limit: 2 }",
        .counter(limits: [
          CounterLimit(pattern: "k:a", limit: 1), CounterLimit(pattern: nil, limit: 2),
        ])
      ),
      ("{ kind: amount, field: f }", .amount(field: "f", subject: nil)),
      ("{ kind: amount, field: f, subject: 'k:(.*)' }", .amount(field: "f", subject: "k:(.*)")),
    ] as [(String, ValueKind)])
  func `a value is of a kind`(yaml: String, kind: ValueKind) throws {
    var text = PolicyText()
    text.value = yaml
    #expect(try text.policy().categories[0].value == kind)
  }

  @Test(
    arguments: [
      ("expiry", .expiry), ("next_day", .nextDay), ("at_once", .atOnce), ("never", .never),
      ("120s", .after(120_000)), ("15m", .after(900_000)), ("2h", .after(7_200_000)),
      ("1d", .after(86_400_000)),
    ] as [(String, Healing)])
  func `healing is one of a few ways`(yaml: String, heals: Healing) throws {
    var text = PolicyText()
    text.lost = PolicyText.event("low", heals: yaml)
    #expect(try text.policy().categories[0].lost.map(\.heals) == [heals])
  }

  @Test func `healing that is left out is not known`() throws {
    #expect(try PolicyText().policy().categories[0].lost.map(\.heals) == [nil])
  }

  @Test func `a category says what is carried and what is dropped`() throws {
    let policy = try Policy(yaml: PolicyMistake.valid)
    #expect(policy.categories.map(\.carry) == [nil, nil, .always])
    var condition = Condition()
    (condition.isQueued, condition.expires) = (false, true)
    #expect(policy.categories.map(\.drop) == [nil, nil, condition])
    let yaml = PolicyMistake.valid.replacing("carry: true", with: "carry: false")
    #expect(try Policy(yaml: yaml).categories[2].carry == nil)
  }

  @Test func `the built-in policy can be written to a file and read again`() throws {
    let policy = try bitrun()
    #expect(try Policy(yaml: Policy.builtInSource) == policy)
  }
}
