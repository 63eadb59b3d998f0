import Testing

@testable import Impact

/// What files show against what a document says.
struct ContradictionTests {
  /// When the backup and the current state were written.
  let backupTime = restoreMoment - 2 * hour
  let currentTime = restoreMoment - 30 * second
  /// What the document allows revoked tokens, and a second, for files state their time in seconds.
  let allowed = hour + second

  private func contradictions(
    of backup: [Entry], on current: [Entry], in id: String = "jwt-blacklist"
  ) throws -> [Contradiction] {
    try impact(
      of: backup, on: current, backupCreatedAt: backupTime, currentCreatedAt: currentTime
    ).category(id).contradictions
  }

  private func contradiction(keys: Int, longest: Int64) -> Contradiction {
    Contradiction(code: "lives-longer", keys: keys, longest: longest, allowed: hour)
  }

  @Test func `a key that expires as documented contradicts nothing`() throws {
    let key = Entry("jwt:blacklist:a", expires: currentTime + allowed)
    #expect(try contradictions(of: [], on: [key]) == [])
  }

  @Test func `a key that lives longer contradicts the document`() throws {
    let key = Entry("jwt:blacklist:a", expires: currentTime + allowed + 1)
    #expect(
      try contradictions(of: [], on: [key]) == [contradiction(keys: 1, longest: allowed + 1)])
  }

  @Test func `a key of the backup is held against the time of the backup`() throws {
    let key = Entry("jwt:blacklist:a", expires: backupTime + 6 * day)
    #expect(try contradictions(of: [key], on: []) == [contradiction(keys: 1, longest: 6 * day)])
  }

  @Test func `a key that both have was written before the older file`() throws {
    let expiry = currentTime + allowed
    let key = Entry("jwt:blacklist:a", expires: expiry)
    #expect(
      try contradictions(of: [key], on: [key])
        == [contradiction(keys: 1, longest: expiry - backupTime)])
  }

  @Test func `a key that both have with other expiries was written anew`() throws {
    let old = Entry("jwt:blacklist:a", expires: restoreMoment + second)
    let new = Entry("jwt:blacklist:a", expires: currentTime + allowed)
    #expect(try contradictions(of: [old], on: [new]) == [])
  }

  @Test func `keys are counted, and the longest is said`() throws {
    let keys = [1, 3, 2, 0].map { Entry("jwt:blacklist:\($0)", expires: currentTime + $0 * day) }
    #expect(
      try contradictions(of: [], on: keys) == [contradiction(keys: 3, longest: 3 * day)])
  }

  @Test func `a key without an expiry contradicts that all expire`() throws {
    let keys = [
      Entry("rate_limit:api:1"), Entry("rate_limit:api:2", expires: currentTime + minute),
    ]
    let expected = Contradiction(code: "never-expires", keys: 1, longest: nil, allowed: nil)
    #expect(try contradictions(of: [], on: keys, in: "rate-limit") == [expected])
    #expect(try contradictions(of: [keys[0]], on: [], in: "rate-limit") == [expected])
    #expect(try contradictions(of: [keys[0]], on: [keys[0]], in: "rate-limit") == [expected])
  }

  @Test func `a document that does not speak of expiries is not contradicted by one`() throws {
    #expect(try contradictions(of: [Entry("jwt:blacklist:a")], on: []) == [])
    #expect(
      try contradictions(of: [Entry("strategy:status:a")], on: [], in: "strategy-status") == [])
  }

  @Test func `keys that have expired by the restore contradict nothing`() throws {
    var key = Entry("jwt:blacklist:a", expires: restoreMoment - 1)
    let report = try impact(of: [key], on: [], backupCreatedAt: restoreMoment - 30 * day)
    #expect(try report.category("jwt-blacklist").contradictions == [])
    key.expiry = restoreMoment
    let alive = try impact(of: [key], on: [], backupCreatedAt: restoreMoment - 30 * day)
    #expect(try alive.category("jwt-blacklist").contradictions.map(\.longest) == [30 * day])
  }

  @Test func `a file that does not say when it was written is held against the restore`() throws {
    let key = Entry("jwt:blacklist:a", expires: restoreMoment + allowed)
    let report = try impact(of: [key], on: [], backupCreatedAt: nil, currentCreatedAt: nil)
    #expect(try report.category("jwt-blacklist").contradictions == [])
    let longer = Entry("jwt:blacklist:a", expires: restoreMoment + allowed + 1)
    let second = try impact(of: [], on: [longer], backupCreatedAt: nil, currentCreatedAt: nil)
    #expect(
      try second.category("jwt-blacklist").contradictions
        == [contradiction(keys: 1, longest: allowed + 1)])
  }

  @Test func `a backup alone contradicts the document too`() throws {
    let keys = [
      Entry("jwt:blacklist:a", expires: backupTime + 6 * day), Entry("rate_limit:api:1"),
      Entry("jwt:blacklist:b", expires: restoreMoment - 1),
    ]
    let report = try exposure(of: keys, createdAt: backupTime)
    #expect(
      try report.category("jwt-blacklist").contradictions
        == [contradiction(keys: 1, longest: 6 * day)])
    #expect(try report.category("rate-limit").contradictions.map(\.code) == ["never-expires"])
  }

  @Test(arguments: [Int64.max, Int64.max - 1])
  func `an expiry at the end of all time is held against the document`(expiry: Int64) throws {
    let found = try contradictions(of: [], on: [Entry("jwt:blacklist:a", expires: expiry)])
    #expect(found == [contradiction(keys: 1, longest: expiry - currentTime)])
  }
}
