import TestSupport
import Testing

/// `impact --format json`: the contract of design §4.
struct ImpactJSONTests {
  static let severity = Shape.oneOf(["none", "low", "medium", "high"])
  static let backup = Shape.object([
    "path": .text, "kind": .oneOf(["rdb"]), "rdb_version": .integer, "server": .nullable(.text),
    "created_at": .nullable(.time), "base_created_at": .null, "keys": .integer,
    "expired_at_restore": .integer, "checksum": .oneOf(["ok", "absent", "disabled"]),
  ])
  static let counts = ["lost", "regressed", "regressed_expiry", "resurrected", "unchanged"]

  /// A document in which every count is of this shape.
  static func document(counts shape: Shape, category: [String: Shape]) -> Shape {
    let counted = Dictionary(uniqueKeysWithValues: counts.map { ($0, shape) })
    let ofCategory: [String: Shape] = [
      "id": .text, "title": .text, "documented": .flag,
      "document": .nullable(.object(["impact": .text, "recovery": .text])), "severity": severity,
      "consequence": .nullable(.text), "recovery": .nullable(.text),
      "contradictions": .array(
        .object([
          "code": .oneOf(["lives-longer", "never-expires"]), "message": .text, "keys": .integer,
        ])),
      "examples": .array(
        .object([
          "db": .integer, "key": .text,
          "change": .oneOf(["lost", "regressed", "regressed_expiry", "resurrected"]),
        ])),
    ]
    return .object([
      "schema": .oneOf(["lossmap/impact/1"]), "backup": backup, "restore_at": .time,
      "policy": .text, "severity": severity, "totals": .object(counted),
      "categories": .array(.object(ofCategory.merging(counted) { $1 }.merging(category) { $1 })),
      "unknown": .array(.object(counted.merging(["prefix": .nullable(.text)]) { $1 })),
    ])
  }

  private func story(_ more: String...) throws -> JSON {
    let run = try Lossmap.run(Story.impact("--format", "json") + more)
    #expect(run.status == 0)
    #expect(run.errors == "")
    return try JSON(run.output)
  }

  private func exposure() throws -> JSON {
    let run = try Lossmap.run("impact", Story.backup, "--at", Story.moment, "--format", "json")
    #expect(run.status == 0)
    return try JSON(run.output)
  }

  @Test func `a report has every field of the contract, of its type`() throws {
    let shape = Self.document(counts: .integer, category: [:])
    #expect(shape.mismatches(try story()) == [])
    #expect(Self.backup.mismatches(try story()["current"]) == [])
  }

