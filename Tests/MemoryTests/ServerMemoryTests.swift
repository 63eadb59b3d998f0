import BinaryInput
import Impact
import Keyspace
import Memory
import RDB
import TestSupport
import Testing

/// Estimates against a server that is asked here and now.
@Suite(
  .enabled(if: RedisServer.version?.hasPrefix("7.0.") == true, "redis-server 7.0 is not installed"))
struct ServerMemoryTests {
  /// Fills a server with keys of every type and encoding; `n` of each grows.
  private static let script = """
    math.randomseed(7)
    local function text(length) return string.rep(string.char(97 + length % 26), length) end
    for _, n in ipairs({0, 1, 11, 12, 30, 31, 32, 43, 44, 45, 250, 255, 256, 1000, 65534, 65536, 300000}) do
      redis.call('SET', 'string:' .. n, text(n))
      redis.call('SET', text(n + 1), 'x')
      redis.call('SET', 'number:' .. n, n * 1000003)
    end
    for _, n in ipairs({1, 4, 5, 100, 127, 128, 129, 500, 512, 513, 2000, 5000}) do
      for i = 1, n do
        redis.call('RPUSH', 'list:' .. n, text(i % 200))
        redis.call('SADD', 'ints:' .. n, i * 7)
        redis.call('SADD', 'wide:' .. n, i * 70000000000)
        redis.call('SADD', 'set:' .. n, 'member' .. i)
        redis.call('HSET', 'hash:' .. n, 'field' .. i, i)
        redis.call('HSET', 'texts:' .. n, 'field' .. i, text(i % 100))
        redis.call('ZADD', 'zset:' .. n, i / 3, 'member' .. i)
        redis.call('ZADD', 'whole:' .. n, i, i)
        redis.call('XADD', 'stream:' .. n, i .. '-' .. i % 3, 'a', i, 'b', text(i % 50))
      end
      redis.call('XGROUP', 'CREATE', 'stream:' .. n, 'group', '0')
      for consumer, count in pairs({somebody = math.ceil(n / 2), other = math.ceil(n / 4)}) do
        redis.call('XREADGROUP', 'GROUP', 'group', consumer, 'COUNT', count, 'STREAMS', 'stream:' .. n, '>')
      end
      redis.call('EXPIRE', 'set:' .. n, 100000)
    end
    for i = 1, 3 do redis.call('RPUSH', 'blobs', text(20000 * i)) end
    """

  private func snapshot(_ server: RedisServer) throws -> Snapshot {
    try Snapshot(InputFile(path: server.folder.file(server.save(), named: "copy.rdb")))
  }

  @Test func `estimates are what the server answers after loading`() throws {
    let server = try RedisServer()
    defer { server.stop() }
    try server.command("EVAL", Self.script, "0")
    let snapshot = try snapshot(server)
    try server.command("DEBUG", "RELOAD", "NOSAVE")
    var estimator = MemoryEstimator(EncodingRules(snapshot.writer))
    var keys: [(name: [UInt8], type: RedisType, encoding: String, bytes: Int)] = []
    _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
      let memory = try estimator.memory(of: key)
      keys.append(
        (
          [UInt8](copying: key.name), key.value.type, memory.encoding.name,
          memory.footprint.reported
        )
      )
    }
    #expect(keys.count > 150)
    #expect(Set(keys.map(\.encoding)).count == 9)
    for key in keys {
      let words =
        ["MEMORY", "USAGE"].map { Array($0.utf8) } + [key.name]
        + ["SAMPLES", "0"].map { Array($0.utf8) }
      guard case .integer(let measured) = try server.send(words) else {
        Issue.record("no answer for \(EscapedBytes(key.name, limit: 40))")
        continue
      }
      let difference = abs(key.bytes - Int(measured))
      // The levels of skip lists are random: of few nodes, the mean is no more than a guess.
      let allowed = key.encoding == "skiplist" ? Int(measured) / 50 : 0
      #expect(
        difference <= allowed,
        "\(EscapedBytes(key.name, limit: 40)) \(key.encoding): \(key.bytes), not \(measured)")
    }
  }

  @Test func `the total is what the server uses more than an empty one`() throws {
    let server = try RedisServer()
    defer { server.stop() }
    let empty = try used(server)
    try server.command("EVAL", Self.script, "0")
    let snapshot = try snapshot(server)
    try server.command("SCRIPT", "FLUSH")
    try server.command("DEBUG", "RELOAD", "NOSAVE")
    let classifier = try KeyClassifier(Policy.builtIn())
    let report = try MemoryReport(
      of: snapshot, MemoryQuestion(EncodingRules(snapshot.writer), now: 0), classifier,
      KeySelector(KeyFilter(), classifier))
    let measured = try used(server) - empty
    #expect(measured > 3_000_000)
    #expect(abs(report.total - measured) * 20 < measured, "\(report.total), not \(measured)")
  }

  private func used(_ server: RedisServer) throws -> Int {
    let reply = try server.command("INFO", "memory")
    let text = try #require(reply.text)
    let line = try #require(
      text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("used_memory:") })
    return try #require(Int(line.dropFirst("used_memory:".count)))
  }
}
