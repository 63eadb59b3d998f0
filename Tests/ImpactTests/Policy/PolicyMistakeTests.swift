import Impact
import Testing

/// A mistake in a policy file is named with its line and its field.
struct PolicyMistakeTests {
  static let wrongValues: [PolicyMistake] = [
    PolicyMistake(1, "lossmap/policy/1", "lossmap/policy/2", "schema", "lossmap/policy/1"),
    PolicyMistake(2, "shop", "'my shop'", "id", "letters, digits, - and _"),
    PolicyMistake(2, "shop", "läden", "id", "letters, digits, - and _"),
    PolicyMistake(2, "shop", "''", "id", "a text is expected"),
    PolicyMistake(3, "{ en: Shop, zh: Shop }", "Shop", "title", "fields are expected"),
    PolicyMistake(3, "{ en: Shop, zh: Shop }", "[Shop, Shop]", "title", "fields are expected"),
    PolicyMistake(3, "zh: Shop", "zh: ''", "title.zh", "a text is expected"),
    PolicyMistake(5, "low", "urgent", "unknown.severity", "none of none, low, medium, high"),
    PolicyMistake(5, "low", "Low", "unknown.severity", "none of none, low, medium, high"),
    PolicyMistake(5, "low", "[low]", "unknown.severity", "a text is expected"),
    PolicyMistake(10, "cart:\\d+$", "cart:(\\d+", "categories[0].pattern", "at character 10"),
    PolicyMistake(10, "cart:\\d+$", "[z-a]", "categories[0].pattern", "at character"),
    PolicyMistake(13, "true", "yes", "categories[0].live", "true or false"),
    PolicyMistake(14, "false", "0", "categories[0].overview", "true or false"),
    PolicyMistake(15, "json", "yaml", "categories[0].value.kind", "\"yaml\" is no kind of value"),
    PolicyMistake(15, "{ kind: json }", "json", "categories[0].value", "fields are expected"),
    PolicyMistake(
      15, "kind: json", "kind: counter, limit: five", "categories[0].value.limit",
      "a whole number"),
    PolicyMistake(
      15, "kind: json", "kind: counter, limit: 5.5", "categories[0].value.limit",
      "a whole number"),
    PolicyMistake(
      15, "kind: json", "kind: counter, limits: 5", "categories[0].value.limits",
      "a list is expected"),
    PolicyMistake(
      15, "kind: json", "kind: counter, limits: [{ pattern: 'a(', limit: 5 }]",
      "categories[0].value.limits[0].pattern", "at character 3"),
    PolicyMistake(
      15, "kind: json", "kind: amount, field: f, subject: 'cart:'", "categories[0].value.subject",
      "needs a group"),
    PolicyMistake(16, "14d", "14 days", "categories[0].lifetime", "10s, 15m, 48h or 7d"),
    PolicyMistake(16, "14d", "-1d", "categories[0].lifetime", "10s, 15m, 48h or 7d"),
    PolicyMistake(17, "(\\d{4}-\\d\\d-\\d\\d)$", "\\d{4}$", "categories[0].date", "needs a group"),
    PolicyMistake(17, "(\\d{4}-\\d\\d-\\d\\d)$", "(\\d{4}", "categories[0].date", "at character"),
    PolicyMistake(22, "14d", "soon", "categories[0].document.claims.max_lifetime", "10s, 15m"),
    PolicyMistake(22, "true", "1", "categories[0].document.claims.always_expires", "true or false"),
    PolicyMistake(
      25, "high", "critical", "categories[0].events.lost.severity", "\"critical\" is none of"),
    PolicyMistake(26, "never", "tomorrow", "categories[0].events.lost.heals", "10s, 15m"),
    PolicyMistake(
      30, "expires: false", "expires: maybe", "categories[0].events.regressed[0].when.expires",
      "true or false"),
    PolicyMistake(
      30, "date: today", "date: yesterday", "categories[0].events.regressed[0].when.date",
      "none of today, other"),
    PolicyMistake(
      30, "date: today", "job: gone", "categories[0].events.regressed[0].when.job",
      "none of present, absent"),
    PolicyMistake(
      30, "date: today", "queued: 1", "categories[0].events.regressed[0].when.queued",
      "true or false"),
  ]

