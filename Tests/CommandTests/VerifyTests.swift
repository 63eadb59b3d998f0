import TestSupport
import Testing

/// `verify`: its verdicts, as JSON.
struct VerifyTests {
  static let shape = Shape.object([
    "schema": .oneOf(["lossmap/verify/1"]), "path": .text, "intact": .nullable(.flag),
    "checksum": .nullable(.oneOf(["ok", "absent", "disabled", "mismatch"])),
    "rdb_version": .nullable(.integer), "created_at": .nullable(.time), "keys": .integer,
    "bytes": .integer, "duplicates": .nullable(.integer), "parts": .array(.text),
    "loadable": .object([:]),
    "problems": .array(
      .object([
        "severity": .oneOf(["error", "warning"]), "code": .text, "offset": .integer,
        "key": .nullable(.text), "message": .text,
      ])),
  ])

  private func verify(_ bytes: [UInt8]) throws -> JSON {
    let folder = try TemporaryFolder()
    return try JSON(try Lossmap.run("verify", folder.file(bytes), "--format", "json").output)
  }

  @Test func `every fixture is sound`() throws {
    let run = try Lossmap.run(["verify", "--format", "ndjson"] + BackupFile.fixtures.map(\.path))
    #expect(run.status == 0)
    #expect(run.errors == "")
    let lines = try JSON.lines(run.output)
    #expect(lines.map { $0["path"]?.text } == BackupFile.fixtures.map(\.path))
    for (line, file) in zip(lines, BackupFile.fixtures) {
      #expect(Self.shape.mismatches(line) == [])
      #expect(line["intact"] == .flag(true), "\(file)")
      let isVerified = file.name != "nochecksum_v10"
      #expect(line["checksum"] == .text(isVerified ? "ok" : "disabled"), "\(file)")
      #expect(line["problems"]?.elements?.isEmpty == isVerified, "\(file)")
      #expect(line["keys"] == .integer(Int64(try Truth(of: file.url).keys.count)), "\(file)")
      #expect(line["rdb_version"] == .integer(10))
    }
  }

  @Test func `one file is an object, several are an array`() throws {
    let one = try JSON(try Lossmap.run("verify", Story.backup, "--format", "json").output)
    #expect(Self.shape.mismatches(one) == [])
    let two = try JSON(
      try Lossmap.run("verify", Story.backup, Story.current, "--format", "json").output)
    #expect(Shape.array(Self.shape).mismatches(two) == [])
    #expect(two.elements?.map { $0["path"]?.text } == [Story.backup, Story.current])
    #expect(two.elements?.first == one)
  }

  @Test func `damage is named with code, place, key and message`() throws {
    let json = try verify(malformedFile(key: "bad\u{1B}"))
    #expect(Self.shape.mismatches(json) == [])
    #expect(json["intact"] == .flag(false))
    let problem = try #require(json["problems"]?.elements?.first)
    #expect(problem["severity"] == .text("error"))
    #expect(problem["code"] == .text("intset-size"))
    #expect(problem["key"] == .text("bad\u{1B}"))
    let offset = try #require(problem["offset"]?.integer)
    #expect((0..<Int64(malformedFile().count)).contains(offset))
  }

  @Test func `a key that is no text has its bytes too`() throws {
    var builder = RDBBuilder()
    builder.append([11] + RDBBuilder.string([0xFF]) + RDBBuilder.string([1, 2, 3]))
    let problem = try #require(try verify(builder.file())["problems"]?.elements?.first)
    #expect(problem["key"] == .text("\u{FFFD}"))
    #expect(problem["key_b64"] == .text("/w=="))
  }

  @Test func `a wrong checksum is a mismatch`() throws {
    var bytes = soundFile()
    bytes[bytes.count - 1] ^= 1
    let json = try verify(bytes)
    #expect(json["intact"] == .flag(false))
    #expect(json["checksum"] == .text("mismatch"))
    #expect(json["problems"]?.elements?.map { $0["code"] } == [.text("checksum-mismatch")])
  }

  @Test func `what is not supported is not judged`() throws {
    let json = try verify(RDBBuilder("REDIS0099").file())
    #expect(Self.shape.mismatches(json) == [])
    #expect(json["intact"] == .null)
    #expect(json["problems"]?.elements?.map { $0["code"] } == [.text("unsupported")])
  }

  @Test func `what can't be opened is said in the document`() throws {
    let run = try Lossmap.run("verify", "no/such/file.rdb", Story.backup, "--format", "json")
    #expect(run.status == 4)
    let json = try JSON(run.output)
    #expect(Shape.array(Self.shape).mismatches(json) == [])
    #expect(json.elements?.map { $0["intact"] } == [.flag(false), .flag(true)])
    #expect(json.elements?.first?["problems"]?.elements?.map { $0["code"] } == [.text("no-backup")])
  }

  @Test(arguments: [(RDBBuilder.Checksum.disabled, "checksum-disabled"), (.none, "")])
  func `no checksum is a warning where there could be one`(
    checksum: RDBBuilder.Checksum, code: String
  ) throws {
    var builder = RDBBuilder(checksum == .none ? "REDIS0004" : "REDIS0010")
    builder.string("a", "1")
    let json = try verify(builder.file(checksum))
    #expect(json["intact"] == .flag(true))
    #expect(json["checksum"] == .text(checksum == .none ? "absent" : "disabled"))
    #expect(
      json["problems"]?.elements?.compactMap { $0["code"]?.text } == (code.isEmpty ? [] : [code]))
  }
}
