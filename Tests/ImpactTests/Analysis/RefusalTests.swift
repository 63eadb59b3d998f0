import BinaryInput
import Impact
import Keyspace
import RDB
import TestSupport
import Testing

/// Inputs of which nothing is said but what is wrong with them.
struct RefusalTests {
  private let sound = dump([Entry("a"), Entry("b")])

  private func error(of backup: [UInt8], on current: [UInt8]) throws -> BackupError {
    let analysis = try ImpactAnalysis(policy: bitrun(), restoreAt: restoreMoment)
    let (first, second) = (
      try snapshot(backup, named: "backup.rdb"), try snapshot(current, named: "current.rdb")
    )
    return try #require(throws: BackupError.self) { try analysis.impact(of: first, on: second) }
  }

  private func name(of error: BackupError) -> String? {
    error.path.split(separator: "/").last.map(String.init)
  }

  // MARK: Keys that are there twice

  private let twice = dump([Entry("a"), Entry("twice", .string("1")), Entry("twice", .string("2"))])

  @Test func `a key that the backup has twice is refused by its name`() throws {
    for current in [sound, dump([Entry("twice")]), twice] {
      let error = try error(of: twice, on: current)
      #expect(name(of: error) == "backup.rdb")
      #expect(error.error.code == "duplicate-key")
      #expect(error.error.key == Array("twice".utf8))
    }
  }

  @Test func `a key that only the current state has, twice, is refused by its name`() throws {
    let error = try error(of: sound, on: twice)
    #expect(name(of: error) == "current.rdb")
    #expect(error.error.code == "duplicate-key")
    #expect(error.error.key == Array("twice".utf8))
  }

  @Test
  func `a key that the current state has twice and the backup too is refused by its name`() throws {
    let error = try error(of: dump([Entry("twice")]), on: twice)
    #expect(name(of: error) == "current.rdb")
    #expect(error.error.code == "duplicate-key")
    #expect(error.error.key == Array("twice".utf8))
  }

  @Test func `the place of a key that is there twice is that of the second`() throws {
    // A record of type, name and value: 1 + 6 + 2 bytes; then the end and the checksum.
    let second = twice.count - 9 - 9
    #expect(try error(of: twice, on: sound).error.offset == second)
    #expect(try error(of: sound, on: twice).error.offset == second)
    #expect(try error(of: dump([Entry("twice")]), on: twice).error.offset == second)
  }

  @Test func `the same name in two databases is no duplicate`() throws {
    let keys = [Entry("a"), Entry("a", in: 1)]
    #expect(try impact(of: keys, on: keys).totals == .counts(unchanged: 2))
  }

  @Test func `a server drops an expired key, so it can't be there twice`() throws {
    let keys = [Entry("a", expires: restoreMoment - 1), Entry("a")]
    #expect(try impact(of: keys, on: keys).totals == .counts(unchanged: 1))
  }

  // MARK: Damage

  /// A file whose value breaks a rule of its encoding.
  private let malformed = dump([Entry("a"), Entry("bad", .record([11, 3, 1, 2, 3]))])
  /// A file with a type that nobody knows.
  private let unsupported = dump([Entry("a"), Entry("new", .record([40, 0]))])

  @Test func `damage in either side names the file, the key and the place`() throws {
    for (error, file) in [
      (try error(of: malformed, on: sound), "backup.rdb"),
      (try error(of: sound, on: malformed), "current.rdb"),
    ] {
      #expect(name(of: error) == file)
      #expect(error.error.key == Array("bad".utf8))
      #expect(error.error.offset > 0 && error.error.offset < malformed.count)
      #expect("\(error)".contains("/\(file): offset 0x"))
      #expect("\(error)".contains(#": key "bad" (set, intset): "#))
    }
  }

  @Test func `of two errors the worse counts, of two alike that of the backup`() throws {
    #expect(name(of: try error(of: malformed, on: malformed)) == "backup.rdb")
    #expect(name(of: try error(of: unsupported, on: unsupported)) == "backup.rdb")
    #expect(name(of: try error(of: malformed, on: unsupported)) == "backup.rdb")
    let error = try error(of: unsupported, on: malformed)
    #expect(name(of: error) == "current.rdb")
    #expect(error.error.code == "intset-size")
  }

  @Test func `a wrong checksum is damage, on either side`() throws {
    var flipped = sound
    flipped[flipped.count - 1] ^= 1
    for (error, file) in [
      (try error(of: flipped, on: sound), "backup.rdb"),
      (try error(of: sound, on: flipped), "current.rdb"),
    ] {
      #expect(name(of: error) == file)
      #expect(error.error.code == "checksum-mismatch")
    }
  }

  @Test func `a file without a checksum is compared, but said to be unverified`() throws {
    var disabled = sound
    for index in disabled.indices.suffix(8) { disabled[index] = 0 }
    let analysis = try ImpactAnalysis(policy: bitrun(), restoreAt: restoreMoment)
    let report = try analysis.impact(of: snapshot(disabled), on: snapshot(sound))
    #expect(report.totals == .counts(unchanged: 2))
    #expect(report.backup.snapshot.checksum == .disabled)
    #expect(report.current?.snapshot.checksum == .ok)
  }

  @Test func `damage shows in an exposure too`() throws {
    let analysis = try ImpactAnalysis(policy: bitrun(), restoreAt: restoreMoment)
    let damaged = try snapshot(malformed)
    let error = try #require(throws: BackupError.self) { try analysis.exposure(of: damaged) }
    #expect(error.error.key == Array("bad".utf8))
  }

  @Test
  func `damage in an expired key is damage`() throws {
    let bad = dump([Entry("bad", .record([11, 3, 1, 2, 3]), expires: restoreMoment - 1)])
    #expect(try error(of: bad, on: sound).error.key == Array("bad".utf8))
    #expect(try error(of: sound, on: bad).error.key == Array("bad".utf8))
  }

  @Test func `an error is one line, whatever the key is called`() throws {
    let bad = dump([Entry("bad\n\u{1B}[2J\u{202E}", .record([11, 3, 1, 2, 3]))])
    let text = "\(try error(of: bad, on: sound))"
    #expect(text.contains(#"key "bad\x0a\x1b[2J\xe2\x80\xae""#))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
  }
}