  static let wrongFields: [PolicyMistake] = [
    PolicyMistake(2, "id: shop", "id: shop\nowner: me", "owner", "unknown field", named: 3),
    PolicyMistake(3, "zh: Shop", "zh: Shop, fr: Shop", "title.fr", "unknown field"),
    PolicyMistake(
      5, "severity: low", "severity: low\n  heals: never", "unknown.heals", "unknown", named: 6),
    PolicyMistake(11, "title:", "titel:", "categories[0].titel", "unknown field"),
    PolicyMistake(13, "live:", "alive:", "categories[0].alive", "unknown field"),
    PolicyMistake(
      15, "kind: json", "kind: json, limit: 5", "categories[0].value.limit", "unknown field"),
    PolicyMistake(
      22, "always_expires", "expires", "categories[0].document.claims.expires", "unknown field"),
    PolicyMistake(23, "events:", "evnts:", "categories[0].evnts", "unknown field"),
    PolicyMistake(26, "heals:", "heal:", "categories[0].events.lost.heal", "unknown field"),
    PolicyMistake(29, "regressed:", "changed:", "categories[0].events.changed", "unknown field"),
    PolicyMistake(
      30, "date: today", "day: today", "categories[0].events.regressed[0].when.day",
      "unknown field"),
    PolicyMistake(1, "schema: lossmap/policy/1", "", "", "`schema` is missing", named: 2),
    PolicyMistake(2, "id: shop", "", "", "`id` is missing", named: 1),
    PolicyMistake(3, "title: { en: Shop, zh: Shop }", "", "", "`title` is missing", named: 1),
    PolicyMistake(3, ", zh: Shop", "", "title", "`zh` is missing"),
    PolicyMistake(5, "severity: low", "", "unknown", "`severity` is missing", named: 6),
    PolicyMistake(
      10, "pattern: 'cart:\\d+$'", "", "categories[0]", "`pattern` is missing", named: 9),
    PolicyMistake(
      12, "description: { en: D, zh: D }", "", "categories[0]", "`description`", named: 9),
    PolicyMistake(15, "{ kind: json }", "{}", "categories[0].value", "`kind` is missing"),
    PolicyMistake(
      15, "{ kind: json }", "{ kind: amount }", "categories[0].value", "`field` is missing"),
    PolicyMistake(19, "impact: I", "", "categories[0].document", "`impact` is missing", named: 20),
    PolicyMistake(25, "severity: high", "", "categories[0].events.lost", "`severity`", named: 26),
    PolicyMistake(27, ", zh: C", "", "categories[0].events.lost.consequence", "`zh` is missing"),
    PolicyMistake(
      28, "recovery: { en: R, zh: R }", "", "categories[0].events.lost", "`recovery`", named: 25),
    PolicyMistake(46, ", job_prefix: 'job:'", "", "categories[1].value", "`job_prefix` is missing"),
    PolicyMistake(
      54, "rescored:", "resurrected2:", "categories[1].events.members.resurrected2", "unknown"),
    PolicyMistake(59, ", prefix: 'job:'", "", "categories[2].value", "`prefix` is missing"),
  ]

  static let contradictions: [PolicyMistake] = [
    PolicyMistake(42, "id: queue", "id: cart", "categories[1].id", "\"cart\" is taken"),
    PolicyMistake(42, "id: queue", "id: unknown", "categories[1].id", "\"unknown\" is taken"),
    PolicyMistake(
      59, "queue: queue", "queue: cart", "categories[2].value.queue", "whose value is a queue"),
    PolicyMistake(
      59, "queue: queue", "queue: none", "categories[2].value.queue", "whose value is a queue"),
    PolicyMistake(
      25, "severity: high", "when: { expires: true }\n        severity: high",
      "categories[0].events.lost.when", "a single case holds always"),
    PolicyMistake(
      30, "- when: { expires: false, date: today }", "-", "categories[0].events.regressed[0]",
      "the last case, and no other", named: 31),
    PolicyMistake(
      34, "- severity", "- when: { expires: true }\n          severity",
      "categories[0].events.regressed[1]", "the last case, and no other"),
    PolicyMistake(48, caseText, "[]", "categories[1].events.lost", "there is no case"),
    PolicyMistake(48, caseText, "nothing", "categories[1].events.lost", "fields are expected"),
  ]

  /// A case as lines 48 to 54 and 63 to 65 have it.
  private static let caseText =
    "{ severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }"

  static let wrongRules: [PolicyMistake] = [
    PolicyMistake(60, "true", "yes", "categories[2].carry", "true or false"),
    PolicyMistake(60, "true", "[true]", "categories[2].carry", "a text is expected"),
    PolicyMistake(60, "true", "{}", "categories[2].carry", "no condition is there"),
    PolicyMistake(60, "true", "{ expires: 1 }", "categories[2].carry.expires", "true or false"),
    PolicyMistake(60, "true", "{ severity: low }", "categories[2].carry.severity", "unknown"),
    PolicyMistake(
      61, "expires: true", "date: today", "categories[2].drop.date", "where its keys have a"),
    PolicyMistake(
      61, "expires: true", "job: absent", "categories[2].drop.job", "only members of a queue"),
    PolicyMistake(
      16, "14d", "14d\n    carry: { queued: true }", "categories[0].carry.queued", "only a job",
      named: 17),
    PolicyMistake(
      46, "value:", "carry: { job: absent }\n    value:", "categories[1].carry.job",
      "carried as a whole"),
    PolicyMistake(
      46, "value:", "drop: { expires: true }\n    value:", "categories[1].drop.expires",
      "chooses members"),
  ]

