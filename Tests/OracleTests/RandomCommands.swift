import TestSupport

/// Random write commands on few keys with few members, so that they meet each other's work.
struct RandomCommands {
  private var random: SeededRandom
  /// How many seconds commands wait for what does not come.
  private static let patience = "0.001"
  /// Whether commands are made whose effect only the server's own log tells: chance, the clock, floats.
  private let needsLog: Bool

  init(seed: UInt64, needsLog: Bool) {
    random = SeededRandom(seed: seed)
    self.needsLog = needsLog
  }

  /// Some commands of every family, and some of them in transactions.
  mutating func commands(_ count: Int) -> [[String]] {
    (0..<count).flatMap { _ in
      int(0...30) == 0 ? [["multi"], command(), command(), ["exec"]] : [command()]
    }
  }

  private mutating func command() -> [String] {
    switch int(0...12) {
    case 0, 1: strings()
    case 2: bits()
    case 3, 4: keys()
    case 5, 6: lists()
    case 7: sets()
    case 8, 9: sortedSets()
    case 10: hashes()
    case 11: streams()
    default: Bool.random(using: &random) ? sketches() : places()
    }
  }

  // MARK: Words

  private mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[int(0...(choices.count - 1))]
  }

  /// A key of a family, now and then of another.
  private mutating func key(_ family: String) -> String {
    let family = int(0...60) == 0 ? pick(["s", "l", "S", "z", "h", "x"]) : family
    return "\(family)\(int(0...3))"
  }

  private mutating func value() -> String {
    switch int(0...7) {
    case 0: String(int(-300...300))
    case 1: String(repeating: "long ", count: int(5...60))
    case 2: "-9223372036854775808"
    case 3: "007"
    default: pick(["a", "b", "c", "d", "e", "f", "gamma", "delta"])
    }
  }

  private mutating func values() -> [String] { (0...int(0...3)).map { _ in value() } }
  private mutating func index() -> String { String(int(-5...5)) }
  private mutating func time() -> String { String(int(4_000_000_000_000...4_000_000_999_999)) }

  private mutating func score() -> String {
    pick(["0", "1", "2.5", "-3", "1e20", "inf", "-inf", "0.1", "3.0000000000000004", "17"])
  }

  private mutating func member() -> String {
    int(0...30) == 0 ? String(repeating: "m", count: int(60...70)) : "m\(int(0...12))"
  }

  /// Some of several options.
  private mutating func options(_ choices: [[String]]) -> [String] {
    choices.flatMap { Bool.random(using: &random) ? $0 : [] }
  }

  // MARK: Families

  private mutating func strings() -> [String] {
    let name = key("s")
    switch int(0...17) {
    case 0: return ["set", name, value()]
    case 1: return ["SET", name, value(), pick(["NX", "XX", "KEEPTTL", "GET"])]
    case 2: return ["set", name, value(), "PXAT", time()]
    case 3: return ["set", name, value(), pick(["EX", "PX"]), "1000000000"]
    case 4: return ["setnx", name, value()]
    case 5: return ["setex", name, "1000000", value()]
    case 6: return ["psetex", name, "1000000000", value()]
    case 7: return ["getset", name, value()]
    case 8: return ["getdel", name]
    case 9: return ["getex", name] + pick([["PERSIST"], ["EX", "1000000"], ["PXAT", time()]])
    case 10: return ["mset", name, value(), key("s"), value()]
    case 11: return ["msetnx", name, value(), key("s"), value()]
    case 12: return ["append", name, value()]
    case 13: return ["setrange", name, String(int(0...20)), value()]
    case 14: return [pick(["incr", "decr"]), name]
    case 15: return [pick(["incrby", "decrby"]), name, String(int(-9...9))]
    case 16 where needsLog: return ["incrbyfloat", name, "1.25"]
    default: return ["set", name, String(int(-5...5))]
    }
  }

  private mutating func bits() -> [String] {
    let name = key("s")
    switch int(0...3) {
    case 0: return ["setbit", name, String(int(0...200)), String(int(0...1))]
    case 1: return ["bitop", "NOT", name, key("s")]
    case 2: return ["bitop", pick(["AND", "OR", "XOR"]), name, key("s"), key("s"), key("s")]
    default:
      let type = pick(["u1", "u8", "u13", "u63", "i1", "i5", "i16", "i64"])
      let offset = pick(["0", "3", "#1", "#2", "17"])
      let amount = String(pick([0, 1, -1, 7, 100, -300, Int.max, Int.min]))
      return ["bitfield", name] + options([["GET", "u8", "0"]])
        + options([["OVERFLOW", pick(["WRAP", "SAT", "FAIL"])]])
        + [pick(["SET", "INCRBY"]), type, offset, amount, "INCRBY", type, offset, "1"]
    }
  }

  private mutating func keys() -> [String] {
    let family = pick(["s", "l", "S", "z", "h", "x"])
    let name = key(family)
    switch int(0...21) {
    case 0: return ["del", name, key(family)]
    case 1: return ["unlink", name]
    case 2: return ["expire", name, "1000000"] + options([[pick(["NX", "XX", "GT", "LT"])]])
    case 3: return ["pexpire", name, "1000000000"]
    case 4: return ["expireat", name, "4000000000"]
    case 5: return ["pexpireat", name, time()] + options([[pick(["NX", "XX", "GT", "LT"])]])
    case 6: return ["persist", name]
    case 7: return ["rename", name, key(family)]
    case 8: return ["renamenx", name, key(family)]
    case 9: return ["move", name, "1"]
    case 10: return ["copy", name, key(family)] + options([["REPLACE"], ["DB", "1"]])
    case 11: return int(0...9) == 0 ? ["swapdb", "0", "1"] : ["persist", name]
    case 12: return int(0...30) == 0 ? ["flushdb"] : ["persist", name]
    case 13: return int(0...60) == 0 ? ["flushall"] : ["persist", name]
    case 14: return ["select", String(int(0...9) == 0 ? 1 : 0)]
    case 15...18: return sort()
    case 19: return functions()
    case 20:
      return pick([
        ["publish", "channel", "message"], ["spublish", "channel", "message"],
        ["script", "LOAD", "return 1"], ["script", "FLUSH"],
      ])
    default: return ["ping"]
    }
  }

  private mutating func sort() -> [String] {
    let source = key(pick(["l", "S", "z"]))
    let by = pick([[], [], ["BY", "s*"], ["BY", "h*->f1"], ["BY", "nosort"]])
    let isByPattern = by.count == 2 && by[1] != "nosort"
    return ["sort", source] + by
      + options([["LIMIT", String(int(0...2)), String(int(-1...4))], [pick(["ASC", "DESC"])]])
      + options([["GET", "#"], ["GET", "s*"], ["GET", "h*->f2"]])
      + (isByPattern ? [] : ["ALPHA"]) + ["STORE", key("l")]
  }

  private mutating func functions() -> [String] {
    let name = pick(["one", "two"])
    let code = "#!lua name=\(name)\nredis.register_function('\(name)f', function() return 1 end)"
    switch int(0...3) {
    case 0: return ["function", "LOAD", code]
    case 1: return ["FUNCTION", "load", "REPLACE", code]
    case 2: return ["function", "DELETE", name]
    default: return int(0...5) == 0 ? ["function", "FLUSH"] : ["function", "LOAD", code]
    }
  }

  private mutating func lists() -> [String] {
    let name = key("l")
    switch int(0...17) {
    case 0, 1: return [pick(["lpush", "rpush"]), name] + values()
    case 2: return [pick(["lpushx", "rpushx"]), name] + values()
    case 3: return [pick(["lpop", "rpop"]), name] + options([[String(int(0...3))]])
    case 4: return ["linsert", name, pick(["BEFORE", "after"]), value(), value()]
    case 5: return ["lset", name, index(), value()]
    case 6: return ["lrem", name, String(int(-2...2)), value()]
    case 7: return ["ltrim", name, index(), index()]
    case 8: return ["lmove", name, key("l"), pick(["LEFT", "RIGHT"]), pick(["LEFT", "RIGHT"])]
    case 9: return ["rpoplpush", name, key("l")]
    case 10: return ["lmpop", "2", name, key("l"), pick(["LEFT", "RIGHT"]), "COUNT", "2"]
    case 11: return ["rpush", name] + values() + values() + values()
    case 12: return ["blmpop", Self.patience, "1", name, pick(["LEFT", "RIGHT"])]
    case 13: return [pick(["blpop", "brpop"]), name, key("l"), Self.patience]
    case 14: return ["brpoplpush", name, key("l"), Self.patience]
    case 15: return ["blmove", name, key("l"), "LEFT", "RIGHT", Self.patience]
    default: return ["rpush", name] + values() + values()
    }
  }

  private mutating func sets() -> [String] {
    let name = key("S")
    switch int(0...8) {
    case 0: return ["srem", name, value(), value()]
    case 1: return ["smove", name, key("S"), value()]
    case 2: return ["sinterstore", name, key("S"), key("S")]
    case 3: return ["sunionstore", name, key("S"), key("S")]
    case 4: return ["sdiffstore", name, key("S"), key("S")]
    case 5: return ["spop", name, needsLog ? "2" : "1000"]
    default: return ["sadd", name] + values() + values()
    }
  }

  private mutating func sortedSets() -> [String] {
    let name = key("z")
    switch int(0...17) {
    case 0: return ["zincrby", name, score(), member()]
    case 1: return ["zrem", name, member(), member()]
    case 2: return ["zremrangebyrank", name, index(), index()]
    case 3:
      return ["zremrangebyscore", name, pick(["-inf", "(1", "0"]), pick(["2.5", "(2", "1"])]
    case 4: return lexicalSets()
    case 5: return [pick(["zpopmin", "zpopmax"]), name] + options([[String(int(0...3))]])
    case 6: return [pick(["bzpopmin", "bzpopmax"]), name, key("z"), Self.patience]
    case 7:
      return ["zmpop", "2", name, key("z"), pick(["MIN", "MAX"])] + options([["COUNT", "2"]])
    case 8: return ["bzmpop", Self.patience, "1", name, pick(["MIN", "MAX"])]
    case 9, 10:
      return [pick(["zunionstore", "zinterstore"]), name, "2", key(pick(["z", "S"])), key("z")]
        + options([["WEIGHTS", "2", "-0.5"], ["AGGREGATE", pick(["SUM", "MIN", "MAX"])]])
    case 11: return ["zdiffstore", name, "2", key("z"), key(pick(["z", "S"]))]
    case 12: return ["zrangestore", name, key("z"), index(), index()] + options([["REV"]])
    case 13:
      return ["zrangestore", name, key("z"), "-inf", "(3", "BYSCORE"]
        + options([["LIMIT", String(int(0...1)), String(int(-1...3))]])
    case 14: return lexicalSets()
    case 15:
      return ["zadd", name] + options([[pick(["XX", "GT", "LT"])], ["CH"]])
        + [score(), member(), score(), member()]
    case 16: return ["zadd", name, "INCR", score(), member()]
    default: return ["zadd", name] + (0...int(0...9)).flatMap { _ in [score(), member()] }
    }
  }

  /// Sorted sets in which every score is 0: with others, what is between two members is not defined, and in a
  /// skiplist it depends on chance.
  private mutating func lexicalSets() -> [String] {
    let name = "y\(int(0...1))"
    let range = [pick(["-", "[m1", "(m2"]), pick(["[m3", "(m2", "+"])]
    switch int(0...5) {
    case 0: return ["zremrangebylex", name] + range
    case 1: return ["zrangestore", name, "y\(int(0...1))"] + range + ["BYLEX"]
    case 2: return ["zrangestore", name, "y\(int(0...1))"] + range.reversed() + ["BYLEX", "REV"]
    default: return ["zadd", name] + (0...int(0...9)).flatMap { _ in ["0", member()] }
    }
  }

  private mutating func hashes() -> [String] {
    let name = key("h")
    let field = "f\(int(0...5))"
    switch int(0...6) {
    case 0: return ["hsetnx", name, field, value()]
    case 1: return ["hdel", name, field, "f1"]
    case 2: return ["hincrby", name, field, String(int(-9...9))]
    case 3 where needsLog: return ["hincrbyfloat", name, field, "0.5"]
    case 4: return ["hmset", name, field, value(), "f2", value()]
    default: return ["hset", name, field, value(), "f1", String(int(0...99))]
    }
  }

  private mutating func streams() -> [String] {
    let name = key("x")
    let id = "\(int(1...60))-\(int(0...2))"
    let group = "g\(int(0...1))"
    switch int(0...16) {
    case 0: return ["xdel", name, id, "\(int(1...60))-1"]
    case 1: return ["xtrim", name] + pick([["MAXLEN", String(int(0...9))], ["MINID", id]])
    case 2: return ["xsetid", name, "\(int(50...70))-5"]
    case 3: return ["xack", name, group, id, "\(int(1...60))-0"]
    case 4, 5:
      return ["xclaim", name, group, "c\(int(0...2))", "0", id, "\(int(1...60))-0", "TIME"]
        + ["1700000000000", "RETRYCOUNT", String(int(1...5))]
        + options([["FORCE"], ["JUSTID"], ["LASTID", id]])
    case 6:
      return ["xgroup", "CREATE", name, group, pick(["$", "0", id])] + options([["MKSTREAM"]])
    case 7: return ["XGROUP", "SETID", name, group, pick(["$", id])]
    case 8:
      return int(0...3) == 0 ? ["xgroup", "destroy", name, group] : ["xack", name, group, id]
    case 9: return ["xgroup", "CREATECONSUMER", name, group, "c\(int(0...2))"]
    case 10: return ["xgroup", "delconsumer", name, group, "c\(int(0...2))"]
    case 11 where needsLog:
      return ["xreadgroup", "GROUP", group, "c1", "COUNT", "3", "STREAMS", name, ">"]
    case 12 where needsLog: return ["xadd", name, "MAXLEN", "~", "5", "*", "f", value()]
    case 13: return ["xadd", name, "MAXLEN", "=", "6", id, "f", value()]
    default: return ["xadd", name, id, "f", value()] + options([["g", value()]])
    }
  }

  private mutating func sketches() -> [String] {
    let name = "p\(int(0...2))"
    switch int(0...4) {
    case 0: return ["pfmerge", name, "p\(int(0...2))", "p\(int(0...2))"]
    case 1: return ["pfcount", name]
    case 2: return ["pfadd", name] + (0..<int(200...900)).map { _ in "e\(int(0...100_000))" }
    default: return ["pfadd", name] + (0...int(0...9)).map { _ in "e\(int(0...100_000))" }
    }
  }

  private mutating func places() -> [String] {
    let name = "G\(int(0...1))"
    let radius = String(pick([1, 50, 400, 3000, 9000]))
    let unit = pick(["m", "km", "mi", "ft"])
    let end = options([["COUNT", "3"], [pick(["ASC", "DESC"])]])
    switch int(0...5) {
    case 0:
      return ["georadius", name, degree(170), degree(80), radius, unit] + end
        + [pick(["STORE", "STOREDIST"]), key("z")]
    case 1:
      return ["georadiusbymember", name, "m1", radius, "km"] + end + ["STORE", key("z")]
    case 2:
      return ["geosearchstore", key("z"), name, "FROMLONLAT", degree(170), degree(80)]
        + ["BYBOX", radius, "800", "km"] + end + options([["STOREDIST"]])
    case 3:
      return ["geosearchstore", key("z"), name, "FROMMEMBER", "m2", "BYRADIUS", radius, unit] + end
    default:
      return ["geoadd", name] + options([[pick(["NX", "XX"])]])
        + (0...int(0...5)).flatMap { _ in [degree(179), degree(85), member()] }
    }
  }

  private mutating func degree(_ limit: Double) -> String {
    "\((Double.random(in: -limit...limit, using: &random) * 1000).rounded() / 1000)"
  }
}
