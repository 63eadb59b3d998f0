import TestSupport

/// Commands that fill a server with keys of every type, under random limits of its encodings.
struct RandomData {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func commands() -> [[[UInt8]]] {
    var commands = [words("FLUSHALL")]
    for (limit, highest) in [
      ("hash-max-listpack-entries", 40), ("hash-max-listpack-value", 60),
      ("zset-max-listpack-entries", 40), ("zset-max-listpack-value", 60),
      ("set-max-intset-entries", 40), ("list-max-listpack-size", 40),
      ("stream-node-max-entries", 10), ("list-compress-depth", 2),
    ] {
      let lowest = limit == "list-max-listpack-size" ? 1 : 0
      commands.append(
        words("CONFIG", "SET", limit, "\(Int.random(in: lowest...highest, using: &random))"))
    }
    let compression = Bool.random(using: &random) ? "yes" : "no"
    commands.append(words("CONFIG", "SET", "rdbcompression", compression))
    for index in 0..<Int.random(in: 1...25, using: &random) {
      if index % 7 == 6 {
        commands.append(words("SELECT", "\(Int.random(in: 0...15, using: &random))"))
      }
      commands += key(named: Array("k\(index):".utf8) + text())
    }
    commands.append(words("SELECT", "0"))
    return commands
  }

  private mutating func key(named name: [UInt8]) -> [[[UInt8]]] {
    let count = Int.random(in: 1...60, using: &random)
    var commands: [[[UInt8]]]
    switch Int.random(in: 0...5, using: &random) {
    case 0: commands = [words("SET") + [name, text()]]
    case 1: commands = [words("RPUSH") + [name] + (0..<count).map { _ in text() }]
    case 2:
      let isNumeric = Bool.random(using: &random)
      commands = [words("SADD") + [name] + (0..<count).map { _ in isNumeric ? number() : text() }]
    case 3: commands = [words("HSET") + [name] + (0..<(2 * count)).map { _ in text() }]
    case 4: commands = [words("ZADD") + [name] + (0..<count).flatMap { _ in [score(), text()] }]
    default: commands = stream(named: name, entries: min(count, 30))
    }
    if Bool.random(using: &random) {
      let milliseconds = Int64.random(in: 1_900_000_000_000...4_000_000_000_000, using: &random)
      commands.append(words("PEXPIREAT") + [name, Array("\(milliseconds)".utf8)])
    }
    return commands
  }

  private mutating func stream(named name: [UInt8], entries: Int) -> [[[UInt8]]] {
    var commands: [[[UInt8]]] = []
    for id in 1...entries {
      let fields = Int.random(in: 1...3, using: &random)
      commands.append(
        words("XADD") + [name, Array("\(id * 7)-\(id % 3)".utf8)]
          + (0..<(2 * fields)).map { _ in text() })
    }
    for id in 1...entries where Int.random(in: 0...3, using: &random) == 0 {
      commands.append(words("XDEL") + [name, Array("\(id * 7)-\(id % 3)".utf8)])
    }
    commands.append(words("XGROUP", "CREATE") + [name] + words("group", "0"))
    commands.append(
      words("XREADGROUP", "GROUP", "group", "consumer", "COUNT", "5", "STREAMS") + [name]
        + words(">"))
    return commands
  }

  private func words(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

  private mutating func number() -> [UInt8] {
    let magnitude = Int64.random(in: 0...62, using: &random)
    return Array("\(Int64.random(in: -(1 << magnitude)...(1 << magnitude), using: &random))".utf8)
  }

  /// A score: small, an integer, any finite bits, or infinite. No −0, which a listpack forgets.
  private mutating func score() -> [UInt8] {
    switch Int.random(in: 0...3, using: &random) {
    case 0: return Array("\(Double.random(in: 1...21, using: &random))".utf8)
    case 1: return number()
    case 2:
      let any = Double(bitPattern: random.next())
      return Array((any.isFinite && any != 0 ? "\(any)" : "0.1").utf8)
    default: return Array((Bool.random(using: &random) ? "inf" : "-inf").utf8)
    }
  }

  private mutating func text() -> [UInt8] {
    switch Int.random(in: 0...5, using: &random) {
    case 0: return number()
    case 1: return random.bytes(Int.random(in: 0...80, using: &random))
    case 2: return [UInt8](repeating: 97, count: Int.random(in: 20...9000, using: &random))
    case 3: return Array("\(Double.random(in: 0...1, using: &random))".utf8)
    default: return random.bytes(Int.random(in: 1...12, using: &random))
    }
  }
}
