public import BinaryInput
public import RDB

/// Writes keys as commands, for a server of a release.
///
/// The one mechanism behind everything that hands data to a server: `verify --salvage`, `carry`, `export`.
public struct KeyWriter: ~Copyable {
  /// When values are written as `RESTORE` with their bytes as the file has them, instead of commands that make
  /// them anew.
  public enum Payloads: Sendable {
    case never
    /// Where no commands make the same value: modules, arrays, what streams remember since Redis 8.6.
    case whereNeeded
    /// Wherever a file has the bytes; values that a log left in memory are made by commands.
    case always
  }

  /// What the commands are for.
  public struct Options: Sendable {
    /// The release that takes them; nil for one that knows whatever the data need.
    public var target: ServerRelease?
    /// Whether what is there under the same name goes, at once with the new value's coming.
    public var replaces = false
    /// When values are written as they are.
    public var payloads = Payloads.never

    /// Into an empty server that knows whatever the data need.
    public init() {}
  }

  private let writer: CommandWriter
  private let options: Options
  private let dialect: CommandDialect
  /// The version that the payloads state.
  private let version: RDBVersion?
  private var database: UInt64?
  private var value: ValueWriter
  private var scratch = ValueScratch()

  /// Writes to `writer` the keys of a file of `version`; nil where keys come from no file.
  public init(to writer: CommandWriter, version: RDBVersion?, _ options: Options = Options()) {
    self.writer = writer
    self.options = options
    // A server refuses payloads of later versions than its own, and loads each type that it knows.
    self.version = options.target?.version ?? version
    dialect = CommandDialect(options.target)
    value = ValueWriter(writer, dialect)
  }

  /// Writes a key. Returns nil, or why the target can't hold it; nothing is written then.
  ///
  /// - Throws: `FormatError` where the value is broken; its commands may break off.
  public mutating func write(_ key: borrowing SnapshotKey) throws(FormatError) -> String? {
    let name = [UInt8](copying: key.name)
    let expiry = key.attributes.expiry.map { max(1, $0) }
    if options.payloads == .always, canRestore(key.value) {
      select(key.database)
      restore(name, key.attributes, key.value)
      return nil
    }
    let survey = try survey(key.value)
    if let obstacle = obstacle(survey, key.value.type, expiry: expiry) {
      guard options.payloads != .never, canRestore(key.value) else { return obstacle }
      select(key.database)
      restore(name, key.attributes, key.value)
      return nil
    }
    select(key.database)
    try make(name, key.value, expiry: expiry, pending: survey.pendingIDs)
    return nil
  }

  /// Writes the deletion of a key.
  public mutating func delete(_ name: [UInt8], in database: UInt64) {
    select(database)
    writer.write("DEL", key: name)
  }

  /// Writes the removal of a member of a sorted set.
  public mutating func remove(_ member: [UInt8], from name: [UInt8], in database: UInt64) {
    select(database)
    writer.write("ZREM", key: name, last: member)
  }

  /// Writes a function library. Returns whether the target takes any; nothing is written if not.
  public mutating func write(library source: [UInt8]) -> Bool {
    guard dialect.has("function load") else { return false }
    writer.begin(4)
    for word in ["FUNCTION", "LOAD", "REPLACE"] { writer.add(word) }
    writer.add(source)
    writer.end()
    return true
  }

  private mutating func select(_ number: UInt64) {
    guard database != number else { return }
    database = number
    writer.write("SELECT", "\(number)")
  }

  // MARK: Commands

  private mutating func make(
    _ name: [UInt8], _ source: borrowing SnapshotValue, expiry: Int64?, pending: [StreamID]
  ) throws(FormatError) {
    let type = source.type
    let isOne = type == .string && (expiry == nil || dialect.setsWithExpiry)
    if options.replaces && !isOne {
      // All or nothing: no client sees the key half made, or gone.
      writer.write("MULTI")
      if type != .string { writer.write("DEL", key: name) }
    }
    value.begin(name, expiry: isOne ? expiry : nil, pending: pending)
    try source.decode(into: &value, scratch: &scratch)
    value.end(type)
    if let expiry, !isOne { expire(name, at: expiry) }
    if options.replaces && !isOne { writer.write("EXEC") }
  }

