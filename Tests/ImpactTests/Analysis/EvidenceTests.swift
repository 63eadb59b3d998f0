import Impact
import TestSupport
import Testing

/// What the values of affected keys say.
struct EvidenceTests {
  private func evidence(
    _ key: String, of backup: Entry.Value?, on current: Entry.Value?
  ) throws -> Evidence? {
    let report = try impact(
      of: backup.map { [Entry(key, $0)] } ?? [], on: current.map { [Entry(key, $0)] } ?? [])
    #expect(report.keys.count == 1)
    return report.keys.first?.evidence
  }

  @Test func `a counter says its counts and its limit`() throws {
    let key = "rate_limit:auth:1"
    #expect(
      try evidence(key, of: .string("5"), on: .string("2"))
        == .counter(CounterEvidence(backup: 5, current: 2, limit: 5)))
    #expect(
      try evidence(key, of: .string("5"), on: nil)
        == .counter(CounterEvidence(backup: 5, current: nil, limit: 5)))
    #expect(
      try evidence(key, of: nil, on: .string("2"))
        == .counter(CounterEvidence(backup: nil, current: 2, limit: 5)))
    #expect(
      try evidence("arq:retry:1", of: .string("5"), on: nil)
        == .counter(CounterEvidence(backup: 5, current: nil, limit: nil)))
  }

  @Test(
    arguments: [
      (Entry.Value.record([0, 0xC0, 0xFF]), -1), (.record([0, 0xC1, 0x00, 0x01]), 256),
      (.compressedString("123456789012345678"), 123_456_789_012_345_678),
      (.string("9223372036854775807"), .max), (.string("-9223372036854775808"), .min),
      (.string("9223372036854775808"), nil), (.string(""), nil), (.string("5 "), nil),
      (.string("five"), nil), (.string("5.0"), nil), (.list(["5"]), nil), (.set(["5"]), nil),
    ] as [(Entry.Value, Int64?)])
  func `a count is a whole number in a string`(value: Entry.Value, count: Int64?) throws {
    #expect(
      try evidence("login:failures:a", of: value, on: nil)
        == .counter(CounterEvidence(backup: count, current: nil, limit: 5)))
  }

  @Test func `an amount says its numbers, whose it is and on which day`() throws {
    #expect(
      try evidence(
        "equity:daily:u-1:2026-03-11", of: .string(#"{"equity": 1000.5, "accounts": {}}"#),
        on: .string(#"{"equity": 900}"#))
        == .amount(AmountEvidence(backup: 1000.5, current: 900, subject: "u-1", date: "2026-03-11"))
    )
    #expect(
      try evidence("equity:daily:u_a:2026-03-11", of: nil, on: .string(#"{"equity": -1e3}"#))
        == .amount(AmountEvidence(backup: nil, current: -1000, subject: "u", date: "2026-03-11")))
  }

  @Test(
    arguments: [
      (#"{"equity": 0}"#, 0), (#"{"equity": 1}"#, 1), (#"{"equity": 1.0}"#, 1),
      (#"{"equity": 0.1}"#, 0.1), (#"{"equity": -0.5}"#, -0.5), (#"{"equity": 1e300}"#, 1e300),
      (#"{"other": 5}"#, nil), (#"{"equity": "5"}"#, nil), (#"{"equity": null}"#, nil),
      (#"{"equity": true}"#, nil), (#"{"equity": false}"#, nil), (#"{"equity": [5]}"#, nil),
      ("[5]", nil), ("5", nil), ("", nil), ("{", nil), (#"{"equity": 5"#, nil),
      (#"{"equity": NaN}"#, nil), ("\u{FEFF}{}", nil), ("null", nil),
    ] as [(String, Double?)])
  func `an amount is a number at the policy's field`(json: String, amount: Double?) throws {
    #expect(
      try evidence("equity:daily:u:2026-03-11", of: .string(json), on: nil)
        == .amount(AmountEvidence(backup: amount, current: nil, subject: "u", date: "2026-03-11")))
  }

  @Test func `a value that is nested without end has no amount`() throws {
    let json = String(repeating: "[", count: 100_000)
    #expect(
      try evidence("equity:daily:u:2026-03-11", of: .string(json), on: nil)
        == .amount(AmountEvidence(backup: nil, current: nil, subject: "u", date: "2026-03-11")))
  }

  @Test func `bytes that are no text are no number`() throws {
    let value = Entry.Value.record([0] + RDBBuilder.string([0xFF, 0x35]))
    #expect(
      try evidence("login:failures:a", of: value, on: nil)
        == .counter(CounterEvidence(backup: nil, current: nil, limit: 5)))
    #expect(
      try evidence("equity:daily:u:2026-03-11", of: value, on: nil)
        == .amount(AmountEvidence(backup: nil, current: nil, subject: "u", date: "2026-03-11")))
  }

  @Test(arguments: ["jwt:blacklist:a", "order:1", "worker_owner:1", "arq:job:1", "nobody:knows"])
  func `of other kinds nothing is said`(key: String) throws {
    #expect(try evidence(key, of: .string("5"), on: .string("6")) == nil)
  }

  @Test func `whose an amount is, is safe to show`() throws {
    let evidence = try evidence(
      "equity:daily:\u{1B}[31m\n:2026-03-11", of: .string(#"{"equity": 5}"#), on: nil)
    #expect(
      evidence
        == .amount(
          AmountEvidence(backup: 5, current: nil, subject: #"\x1b[31m\x0a"#, date: "2026-03-11")))
  }
}
