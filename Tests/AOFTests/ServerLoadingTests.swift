import AOF
import BinaryInput
import Foundation
import TestSupport
import Testing

/// Damaged logs, held against what a real server does with them.
@Suite(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"), .serialized)
struct ServerLoadingTests {
  /// A log that a server wrote: keys, and transactions.
  private func written() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let server = try RedisServer(
      in: folder, ["--appendonly", "yes", "--aof-timestamp-enabled", "yes"])
    for index in 0..<3 { try server.command("SET", "key\(index)", "value \(index)") }
    try server.command("EVAL", "redis.call('SET','a','1') redis.call('SET','b','2')", "0")
    try server.command("SET", "last", "*3\r\n$3\r\n")
    server.stop()
    let file = folder.url.appending(path: "appendonlydir/\(LogFolder.increment)")
    return Array(try Data(contentsOf: file))
  }

  /// How many keys the commands that count make.
  private func keys(_ part: LogPart, _ survey: CommandSurvey) throws -> Int {
    var keys: Set<[UInt8]> = []
    var reader = CommandReader(part.file)
    while reader.offset < survey.end, let record = try reader.next() {
      guard record == .command else { continue }
      let command = reader.command()
      if command.isNamed("SET") { keys.insert([UInt8](copying: command[1])) }
    }
    return keys.count
  }

  /// Holds what the walk says about a log against what a server does with it.
  private func compare(_ bytes: [UInt8], _ comment: String) throws {
    let made = try LogFolder([(LogFolder.increment, bytes)])
    let part = try #require(AppendOnlyLog(folder: made.path).parts.first)
    let survey = try CommandSurvey(part)
    let loaded = try made.keysAfterLoading()
    switch survey.stop?.reaction {
    case nil:
      #expect(try loaded == keys(part, survey), "\(comment)")
      #expect(try made.size(of: LogFolder.increment) == bytes.count, "\(comment)")
    case .cuts(let offset):
      #expect(try loaded == keys(part, survey), "\(comment)")
      #expect(try made.size(of: LogFolder.increment) == offset, "\(comment)")
    case .refuses:
      #expect(loaded == nil, "\(comment)")
      #expect(try made.size(of: LogFolder.increment) == bytes.count, "\(comment)")
    case .loads, .startsEmpty: Issue.record("\(comment): a stop without a reason")
    }
  }

  @Test func `a log cut off anywhere is taken as a server takes it`() throws {
    let bytes = try written()
    for length in stride(from: 1, to: bytes.count, by: 7) {
      try compare(Array(bytes[..<length]), "cut to \(length)")
    }
  }

  @Test func `every beginning of a log is whole, torn or open, and says where`() throws {
    let bytes = try written()
    for length in 0..<bytes.count {
      let part = try #require(
        AppendOnlyLog(file: InputFile(Array(bytes[..<length]), named: "a.aof")).parts.first)
      let survey = try CommandSurvey(part)
      #expect(survey.end <= length)
      guard let stop = survey.stop else { continue }
      #expect(["torn-tail", "torn-transaction", "open-transaction"].contains(stop.code))
      #expect(stop.path == "a.aof" && stop.offset <= length && stop.offset >= survey.end)
    }
  }

  @Test func `a flipped byte is taken as a server takes it`() throws {
    let bytes = try written()
    // Other bytes would make other keys or values, or commands that no server knows.
    let framing = bytes.indices.filter { "*$\r\n".utf8.contains(bytes[$0]) }
    for offset in framing.enumerated().filter({ $0.offset.isMultiple(of: 5) }).map(\.element) {
      var flipped = bytes
      flipped[offset] ^= 0x04
      try compare(flipped, "byte \(offset) flipped")
    }
  }

  @Test func `any flipped byte ends in a diagnosis or in commands`() throws {
    let bytes = try written()
    for offset in bytes.indices {
      var flipped = bytes
      flipped[offset] ^= 0xFF
      let log = try AppendOnlyLog(file: InputFile(flipped, named: "a.aof"))
      let survey = try CommandSurvey(#require(log.parts.first))
      #expect(survey.end <= bytes.count)
    }
  }

  @Test func `a part that is not the last is cut and refused`() throws {
    let torn = logged("SET", "a", "1") + Array("*3\r\n$3".utf8)
    let made = try LogFolder([(LogFolder.increment, torn), (LogFolder.second, [])])
    let log = try AppendOnlyLog(folder: made.path)
    #expect(try CommandSurvey(log.parts[0]).stop?.reaction == .refuses(cutAt: 27))
    #expect(try made.keysAfterLoading() == nil)
    #expect(try made.size(of: LogFolder.increment) == 27)
  }

  @Test func `no manifest is an empty data set`() throws {
    let made = try LogFolder([(LogFolder.increment, logged("SET", "a", "1"))], manifest: .none)
    #expect(try made.keysAfterLoading() == 0)
  }

  @Test func `a tail torn inside a transaction loses what is written after it`() throws {
    let made = try LogFolder([
      (LogFolder.increment, logged("SET", "a", "1") + logged("MULTI") + logged("DEL", "a") + [0x2A])
    ])
    let server = try RedisServer(in: made.folder, ["--appendonly", "yes"])
    try server.command("SET", "written", "1")
    server.stop()
    #expect(try made.keysAfterLoading() == 1)
  }

  @Test func `a torn annotation keeps the server from its second start`() throws {
    let made = try LogFolder([
      (LogFolder.increment, logged("SET", "a", "1") + Array("#TS:17".utf8))
    ])
    let server = try RedisServer(in: made.folder, ["--appendonly", "yes"])
    try server.command("SET", "written", "1")
    server.stop()
    #expect(try made.keysAfterLoading() == nil)
  }
}