  private func expire(_ name: [UInt8], at expiry: Int64) {
    if dialect.has("pexpireat") {
      writer.write("PEXPIREAT", key: name, more: ["\(expiry)"])
    } else {
      writer.write("EXPIREAT", key: name, more: ["\(expiry / 1000)"])
    }
  }

  /// Looks through values that may need more than commands for their elements.
  private mutating func survey(
    _ source: borrowing SnapshotValue
  ) throws(FormatError) -> ValueSurvey {
    var survey = ValueSurvey()
    switch source.type {
    case .string, .list, .set, .zset: return survey
    case .hash where dialect.has("hpexpireat"): return survey
    case .hash, .stream, .array, .module:
      try source.decode(into: &survey, scratch: &scratch)
      survey.finish()
      return survey
    }
  }

  /// Why no commands of the target make the value; nil if some do.
  private func obstacle(
    _ survey: borrowing ValueSurvey, _ type: RedisType, expiry: Int64?
  ) -> String? {
    if let obstacle = survey.obstacle { return obstacle }
    if type == .array || type == .module { return "a value of type \(type.name)" }
    if type == .stream && !dialect.has("xadd") { return "a stream" }
    if survey.recognizesMessages && dialect.has("xcfgset") {
      return "a stream that recognizes repeated messages"
    }
    if survey.hasFieldExpiries && !dialect.has("hpexpireat") { return "fields that expire" }
    if let expiry, expiry % 1000 != 0, !dialect.has("pexpireat") {
      return "an expiry in milliseconds"
    }
    return nil
  }

  // MARK: Payloads

  private func canRestore(_ source: borrowing SnapshotValue) -> Bool {
    guard dialect.has("restore"), let version, case .encoded(let value) = source.form else {
      return false
    }
    // A file may hold what came later than the version that it states.
    return options.target == nil || version.loads(value.type)
  }

  /// `RESTORE key ttl payload`, with what else the target takes.
  private func restore(
    _ name: [UInt8], _ attributes: RDBKeyAttributes, _ source: borrowing SnapshotValue
  ) {
    guard case .encoded(let value) = source.form, let version else { return }
    // A time before 1970 is as past as the first millisecond, which RESTORE takes.
    let expiry = attributes.expiry.map { max(1, $0) }
    let isOne = dialect.restoresAttributes && (dialect.restoresOver || !options.replaces)
    if options.replaces && !isOne {
      writer.write("MULTI")
      writer.write("DEL", key: name)
    }
    var more: [String] = options.replaces && dialect.restoresOver ? ["REPLACE"] : []
    if dialect.restoresAttributes {
      if expiry != nil { more.append("ABSTTL") }
      // RESTORE takes one of the two, and refuses a time beyond 63 bits.
      if let frequency = attributes.frequency {
        more += ["FREQ", "\(frequency)"]
      } else if let idle = attributes.idle {
        more += ["IDLETIME", "\(Int64(clamping: idle))"]
      }
    }
    writer.begin(4 + more.count)
    writer.add("RESTORE")
    writer.add(name)
    writer.add(dialect.restoresAttributes ? "\(expiry ?? 0)" : "0")
    writer.add(payload: value, version)
    for word in more { writer.add(word) }
    writer.end()
    if let expiry, !dialect.restoresAttributes { expire(name, at: expiry) }
    if options.replaces && !isOne { writer.write("EXEC") }
  }
}

extension CommandWriter {
  /// Adds a value in the form of `DUMP`: type, bytes, version, checksum.
  fileprivate func add(payload value: borrowing RDBValue, _ version: RDBVersion) {
    let footerLength = 2 + 8
    var checksum = CRC64()
    beginArgument(1 + value.bytes.count + footerLength)
    func add(_ bytes: [UInt8]) {
      checksum.update(bytes.span)
      addPiece(bytes.span)
    }
    add([value.type.number])
    checksum.update(value.bytes)
    addPiece(value.bytes)
    add([
      UInt8(truncatingIfNeeded: version.number), UInt8(truncatingIfNeeded: version.number >> 8),
    ])
    let sum = checksum.value
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt64($0))) }
    addPiece(bytes.span)
    endArgument()
  }
}