  @Test(arguments: wrongRules)
  func `what is carried or dropped for a reason that can't hold is named with its line`(
    mistake: PolicyMistake
  ) throws {
    try expect(mistake)
  }

  @Test func `the file that the mistakes are made in is valid`() throws {
    let policy = try Policy(yaml: PolicyMistake.valid)
    #expect(policy.categories.map(\.id) == ["cart", "queue", "job"])
  }

  @Test(arguments: wrongValues)
  func `a wrong value is named with line and field`(mistake: PolicyMistake) throws {
    try expect(mistake)
  }

  @Test(arguments: wrongFields)
  func `a missing or unknown field is named with its line`(mistake: PolicyMistake) throws {
    try expect(mistake)
  }

  @Test(arguments: contradictions)
  func `what does not fit together is named with its line`(mistake: PolicyMistake) throws {
    try expect(mistake)
  }

  @Test func `a queue says what happens to its members`() throws {
    var text = PolicyText()
    text.value = "{ kind: queue, job_prefix: 'job:' }"
    let error = try #require(throws: PolicyError.self) { try text.policy() }
    #expect(error.field == "categories[0].events")
    #expect(error.message == "`members` is missing")
    #expect(error.line == 13)
  }

  @Test func `only a queue has members`() throws {
    var text = PolicyText()
    let event = PolicyText.event("low")
    text.members = "{ lost: \(event), resurrected: \(event), rescored: \(event) }"
    let error = try #require(throws: PolicyError.self) { try text.policy() }
    #expect(error.field == "categories[0].events.members")
    #expect(error.line == 16)
  }

  @Test(arguments: ["", "\n\n", "# nothing but a comment\n"])
  func `an empty file is no policy`(text: String) throws {
    let error = try #require(throws: PolicyError.self) { try Policy(yaml: text) }
    #expect(error == PolicyError(line: nil, field: "", message: "the file is empty"))
  }

  @Test(arguments: ["- schema", "schema", "[]", "42"])
  func `a file is a set of fields`(text: String) throws {
    let error = try #require(throws: PolicyError.self) { try Policy(yaml: text) }
    #expect(error == PolicyError(line: 1, field: "", message: "fields are expected"))
  }

  @Test(arguments: [
    (10, "'cart:", "\"cart:"), (11, "{ en: Carts", "{ en: [Carts"), (15, "{ kind", "{{ kind"),
    (12, "description:", "\tdescription:"), (13, "live: true", "live: true: false"),
    (16, "lifetime: 14d", "lifetime: *unknown"), (22, "claims", "@claims"),
  ])
  func `broken YAML is named with its line`(line: Int, old: String, new: String) throws {
    let yaml = try #require(PolicyMistake(line, old, new, "", "").yaml)
    let error = try #require(throws: PolicyError.self) { try Policy(yaml: yaml) }
    // Where a parser notices depends on what is broken: there, or on the next line.
    let named = try #require(error.line)
    #expect((line...line + 1).contains(named), "\(error)")
  }

  @Test(arguments: [
    (5, "severity: low", "  "), (13, "live: true", "    "), (25, "severity: high", "        "),
  ])
  func `a field that is there twice is named with its line`(
    line: Int, field: String, indent: String
  ) throws {
    let mistake = PolicyMistake(line, field, "\(field)\n\(indent)\(field)", "", "")
    let yaml = try #require(mistake.yaml)
    let error = try #require(throws: PolicyError.self) { try Policy(yaml: yaml) }
    #expect(error.line == line || error.line == line + 1)
    #expect(error.message.contains(field.prefix { $0 != ":" }))
    #expect(error.message.utf8.count < 200, "the message quotes more than the mistake")
  }

  @Test func `an error is one line that is safe to show`() throws {
    let error = PolicyError(
      line: 3, field: "categories[0].\u{1B}[31m", message: "a\nb\u{202E}", path: "x\u{7}y.yaml")
    #expect(
      error.description
        == #"x\x07y.yaml: line 3: categories[0].\x1b[31m: a\x0ab\xe2\x80\xae"#)
  }

  private func expect(_ mistake: PolicyMistake) throws {
    let yaml = try #require(mistake.yaml, "\(mistake): the valid file has another line there")
    let error = try #require(throws: PolicyError.self) { try Policy(yaml: yaml) }
    #expect(error.field == mistake.field)
    #expect(error.line == mistake.named)
    #expect(error.message.contains(mistake.message), "\(error.message)")
  }
}
