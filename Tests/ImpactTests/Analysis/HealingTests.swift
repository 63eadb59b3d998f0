import Impact
import Testing

/// When the consequences of an event end by themselves.
struct HealingTests {
  let soon = restoreMoment + 90 * second

  /// The healing time of a category that loses keys with these expiries.
  private func heals(_ healing: String?, _ expiries: [Int64?]) throws -> HealingTime? {
    var text = PolicyText()
    text.lost = PolicyText.event("low", heals: healing)
    let keys = expiries.enumerated().map { Entry("k:\($0)", expires: $1) }
    return try impact(of: [], on: keys, policy: text.policy()).category("k").heals
  }

  @Test func `what heals at expiry heals when the last key has expired`() throws {
    #expect(try heals("expiry", [soon]) == .at(soon))
    #expect(try heals("expiry", [soon, soon + 5, soon - 5]) == .at(soon + 5))
    #expect(try heals("expiry", [restoreMoment]) == .at(restoreMoment))
  }

  @Test func `what heals at expiry never heals where a key has none`() throws {
    #expect(try heals("expiry", [nil]) == .never)
    #expect(try heals("expiry", [soon, nil, soon]) == .never)
  }

  @Test func `what heals at once heals at the restore`() throws {
    #expect(try heals("at_once", [soon, nil]) == .at(restoreMoment))
  }

  @Test func `what heals the next day heals at midnight in UTC`() throws {
    #expect(try heals("next_day", [soon]) == .at(restoreMoment + 23 * hour))
  }

  @Test func `a duration counts from the restore`() throws {
    #expect(try heals("120s", [soon, nil]) == .at(restoreMoment + 120 * second))
    #expect(try heals("1d", [nil]) == .at(restoreMoment + day))
  }

  @Test func `what never heals never heals`() throws {
    #expect(try heals("never", [soon]) == .never)
  }

  @Test func `what is not known is not known`() throws {
    #expect(try heals(nil, [soon]) == nil)
  }

  @Test func `regressed and resurrected keys expire as the backup says`() throws {
    var text = PolicyText()
    text.regressed = PolicyText.event("low", heals: "expiry")
    text.resurrected = text.regressed
    let policy = try text.policy()
    let old = Entry("k:a", .string("1"), expires: soon)
    let new = Entry("k:a", .string("2"), expires: soon + hour)
    #expect(try impact(of: [old], on: [new], policy: policy).category("k").heals == .at(soon))
    #expect(try impact(of: [old], on: [], policy: policy).category("k").heals == .at(soon))
  }

  @Test(
    arguments: [
      ("60s", "120s", HealingTime.at(restoreMoment + 120 * second)),
      ("120s", "60s", .at(restoreMoment + 120 * second)), ("60s", "never", .never),
      ("never", "60s", .never), ("60s", nil, nil), (nil, "60s", nil), (nil, "never", .never),
      ("never", nil, .never), (nil, nil, nil),
    ] as [(String?, String?, HealingTime?)])
  func `a category heals when its last harm does`(
    lost: String?, resurrected: String?, heals: HealingTime?
  ) throws {
    var text = PolicyText()
    text.lost = PolicyText.event("low", heals: lost)
    text.resurrected = PolicyText.event("high", heals: resurrected)
    let report = try impact(of: [Entry("k:a")], on: [Entry("k:b")], policy: text.policy())
    #expect(try report.category("k").heals == heals)
  }

  @Test func `what does no harm does not heal`() throws {
    var text = PolicyText()
    text.lost = PolicyText.event("none", heals: "never")
    text.resurrected = PolicyText.event("low", heals: "60s")
    let policy = try text.policy()
    let both = try impact(of: [Entry("k:a")], on: [Entry("k:b")], policy: policy).category("k")
    #expect(both.heals == .at(restoreMoment + 60 * second))
    let harmless = try impact(of: [], on: [Entry("k:b")], policy: policy).category("k")
    #expect(harmless.heals == nil)
    #expect(harmless.events.map(\.heals) == [.never])
  }

  @Test func `each event has its own healing time`() throws {
    var text = PolicyText()
    text.lost = PolicyText.event("low", heals: "60s")
    text.resurrected = PolicyText.event("high", heals: "never")
    let report = try impact(of: [Entry("k:a")], on: [Entry("k:b")], policy: text.policy())
    let events = try report.category("k").events
    #expect(events.map(\.subject) == [.keys(.resurrected), .keys(.lost)])
    #expect(events.map(\.heals) == [.never, .at(restoreMoment + 60 * second)])
    #expect(events.map(\.count) == [1, 1])
  }

  @Test func `a duration beyond all time ends at its end`() throws {
    var text = PolicyText()
    text.lost = PolicyText.event("low", heals: "1d")
    let report = try impact(of: [], on: [Entry("k:a")], at: .max - hour, policy: text.policy())
    #expect(try report.category("k").heals == .at(.max))
  }
}
