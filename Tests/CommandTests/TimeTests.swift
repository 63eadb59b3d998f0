import TestSupport
import Testing

/// Moments on the command line and in files.
struct TimeTests {
  @Test(arguments: [
    "2026-03-11T09:00:00+08:00", "2026-03-10T20:00:00-05:00", "2026-03-11T01:00:00.000Z",
    "2026-03-11t01:00:00z", "1773190800", "1773190800000",
  ])
  func `a moment can be written in several ways`(moment: String) throws {
    for command in [
      ["impact", Story.backup, "--current", Story.current, "--format", "json"],
      ["inspect", Story.backup, "--format", "json"], ["digest", Story.backup],
    ] {
      let run = try Lossmap.run(command + ["--at", moment])
      #expect(run.status == 0)
      #expect(run.output == (try Lossmap.run(command + ["--at", Story.moment])).output)
    }
  }

  @Test func `another moment gives another report`() throws {
    let arguments = [
      "impact", Story.backup, "--current", Story.current, "--format", "ndjson", "--at",
    ]
    let early = try Lossmap.run(arguments + ["2026-03-11T01:00:00Z"])
    let late = try Lossmap.run(arguments + ["2026-03-11T08:00:00Z"])
    #expect(early.output != late.output)
  }

  @Test func `without a moment, now is meant`() throws {
    // The story was in March 2026: what expires has expired.
    let json = try JSON(
      try Lossmap.run("impact", Story.backup, "--current", Story.current, "--format", "json").output
    )
    #expect(json["backup"]?["expired_at_restore"] == .integer(243 - 29))
    #expect(json["current"]?["expired_at_restore"] == .integer(268 - 31))
  }

  @Test(arguments: [
    "-9223372036854775808", "-9223372036854775807", "-9000000000000000000", "-1", "0",
    "9223372036854775806", "9223372036854775807", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
  ])
  func `no moment crashes a command`(moment: String) throws {
    let folder = try TemporaryFolder()
    var builder = RDBBuilder()
    for (index, expiry) in [Int64.min, -1, 0, .max - 1, .max].enumerated() {
      for family in ["jwt:blacklist", "rate_limit:auth", "worker_owner", "order", "x"] {
        builder.expiry(expiry)
        builder.string("\(family):\(index)", "1")
        builder.string("\(family):forever:\(index)", "1")
      }
    }
    let path = try folder.file(builder.file())
    let empty = "Fixtures/rdb/empty_v10.rdb"
    for arguments in [
      ["impact", path, "--current", empty, "--details"], ["impact", empty, "--current", path],
      ["impact", empty, "--current", path, "--format", "json"], ["impact", path],
      ["inspect", path, "--format", "json"],
    ] {
      let run = try Lossmap.run(arguments + ["--at=\(moment)"])
      #expect(run.status == 0, "\(arguments.joined(separator: " "))")
    }
  }

  @Test(arguments: [
    "-9223372036854775808", "-9223372036854775", "-9223372036854774", "-1", "0",
    "9223372036854774", "9223372036854775", "9223372036854775807", "99999999999999999999", "soon",
    "",
  ])
  func `no creation time in a file crashes a command`(seconds: String) throws {
    let folder = try TemporaryFolder()
    var builder = RDBBuilder()
    builder.auxiliary("ctime", seconds)
    builder.expiry(.max)
    builder.string("jwt:blacklist:1", "1")
    builder.string("rate_limit:auth:1", "1")
    let path = try folder.file(builder.file())
    for arguments in [
      ["impact", path], ["impact", path, "--current", Story.current],
      ["impact", Story.backup, "--current", path, "--format", "json"], ["inspect", path],
      ["verify", path, "--format", "json"], ["verify", path, "--max-age", "1d"],
    ] {
      let run = try Lossmap.run(arguments)
      #expect([0, 1].contains(run.status), "\(arguments.joined(separator: " ")): \(run.errors)")
    }
  }

  @Test(arguments: ["lifetime: 9223372036854775807ms", "lifetime: 0s"])
  func `no duration in a policy crashes a command`(lifetime: String) throws {
    let folder = try TemporaryFolder()
    let event =
      "{ severity: low, heals: 9223372036854775807ms, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }"
    let policy = try folder.file(
      Array(
        """
        schema: lossmap/policy/1
        id: test
        title: { en: T, zh: T }
        unknown: { severity: low, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
        categories:
          - id: k
            pattern: 'jwt:'
            title: { en: T, zh: T }
            description: { en: T, zh: T }
            \(lifetime)
            document: { impact: I, recovery: R, claims: { max_\(lifetime) } }
            events: { lost: \(event), regressed: \(event), resurrected: \(event) }
        """.utf8), named: "policy.yaml")
    for arguments in [
      ["impact", Story.backup, "--current", Story.current, "--format", "json"],
      ["impact", Story.backup, "--current", Story.current], ["impact", Story.backup],
    ] {
      let run = try Lossmap.run(arguments + ["--policy", policy, "--at", Story.moment])
      #expect(run.status == 0, "\(arguments.joined(separator: " ")): \(run.errors)")
    }
  }
}
