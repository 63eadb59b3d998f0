import BinaryInput
import Impact
import Keyspace
import RDB
import TestSupport
import Testing

@testable import Memory

/// Reports on files put together by hand.
struct MemoryReportTests {
  private func report(
    _ file: RDBBuilder, _ change: (inout MemoryQuestion) -> Void = { _ in }
  ) throws -> MemoryReport {
    let folder = try TemporaryFolder()
    let snapshot = try Snapshot(InputFile(path: folder.file(file.file())))
    var question = MemoryQuestion(EncodingRules(snapshot.writer), now: 0)
    change(&question)
    let classifier = try KeyClassifier(Policy.builtIn())
    return try MemoryReport(
      of: snapshot, question, classifier, KeySelector(KeyFilter(), classifier))
  }

  @Test func `the largest keys come first, equal ones as in the file`() throws {
    var file = RDBBuilder()
    for (index, length) in [10, 900, 30, 900, 5000, 30, 10].enumerated() {
      file.string("k\(index)", String(repeating: "v", count: length))
    }
    let report = try report(file) { $0.top = 4 }
    #expect(
      report.largest.map { String(decoding: $0.name, as: UTF8.self) } == ["k4", "k1", "k3", "k2"])
    #expect(report.largest.map(\.largestElement) == [5000, 900, 900, 30])
    #expect(try self.report(file) { $0.top = 0 }.largest.isEmpty)
  }

  @Test func `expired keys are left out on demand`() throws {
    var file = RDBBuilder()
    file.string("stays", "v")
    file.expiry(1000)
    file.string("goes", "v")
    #expect(try report(file).sum.keys == 2)
    let later = try report(file) { $0.at = 2000 }
    #expect(later.sum.keys == 1)
    #expect(later.sum.keysWithoutExpiry == 1)
    #expect(later.overhead.expiries == 0)
  }

  @Test func `policies take what they go by`() throws {
    var file = RDBBuilder()
    // Idle for 10, 20, … seconds; every second expires, those that are unused longest last.
    for index in 1...40 {
      if index % 2 == 0 { file.expiry(Int64(index) * 1000) }
      file.append([0xF8] + RDBBuilder.length(UInt64(index) * 10))
      file.string("k\(index)", String(repeating: "v", count: 10_000))
    }
    let whole = try report(file) { $0.limit = 10_000_000 }
    #expect(whole.fit?.excess == 0)
    let used = try #require(whole.fit?.used)
    let fit = try #require(try report(file) { $0.limit = used - 50_000 }.fit)
    #expect(fit.excess == 50_000)
    let outcomes = Dictionary(uniqueKeysWithValues: fit.outcomes.map { ($0.policy, $0) })
    #expect(outcomes.count == 8)
    #expect(outcomes[.noEviction]?.isEnough == false)
    #expect(outcomes[.allKeysLRU]?.order == .idle)
    #expect(outcomes[.allKeysLFU]?.order == .random)
    #expect(outcomes[.volatileTTL]?.candidates.keys == 20)
    for outcome in fit.outcomes where outcome.policy != .noEviction {
      #expect((4...6).contains(outcome.evicted.keys), "\(outcome.policy)")
      #expect((50_000...60_000).contains(outcome.evicted.bytes), "\(outcome.policy)")
    }
    let little = try #require(try report(file) { $0.limit = 1_000_000 }.fit)
    let volatileTTL = try #require(little.outcomes.first { $0.policy == .volatileTTL })
    #expect(volatileTTL.isEnough == false)
    #expect(volatileTTL.evicted.keys == 20)
  }
}
