public import BinaryInput
public import RDB

/// What a backup says about itself.
public struct SnapshotDescription: Sendable {
  /// The version that the header states, of a log that of its base; nil if it has none.
  public let version: RDBVersion?
  /// Names and values about the file, in its order, as bytes; scripts and functions are apart.
  public private(set) var auxiliary: [(name: [UInt8], value: [UInt8])] = []
  /// The sources of function libraries, as far as they fit into 64 MB together.
  public private(set) var functions: [[UInt8]] = []
  /// Whether there are more of them.
  private(set) var hasMoreFunctions = false
  private var functionBytes = 0
  /// The modules that left data outside of keys, each once; the first thousand.
  public private(set) var modules: [String] = []
  /// How many EVAL scripts the file has (`lua`, Redis 5.0 to 6.2).
  public private(set) var scripts = 0
  /// How many migrations of cluster slots were in progress (Valkey).
  public private(set) var slotImports = 0
  /// Whether fields or libraries were left out, because there are too many or one is too long.
  public private(set) var isTruncated = false
  /// How many keys the file has.
  public internal(set) var keys = 0
  /// How many of them had expired at the time of the walk.
  public internal(set) var expired = 0
  /// What the checksum said.
  public internal(set) var checksum = RDBChecksum.absent

  /// Nothing known yet but the version.
  public init(version: RDBVersion?) {
    self.version = version
  }

  /// Forgets what is not about the file but from inside of it, or from a person: only what a server writes of
  /// itself stays.
  public mutating func dropContents() {
    let own = [
      "redis-ver", "valkey-ver", "redis-bits", "ctime", "used-mem", "aof-base", "aof-preamble",
    ]
    auxiliary = auxiliary.filter { own.contains(String(decoding: $0.name, as: UTF8.self)) }
    functions = []
  }

  /// Takes in the function libraries that a log leaves behind.
  mutating func setFunctions(_ sources: [[UInt8]]) { functions = sources }

  /// Takes in what is known at the end of the file.
  public mutating func finish(keys: Int, expired: Int, checksum: RDBChecksum?) {
    self.keys = keys
    self.expired = expired
    self.checksum = checksum ?? .absent
  }

  /// When saving began (`ctime`), in Unix milliseconds, of which the file has the seconds.
  public var createdAt: Int64? {
    // A server that had lost its clock could have been running before 1970, but none of its age.
    guard let seconds = number("ctime"), (0..<Int64.max / 1000).contains(seconds) else {
      return nil
    }
    return seconds * 1000
  }

  /// The server that wrote the file, as the file has it: `redis 7.0.15`, `valkey 8.0.1`.
  public var server: String? {
    if let version = text("valkey-ver") { return "valkey \(version)" }
    return text("redis-ver").map { "redis \($0)" }
  }

  /// Whether the file was written as the base of an append-only file.
  public var isLogBase: Bool { text("aof-base") == "1" }

  /// The beginning of the value with this name, as the file has it.
  public func text(_ name: String) -> String? {
    value(name).map { String(decoding: $0.prefix(200), as: UTF8.self) }
  }

  private func number(_ name: String) -> Int64? {
    value(name).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }

  /// The server compares names without case.
  private func value(_ name: String) -> [UInt8]? {
    auxiliary.last { String(decoding: $0.name, as: UTF8.self).lowercased() == name }?.value
  }

  /// An auxiliary value longer than this is no fact about the file that anybody reads.
  private static let longestValue = 1 << 16
  /// A compressed source could take 88 times its room in the file.
  private static let mostFunctionBytes = 64 << 20
  private static let functionOverhead = 64
  /// A file could repeat fields for ever.
  private static let mostFields = 1000

  /// Takes in a record that is no key.
  public mutating func add(
    _ record: RDBRecord, _ reader: borrowing RDBReader
  ) throws(FormatError) {
    var scratch = ScratchBuffer()
    switch record {
    case .auxiliary:
      let field = try reader.auxiliary()
      let name = [UInt8](copying: try field.name.bytes(in: &scratch))
      if name == Array("lua".utf8) {
        scripts += 1
      } else if auxiliary.count < Self.mostFields, field.value.count < Self.longestValue {
        auxiliary.append((name, [UInt8](copying: try field.value.bytes(in: &scratch))))
      } else {
        isTruncated = true
      }
    case .function:
      let source = try reader.functionSource().bytes(in: &scratch)
      functionBytes += source.count + Self.functionOverhead
      hasMoreFunctions = functionBytes > Self.mostFunctionBytes
      if hasMoreFunctions {
        isTruncated = true
      } else {
        functions.append([UInt8](copying: source))
      }
    case .moduleAuxiliary:
      let module = try reader.moduleType().name
      guard modules.count < Self.mostFields, !modules.contains(module) else { return }
      modules.append(module)
    case .slotImport: slotImports += 1
    case .key, .selectDatabase, .resizeDatabase, .slotInfo, .end: break
    }
  }
}
