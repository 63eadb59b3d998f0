import AOF
import BinaryInput
import Foundation
import TestSupport
import Testing

/// Which parts and commands of a log count.
struct LogWalkTests {
  private let select = logged("SELECT", "0")

  private func single(_ bytes: [UInt8], cut: LogCut? = nil) throws -> CommandSurvey {
    try CommandSurvey(#require(AppendOnlyLog(file: log(bytes)).parts.first), cut: cut)
  }

  @Test func `a whole log counts to its end`() throws {
    let bytes = select + logged("MULTI") + logged("SET", "a", "1") + logged("EXEC")
    let survey = try single(bytes)
    #expect(survey.end == bytes.count)
    #expect(survey.commands == 4)
    #expect(survey.stop == nil)
  }

  @Test func `an open transaction does not count, from its MULTI on`() throws {
    let survey = try single(select + logged("multi") + logged("SET", "a", "1"))
    #expect(survey.end == 23)
    #expect(survey.commands == 1)
    #expect(survey.discarded == 2)
    #expect(survey.stop?.diagnosis == .openTransaction)
    #expect(survey.stop?.reaction == .cuts(at: 23))
  }

  @Test func `a torn tail is cut behind the last command, annotations too`() throws {
    let survey = try single(select + Array("#TS:12\r\n*2\r\n$3".utf8))
    #expect(survey.stop?.code == "torn-tail")
    #expect(survey.stop?.reaction == .cuts(at: 23))
    #expect(survey.lastTime == 12)
  }

  @Test func `a tail torn inside a transaction is cut inside it`() throws {
    let survey = try single(select + logged("MULTI") + logged("SET", "a", "1") + [0x2A])
    #expect(survey.end == 23)
    #expect(survey.stop?.code == "torn-transaction")
    #expect(survey.stop?.reaction == .cuts(at: 23 + 15 + 27))
  }

  @Test func `an open MULTI inside an open MULTI is cut inside it`() throws {
    let survey = try single(select + logged("MULTI") + logged("SET", "a", "1") + logged("MULTI"))
    #expect(survey.end == 23)
    #expect(survey.stop?.reaction == .cuts(at: 65))
    #expect(survey.warnings.map(\.code) == ["unbalanced-transaction"])
  }

  @Test func `damage is refused`() throws {
    let survey = try single(select + Array("hello\r\n".utf8))
    #expect(survey.stop?.code == "resp-command")
    #expect(survey.stop?.offset == 23)
    #expect(survey.stop?.reaction == .refuses(cutAt: nil))
  }

  @Test func `a cut in time is before the first greater annotation`() throws {
    let first = Array("#TS:1000\r\n".utf8) + logged("SET", "a", "1")
    let bytes = first + Array("#TS:2000\r\n".utf8) + logged("SET", "b", "1") + Array("!".utf8)
    #expect(try single(bytes, cut: .until(seconds: 1500)).end == 37)
    #expect(try single(bytes, cut: .until(seconds: 1500)).stop == nil)
    #expect(try single(bytes, cut: .until(seconds: 2000)).end == 74)
    #expect(try single(bytes, cut: .until(seconds: 999)).end == 0)
  }

  @Test func `a cut in time inside a transaction discards it`() throws {
    let bytes = select + logged("MULTI") + Array("#TS:9\r\n".utf8) + logged("EXEC")
    let survey = try single(bytes, cut: .until(seconds: 8))
    #expect(survey.end == 23)
    #expect(survey.stop == nil)
  }

  @Test(arguments: [(0, 0), (22, 0), (23, 23), (50, 23), (64, 23), (79, 79), (1000, 106)])
  func `a cut at a byte is behind the last command or transaction before it`(
    offset: Int, end: Int
  ) throws {
    let bytes =
      select + logged("MULTI") + logged("SET", "a", "1") + logged("EXEC") + logged("SET", "b", "1")
    #expect(bytes.count == 106)
    #expect(try single(bytes, cut: .offset(offset)).end == end)
  }

  @Test func `what is wrong behind a cut does not matter`() throws {
    #expect(try single(select + Array("hello".utf8), cut: .offset(23)).stop == nil)
    #expect(try single(select + Array("*1\r\n$9".utf8), cut: .offset(25)).stop == nil)
    #expect(try single(select + Array("hello".utf8), cut: .offset(24)).stop != nil)
  }

  @Test func `a log without times can't be cut in time`() throws {
    let error = #expect(throws: LogCutError.self) {
      try surveys(AppendOnlyLog(file: log(select)), cut: .until(seconds: 5))
    }
    #expect(error == .noTimes)
  }

  @Test func `a log that begins later can't be cut before`() throws {
    let file = log(Array("#TS:10\r\n".utf8) + select)
    let error = #expect(throws: LogCutError.self) {
      try surveys(AppendOnlyLog(file: file), cut: .until(seconds: 5))
    }
    #expect(error == .beginsLater(seconds: 10))
  }

  @Test func `parts behind a cut do not count`() throws {
    let made = try LogFolder([
      (LogFolder.increment, Array("#TS:10\r\n".utf8) + select + Array("#TS:20\r\n".utf8)),
      (LogFolder.second, select),
    ])
    let log = try AppendOnlyLog(folder: made.path)
    #expect(try surveys(log, cut: .until(seconds: 10)).parts.map(\.end) == [31])
    #expect(try surveys(log, cut: .until(seconds: 20)).parts.map(\.end) == [39, 23])
  }

  @Test func `a manifest is found by its folder, and parts are read in order`() throws {
    let made = try LogFolder([(LogFolder.second, select), (LogFolder.increment, [])])
    let log = try AppendOnlyLog(folder: made.path)
    #expect(log.parts.map(\.role) == [.increment, .increment])
    #expect(log.parts.map(\.isLast) == [false, true])
    #expect(log.parts.map(\.file.size) == [23, 0])
    let named = try AppendOnlyLog(
      manifest: InputFile(path: #require(log.manifestPath)), in: #require(DiskFolder(made.path)))
    #expect(named.parts.map(\.file.path) == log.parts.map(\.file.path))
  }

  @Test func `a damaged manifest, a missing file, no manifest: each is its own diagnosis`() throws {
    let damaged = try LogFolder([(LogFolder.increment, select)], manifest: "file x\n")
    #expect(try AppendOnlyLog(folder: damaged.path).problems.first?.code == "manifest-line")
    let missing = try LogFolder(
      [(LogFolder.increment, select)],
      manifest: "file gone.base.rdb seq 1 type b\nfile gone.incr seq 1 type i\n")
    #expect(
      try AppendOnlyLog(folder: missing.path).problems.map(\.code)
        == ["base-missing", "increment-missing", "part-unlisted"])
    let without = try LogFolder([(LogFolder.increment, select)], manifest: .none)
    let problem = try #require(AppendOnlyLog(folder: without.path).problems.first)
    #expect(problem.code == "manifest-missing")
    #expect(problem.reaction == .startsEmpty)
    let nothing = try LogFolder([(LogFolder.increment, select)], manifest: "# c\n")
    #expect(
      try AppendOnlyLog(folder: nothing.path).problems.map(\.reaction) == [.startsEmpty, .loads])
    for folder in [damaged, missing, without, nothing] {
      let log = try AppendOnlyLog(folder: folder.path)
      #expect(throws: LogProblem.self) { try surveys(log) }
    }
  }

  @Test func `a folder without a log is none`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: InputError.self) { try AppendOnlyLog(folder: folder.url.filePath) }
    #expect(throws: InputError.self) { try AppendOnlyLog(folder: "/no/such/folder") }
  }
}
