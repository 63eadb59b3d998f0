/// What a server's configuration says about what it loads when it starts, and where from.
///
/// Only the directives that matter here are kept. Passwords are read past and never held.
public struct ServerConfiguration: Equatable, Sendable {
  /// `appendonly`; nil if it is not told, which for a server is *no*.
  public var appendonly: Bool?
  /// `appendfilename`: the name of the single file, and what the names of the log's files begin with.
  public var logName = "appendonly.aof"
  /// `appenddirname`.
  public var logFolder = "appendonlydir"
  /// `dbfilename`.
  public var dumpName = "dump.rdb"
  /// `dir`, as it is told; nil if it is not.
  public var directory: String?
  /// `databases`.
  public var databases: UInt64 = 16
  /// `maxmemory` in bytes; nil if there is no limit.
  public var maxMemory: Int?
  /// `maxmemory-policy`.
  public var maxMemoryPolicy = "noeviction"
  /// `aof-load-truncated`.
  public var loadsTruncated = true
  /// `aof-use-rdb-preamble`.
  public var writesSnapshotBase = true
  /// Whether `save` leaves save points: with some, a server saves `dump.rdb` when it is stopped.
  public var hasSavePoints = true
  /// `rdbchecksum`.
  public var looksAtChecksum = true
  /// Whether `replicaof` makes the server a replica, which then takes its master's data.
  public var isReplica = false
  /// The number of the user as whom the server runs; nil if that is not told.
  public var user: Int?
  /// What was told and could not be taken in: a file that is included, a value that is a variable.
  public var notRead: [String] = []

  /// Whether a `save` line has taken the place of the default save points.
  private var hasSaveLine = false

  /// What a server does that is told nothing.
  public init() {}
}

/// Why a configuration can't be read, or would keep every server from starting.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The file.
  public let path: String
  /// The line, from 1; nil if the file as a whole is meant.
  public let line: Int?
  /// What is wrong.
  public let message: String
}

extension ServerConfiguration {
  /// Why a directive can't be taken in.
  struct Mistake: Error { let message: String }

  /// Takes in a directive of the configuration (`config.c`, `loadServerConfigFromString`): its name in lower case, and
  /// its values. One that says nothing about loading is read past.
  mutating func apply(_ name: String, _ values: [[UInt8]]) throws(Mistake) {
    guard Self.known.contains(name) else { return }
    guard let first = values.first, values.count == 1 || Self.takesSeveral.contains(name) else {
      throw Mistake(
        message: "\(name) takes \(Self.takesSeveral.contains(name) ? "more" : "one") value")
    }
    if values.contains(where: { Self.isVariable($0) }) {
      notRead.append("\(name) is a variable")
      return
    }
    switch name {
    case "appendonly": appendonly = try Self.flag(first, name)
    case "appendfilename": logName = try Self.baseName(first, name)
    case "appenddirname": logFolder = try Self.baseName(first, name)
    case "dbfilename": dumpName = try Self.baseName(first, name)
    case "dir": directory = String(decoding: first, as: UTF8.self)
    case "databases": databases = UInt64(try Self.number(first, name))
    case "maxmemory": maxMemory = try Self.memory(first, name)
    case "maxmemory-policy": maxMemoryPolicy = Self.text(first).lowercased()
    case "aof-load-truncated": loadsTruncated = try Self.flag(first, name)
    case "aof-use-rdb-preamble": writesSnapshotBase = try Self.flag(first, name)
    case "rdbchecksum": looksAtChecksum = try Self.flag(first, name)
    case "replicaof", "slaveof":
      isReplica = values.map { Self.text($0).lowercased() } != ["no", "one"]
    default: try applySave(values)
    }
  }

  /// `save 3600 1 300 100`, `save ""`: the first line takes the place of the defaults, an empty one of all before it.
  private mutating func applySave(_ values: [[UInt8]]) throws(Mistake) {
    if !hasSaveLine { hasSavePoints = false }
    hasSaveLine = true
    if values.count == 1, values[0].isEmpty {
      hasSavePoints = false
      return
    }
    // A single value may hold the pairs: --save "3600 1 300 100".
    let numbers = values.flatMap { $0.split(separator: UInt8(ascii: " ")) }
    guard numbers.count.isMultiple(of: 2), !numbers.isEmpty else {
      throw Mistake(message: "save takes pairs of seconds and changes")
    }
    hasSavePoints = true
  }

  private static let known: Set<String> = [
    "appendonly", "appendfilename", "appenddirname", "dbfilename", "dir", "databases", "maxmemory",
    "maxmemory-policy", "aof-load-truncated", "aof-use-rdb-preamble", "rdbchecksum", "replicaof",
    "slaveof", "save",
  ]
  private static let takesSeveral: Set<String> = ["save", "replicaof", "slaveof"]

  /// Whether a value of a compose file is filled in by somebody else: `${NAME}`, `$NAME`.
  private static func isVariable(_ value: [UInt8]) -> Bool {
    let dollar = UInt8(ascii: "$")
    return zip(value, value.dropFirst()).contains { first, next in
      first == dollar
        && (next == UInt8(ascii: "{") || next == UInt8(ascii: "_")
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(next & 0xDF))
    }
  }

  private static func text(_ value: [UInt8]) -> String { String(decoding: value, as: UTF8.self) }

  private static func flag(_ value: [UInt8], _ name: String) throws(Mistake) -> Bool {
    switch text(value).lowercased() {
    case "yes": return true
    case "no": return false
    default: throw Mistake(message: "\(name) is yes or no")
    }
  }

  private static func number(_ value: [UInt8], _ name: String) throws(Mistake) -> UInt32 {
    guard let number = UInt32(text(value)), number > 0, number <= UInt32(Int32.max) else {
      throw Mistake(message: "\(name) is a number from 1 on")
    }
    return number
  }

  /// A name without a folder: servers refuse another.
  private static func baseName(_ value: [UInt8], _ name: String) throws(Mistake) -> String {
    guard !value.isEmpty, !value.contains(UInt8(ascii: "/")), !value.contains(UInt8(ascii: "\\"))
    else { throw Mistake(message: "\(name) is a name without a folder") }
    return text(value)
  }

  /// util.c, `memtoull`: `k` is 1000, `kb` 1024. 0 is no limit.
  private static func memory(_ value: [UInt8], _ name: String) throws(Mistake) -> Int? {
    let text = text(value).lowercased()
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units = [
      "": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000,
      "gb": 1 << 30,
    ]
    guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))] else {
      throw Mistake(message: "\(name) is a size: 256mb")
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw Mistake(message: "\(name) is too large") }
    return bytes == 0 ? nil : bytes
  }
}