  @Test func `a report says what the story's truth says`() throws {
    let json = try story()
    #expect(json["restore_at"] == .text("2026-03-11T01:00:00Z"))
    #expect(json["policy"] == .text("bitrun"))
    #expect(json["severity"] == .text("high"))
    #expect(
      json["totals"]
        == .object([
          "lost": .integer(139), "regressed": .integer(26), "regressed_expiry": .integer(6),
          "resurrected": .integer(24), "unchanged": .integer(70),
        ]))
    #expect(json["backup"]?["path"] == .text(Story.backup))
    #expect(json["current"]?["path"] == .text(Story.current))
    #expect(json["backup"]?["created_at"] == .text("2026-03-10T02:00:00Z"))
    #expect(json["current"]?["created_at"] == .text("2026-03-11T00:59:30Z"))
    #expect(json["backup"]?["server"] == .text("redis 7.0.15"))
    #expect(json["backup"]?["rdb_version"] == .integer(10))
    #expect(json["backup"]?["checksum"] == .text("ok"))
  }

  @Test func `totals are the sums of categories and unknown keys`() throws {
    let json = try story()
    let groups = (json["categories"]?.elements ?? []) + (json["unknown"]?.elements ?? [])
    for name in Self.counts {
      let sum = groups.compactMap { $0[name]?.integer }.reduce(0, +)
      #expect(json["totals"]?[name] == .integer(sum), "\(name)")
    }
  }

  @Test func `every category is there, in the policy's order`() throws {
    let ids = try story()["categories"]?.elements?.compactMap { $0["id"]?.text }
    #expect(ids?.count == 34)
    #expect(ids?.first == "jwt-blacklist")
    #expect(ids?.last == "arq-abort")
    #expect(try exposure()["categories"]?.elements?.compactMap { $0["id"]?.text } == ids)
  }

  @Test func `a category is documented where the document has its row`() throws {
    for category in try story()["categories"]?.elements ?? [] {
      let isDocumented = category["document"] != .null
      #expect(category["documented"] == .flag(isDocumented), "\(category["id"]?.text ?? "")")
    }
    let tokens = try category("jwt-blacklist", of: story())
    #expect(
      tokens["document"]?["impact"] == .text("已注销的 token 可能暂时有效（token 最多 1 小时过期）"))
    #expect(tokens["document"]?["recovery"] == .text("自动恢复"))
  }

  @Test func `a healing time is a time, never, or null`() throws {
    let json = try story()
    let shape = Shape.nullable(.time)
    for category in json["categories"]?.elements ?? [] where category["heals_at"] != .text("never")
    {
      #expect(shape.mismatches(category["heals_at"]) == [])
    }
    #expect(try category("rate-limit", of: json)["heals_at"] == .text("never"))
    #expect(try category("daily-equity", of: json)["heals_at"] == .text("2026-03-12T00:00:00Z"))
    #expect(try category("arq-abort", of: json)["heals_at"] == .null)
  }

  @Test func `only queues have members, by name and sorted`() throws {
    let json = try story()
    let names = Shape.array(.text)
    for category in json["categories"]?.elements ?? [] {
      guard category["id"] == .text("arq-queue") else {
        #expect(category["members"] == nil)
        continue
      }
      let shape = Shape.object([
        "lost": names, "resurrected": names, "rescored": names, "without_job_key": names,
        "due": names,
      ])
      #expect(shape.mismatches(category["members"]) == [])
      for (name, count) in [("lost", 7), ("resurrected", 11), ("rescored", 8), ("due", 19)] {
        let members = category["members"]?[name]?.elements?.compactMap(\.text) ?? []
        #expect(members.count == count)
        #expect(members == members.sorted())
      }
    }
  }

  @Test
  func `a queue has members even where no file has the queue`() throws {
    let run = try Lossmap.run(
      "impact", "Fixtures/rdb/empty_v10.rdb", "--current", "Fixtures/rdb/empty_v10.rdb", "--format",
      "json")
    let queue = try category("arq-queue", of: JSON(run.output))
    #expect(queue["members"]?["lost"] == .array([]))
    #expect(queue["members"]?["due"] == .array([]))
  }

  @Test func `contradictions and examples say what was found`() throws {
    let tokens = try category("jwt-blacklist", of: story())
    let contradictions = try #require(tokens["contradictions"]?.elements)
    #expect(contradictions.map { $0["code"] } == [.text("lives-longer")])
    #expect(contradictions[0]["keys"] == .integer(55))
    let examples = try #require(tokens["examples"]?.elements)
    #expect(examples.count == 5)
    #expect(examples.allSatisfy { $0["change"] == .text("lost") && $0["db"] == .integer(0) })
  }

  @Test func `events add up to the counts`() throws {
    for category in try story()["categories"]?.elements ?? [] {
      for change in ["lost", "regressed", "regressed_expiry", "resurrected"] {
        let events = category["events"]?.elements?.filter { $0["change"] == .text(change) } ?? []
        let sum = events.compactMap { $0["count"]?.integer }.reduce(0, +)
        #expect(category[change] == .integer(sum), "\(category["id"]?.text ?? ""), \(change)")
      }
    }
  }

  @Test func `values say counters and amounts on both sides`() throws {
    let json = try story()
    let proxy = try category("rate-limit", of: json)["values"]?.elements?
      .first { $0["key"] == .text("rate_limit:auth:172.18.0.7") }
    #expect(
      proxy?["counter"]
        == .object([
          "backup": .integer(5), "current": .null, "limit": .integer(5), "remaining": .integer(0),
          "locked": .flag(true),
        ]))
    let shape = Shape.object([
      "db": .integer, "key": .text, "change": .text,
      "amount": .object([
        "subject": .text, "date": .text, "backup": .nullable(.number),
        "current": .nullable(.number),
      ]),
    ])
    let amounts = try #require(try category("daily-equity", of: json)["values"]?.elements)
    #expect(amounts.count == 24)
    for amount in amounts { #expect(shape.mismatches(amount) == []) }
  }

  @Test func `without a current state, what only that can tell is null`() throws {
    let json = try exposure()
    #expect(json["current"] == .null)
    let shape = Self.document(
      counts: .null,
      category: [
        "exposure": .object([
          "alive": .integer, "expired": .integer, "must_have_been_rewritten": .nullable(.flag),
        ]), "heals_at": .null, "consequence": .null, "recovery": .null,
      ])
    #expect(shape.mismatches(json) == [])
    func rewritten(_ id: String) throws -> JSON? {
      try category(id, of: json)["exposure"]?["must_have_been_rewritten"]
    }
    #expect(try rewritten("rate-limit") == .flag(true))
    #expect(try rewritten("jwt-blacklist") == .flag(false))
    #expect(try rewritten("arq-job") == .null)
    #expect(try category("jwt-blacklist", of: json)["exposure"]?["alive"] == .integer(33))
  }

  @Test func `with a current state there is no exposure`() throws {
    #expect(try story()["categories"]?.elements?.allSatisfy { $0["exposure"] == nil } == true)
  }

  private func category(_ id: String, of json: JSON) throws -> JSON {
    try #require(json["categories"]?.elements?.first { $0["id"] == .text(id) }, "\(id)")
  }
}
