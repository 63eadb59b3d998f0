import Testing

@testable import Impact

/// Keys of no category, by the beginning of their names.
struct UnknownPrefixTests {
  private func groups(of names: [String]) throws -> [String: Int] {
    let report = try impact(of: [], on: names.map { Entry($0) })
    var groups: [String: Int] = [:]
    for group in report.unknown {
      groups[group.prefix.map { String(decoding: $0, as: UTF8.self) } ?? "rest"] = group.counts.lost
    }
    return groups
  }

  @Test func `a prefix ends with the first separator`() throws {
    let names = ["a:1", "a:2:3", "b/1", "c.1", "d|1", "e#1", "f{1}", "g-1", "h", "", ":", "::"]
    #expect(
      try groups(of: names)
        == ["a:": 2, "b/": 1, "c.": 1, "d|": 1, "e#": 1, "f{": 1, "": 3, ":": 2])
  }

  @Test func `a separator behind 64 bytes is none`() throws {
    let name = String(repeating: "x", count: 63)
    #expect(try groups(of: ["\(name):1", "\(name)x:1"]) == ["\(name):": 1, "": 1])
  }

  @Test func `each change is counted in its group, and unchanged keys too`() throws {
    let report = try impact(
      of: [Entry("a:old"), Entry("a:both", .string("1")), Entry("b:same"), Entry("b:expiry")],
      on: [
        Entry("a:new"), Entry("a:both", .string("2")), Entry("b:same"),
        Entry("b:expiry", expires: restoreMoment + day),
      ])
    #expect(
      report.unknown.map { $0.prefix.map { String(decoding: $0, as: UTF8.self) } } == ["a:", "b:"])
    #expect(
      report.unknown.map(\.counts)
        == [
          .counts(lost: 1, regressed: 1, resurrected: 1), .counts(regressedExpiry: 1, unchanged: 1),
        ])
    #expect(
      report.totals
        == .counts(lost: 1, regressed: 1, regressedExpiry: 1, resurrected: 1, unchanged: 1))
  }

  @Test func `groups are sorted by their bytes`() throws {
    let names: [[UInt8]] = [
      [0xFF, 0x3A], [0x7A, 0x3A], [0x00, 0x3A], [0xC3, 0xA9, 0x3A], [0x41],
    ]
    let report = try impact(of: [], on: names.map { Entry(bytes: $0) })
    #expect(
      report.unknown.map(\.prefix)
        == [[], [0x00, 0x3A], [0x7A, 0x3A], [0xC3, 0xA9, 0x3A], [0xFF, 0x3A]])
  }

  @Test func `too many groups become one, and no key is dropped`() {
    var groups = PrefixGroups(zero: 0)
    for number in 0..<20_000 {
      groups.update(Array("\(number):x".utf8).span) { $0 += 1 }
    }
    let sorted = groups.sorted
    #expect(sorted.map(\.count).reduce(0, +) == 20_000)
    #expect(sorted.count <= 10_000)
    #expect(sorted.last?.prefix == .some(nil))
    #expect(sorted.dropLast().allSatisfy { $0.count == 1 })
    // Those that are known stay apart.
    groups.update(Array("0:y".utf8).span) { $0 += 1 }
    #expect(groups.sorted.first { $0.prefix == Array("0:".utf8) }?.count == 2)
  }

  @Test func `too many groups become one on both sides of a comparison`() throws {
    let entries = (0..<9000).map { Entry("\($0):x") }
    let report = try impact(of: Array(entries.prefix(8500)), on: Array(entries.reversed()))
    #expect(report.totals == .counts(lost: 500, unchanged: 8500))
    #expect(report.unknown.map(\.counts.unchanged).reduce(0, +) == 8500)
    #expect(report.unknown.map(\.counts.lost).reduce(0, +) == 500)
    #expect(report.unknown.filter { $0.prefix == nil }.count == 1)
  }
}
