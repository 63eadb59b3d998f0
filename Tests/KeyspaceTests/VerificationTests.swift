import BinaryInput
import Foundation
import Keyspace
import RDB
import TestSupport
import Testing

struct VerificationTests {
  private static let releases = ["redis-7.0"].compactMap(ServerRelease.init(name:))

  private func verify(_ backup: BackupFile) throws -> Verification {
    var options = Verification.Options()
    options.targets = Self.releases
    return Verification(of: try InputFile(path: backup.path), options)
  }

  private func codes(_ verification: Verification) -> [String] { verification.problems.map(\.code) }

  @Test(arguments: BackupFile.fixtures)
  func `a fixture is sound`(fixture: BackupFile) throws {
    let verification = try verify(fixture)
    let hasChecksum = fixture.name != "nochecksum_v10"
    #expect(verification.isIntact == true)
    #expect(codes(verification) == (hasChecksum ? [] : ["checksum-disabled"]))
    #expect(verification.checksum == (hasChecksum ? .ok : .disabled))
    #expect(verification.version == RDBVersion(.redis, 10))
    #expect(verification.keys == (try Truth(of: fixture.url)).keys.count)
    #expect(verification.duplicates == 0)
    #expect(verification.createdAt != nil)
    #expect(verification.bytes == (try fixture.bytes()).count)
    #expect(verification.path == fixture.path)
    #expect(verification.targets.map(\.refusal) == [nil])
  }

  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: BackupFile.corpus + BackupFile.legacy)
  func `what a real server wrote is sound`(backup: BackupFile) throws {
    let verification = try verify(backup)
    #expect(verification.isIntact == true)
    #expect(!verification.problems.contains { $0.severity == .error })
    let expected: Set<String> =
      if backup.name.hasSuffix("nochecksum") {
        ["checksum-disabled"]
      } else if backup.name == "redis_40_with_module" {
        // What went over the wire to a replica: without a checksum, and with a mark of 40 bytes at its end.
        ["checksum-disabled", "module", "trailing-bytes"]
      } else if backup.name.contains("_module") {
        ["module"]
      } else if backup.name == "rdb_version_8_with_64b_length_and_scores" {
        // Made to have every length in eight bytes.
        ["non-canonical-length"]
      } else {
        []
      }
    #expect(Set(codes(verification)) == expected, "\(verification.problems.map(\.message))")
  }

  @Test(arguments: BackupFile.fixtures.filter { $0.name != "nocompression_v10" })
  func `a fixture that is cut off is damaged`(fixture: BackupFile) throws {
    let bytes = try fixture.bytes()
    for count in [0, 5, 9, bytes.count / 2, bytes.count - 8, bytes.count - 1] {
      let verification = try KeyspaceTests.verify(Array(bytes[..<count]))
      #expect(verification.isIntact == false)
      #expect(codes(verification).last == "truncated")
      #expect(verification.checksum == nil)
    }
  }

  @Test func `a checksum that is not that of the bytes is damage`() throws {
    var builder = RDBBuilder()
    builder.string("k", "v")
    let verification = try KeyspaceTests.verify(builder.file(.wrong))
    #expect(verification.isIntact == false)
    #expect(verification.checksum == .mismatch)
    #expect(codes(verification) == ["checksum-mismatch"])
    #expect(verification.problems[0].offset == builder.offset + 1)
    #expect(verification.keys == 1)
  }

  @Test func `of what is not supported nobody knows whether it is sound`() throws {
    let verification = try KeyspaceTests.verify(RDBBuilder.file(hex("1D 00")))
    #expect(verification.isIntact == nil)
    #expect(codes(verification) == ["unsupported"])
    #expect(try KeyspaceTests.verify(Array("REDIS0099".utf8)).isIntact == nil)
  }

  @Test func `damage outweighs what is not supported`() throws {
    var builder = RDBBuilder("REDIS0014")
    builder.key("a", hex("14 0C 0C 00 00 00 02 00 81 61 03 01 01 FF"))
    builder.append(hex("1D 00"))
    let verification = try KeyspaceTests.verify(builder.file())
    #expect(verification.isIntact == false)
    #expect(codes(verification) == ["listpack-backlength", "unsupported"])
  }

  @Test func `damage inside a value does not keep from reading on`() throws {
    var builder = RDBBuilder("REDIS0014")
    builder.string("a", "1")
    let first = builder.offset + 1 + 2 + 1 + 8
    builder.key("b", hex("14 0C 0C 00 00 00 02 00 81 61 03 01 01 FF"))
    builder.string("c", "1")
    builder.key("d", hex("0B 0A 03 00 00 00 01 00 00 00 01 00"))
    builder.string("e", "1")
    let verification = try KeyspaceTests.verify(builder.file())
    #expect(verification.isIntact == false)
    #expect(codes(verification) == ["listpack-backlength", "intset-width"])
    #expect(verification.problems.map(\.key) == [Array("b".utf8), Array("d".utf8)])
    #expect(verification.problems[0].offset == first)
    #expect(verification.keys == 5)
    #expect(verification.checksum == .ok)
  }

  @Test func `no more than a thousand problems are listed, all are counted`() throws {
    var builder = RDBBuilder("REDIS0014")
    for number in 0..<1234 { builder.key("\(number)", hex("01 00")) }
    let verification = try KeyspaceTests.verify(builder.file())
    #expect(verification.problems.count == 1000)
    #expect(verification.unlisted == 234)
  }

  @Test func `a file that can't be opened is no backup`() {
    let verification = Verification(InputError(path: "dump.rdb", problem: "can't be opened"))
    #expect(verification.isIntact == false)
    #expect(codes(verification) == ["no-backup"])
    #expect(verification.path == "dump.rdb")
  }

  @Test func `a backup falls short of what was expected of it`() throws {
    var builder = RDBBuilder()
    builder.auxiliary("ctime", "1700000000")
    builder.string("k", "v")
    let sound = try KeyspaceTests.verify(builder.file())
    #expect(sound.createdAt == 1_700_000_000_000)
    func hold(_ maxAge: Int64?, _ minKeys: Int?, at time: Int64 = 1_700_000_060_000) -> [String] {
      var verification = sound
      var expectations = Verification.Expectations()
      expectations.maxAge = maxAge
      expectations.minKeys = minKeys
      verification.hold(against: expectations, at: time)
      #expect(verification.fallsShort == !verification.problems.isEmpty)
      return codes(verification)
    }
    #expect(hold(nil, nil) == [])
    #expect(hold(60_000, 1) == [])
    #expect(hold(59_999, nil) == ["too-old"])
    #expect(hold(nil, 2) == ["few-keys"])
    #expect(hold(0, 5) == ["too-old", "few-keys"])
  }

  @Test(arguments: ["x", "", "-1", "-9223372036854775", "9223372036854775", "99999999999999999999"])
  func `a time of creation that no clock says is none`(time: String) throws {
    var builder = RDBBuilder()
    builder.auxiliary("ctime", time)
    var verification = try KeyspaceTests.verify(builder.file())
    #expect(verification.createdAt == nil)
    var expectations = Verification.Expectations()
    expectations.maxAge = 60_000
    verification.hold(against: expectations, at: 1_700_000_000_000)
    #expect(codes(verification) == ["age-unknown"])
  }
}
