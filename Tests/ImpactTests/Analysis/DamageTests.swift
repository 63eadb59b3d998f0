import BinaryInput
import Impact
import Keyspace
import TestSupport
import Testing

/// However a file is damaged, no report is made from it, and nothing traps.
struct DamageTests {
  /// The types and encodings that a small file can have, most of them on keys that the policy looks into.
  static let everything = dump(
    [
      Entry("counter:1", .string("5")), Entry("counter:2", .record([0, 0xC1, 0x10, 0x27])),
      Entry("amount:1", .compressedString(#"{"n": 5}"#)),
      Entry("k:1", .sortedSet(["a": 1, "b": 2])),
      Entry("k:2", .sortedSetListpack(["a", "1", "b", "2.5"])),
      Entry("job:a", .hashListpack(["a", "b"])),
      Entry("job:b", .hash(["a": "b"])), Entry("set:1", .set(["a"])),
      Entry("set:2", .intset([1, 2])),
      Entry("list", .list(["a", "b"]), expires: restoreMoment), Entry("k:1", .string("6"), in: 3),
    ], createdAt: restoreMoment - day)

  /// A policy with a queue, its jobs, counters and amounts: a small one is read sooner.
  private static func policy() throws -> Policy {
    let event = PolicyText.event("none")
    var text = PolicyText()
    text.value = "{ kind: queue, job_prefix: 'job:' }"
    text.members = "{ lost: \(event), resurrected: \(event), rescored: \(event) }"
    for (id, value) in [
      ("job", "{ kind: job, queue: k, prefix: 'job:' }"),
      ("counter", "{ kind: counter, limit: 5 }"),
      ("amount", "{ kind: amount, field: n }"),
    ] {
      text.others += """
          - id: \(id)
            pattern: '\(id):'
            title: { en: T, zh: T }
            description: { en: T, zh: T }
            value: \(value)
            events: { lost: \(event), regressed: \(event), resurrected: \(event) }

        """
    }
    return try text.policy()
  }

  private let analysis: ImpactAnalysis
  private let sound: Snapshot

  init() throws {
    analysis = try ImpactAnalysis(policy: Self.policy(), restoreAt: restoreMoment)
    sound = try snapshot(Self.everything)
  }

  /// What a damaged file leads to, as backup, as current state, and on its own; nil if to a report.
  private func error(of file: ScratchFile) throws -> FormatError? {
    do {
      let damaged = try Snapshot(InputFile(path: file.path))
      let errors = [
        failure { _ = try analysis.impact(of: damaged, on: sound) },
        failure { _ = try analysis.impact(of: sound, on: damaged) },
        failure { _ = try analysis.exposure(of: damaged) },
      ]
      // Whichever way it is read, it is damaged.
      #expect(Set(errors.map { $0 == nil }).count == 1)
      return errors[0] ?? nil
    } catch let error as FormatError {
      return error
    }
  }

  private func failure(_ work: () throws -> Void) -> FormatError? {
    do {
      try work()
      return nil
    } catch {
      return (error as? BackupError)?.error
    }
  }

  @Test func `the file is sound as it is`() throws {
    let report = try analysis.impact(of: sound, on: sound)
    #expect(report.totals == .counts(unchanged: 11))
    #expect(try error(of: ScratchFile(Self.everything)) == nil)
  }

  @Test func `no beginning of a file makes a report`() throws {
    let file = try ScratchFile(Self.everything)
    for length in (0..<Self.everything.count).reversed() {
      try file.resize(to: length)
      let error = try #require(try error(of: file), "cut to \(length) bytes")
      #expect(error.offset <= length, "cut to \(length) bytes: \(error)")
      #expect(error.isTruncation || error.code == "magic", "cut to \(length) bytes: \(error)")
    }
  }

  @Test func `no flipped byte makes a report`() throws {
    let file = try ScratchFile(Self.everything)
    for (offset, byte) in Self.everything.enumerated() {
      try file.write([byte ^ 0xFF], at: offset)
      let error = try error(of: file)
      #expect(error != nil, "byte \(offset) is \(byte ^ 0xFF) instead of \(byte)")
      try file.write([byte], at: offset)
    }
  }

  @Test func `without a checksum, a flipped byte is found or makes a report, and never traps`()
    throws
  {
    var bytes = Self.everything
    for index in bytes.indices.suffix(8) { bytes[index] = 0 }
    let file = try ScratchFile(bytes)
    var found = 0
    for (offset, byte) in bytes.enumerated().dropLast(8) {
      try file.write([byte ^ (offset % 2 == 0 ? 0x01 : 0xFF)], at: offset)
      if try error(of: file) != nil { found += 1 }
      try file.write([byte], at: offset)
    }
    #expect((1..<bytes.count - 8).contains(found))
  }
}
