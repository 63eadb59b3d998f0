internal import AOF
internal import BinaryInput
internal import RDB

extension Command {
  /// Commands on keys, whatever their values, and on databases.
  static let keyCommands = [
    Command("del", -2, KeyCommands.delete),
    Command("unlink", -2, KeyCommands.delete),
    Command("expire", -3, KeyCommands.expireAfter, .seconds),
    Command("pexpire", -3, KeyCommands.expireAfter, .milliseconds),
    Command("expireat", -3, KeyCommands.expireAt, .seconds),
    Command("pexpireat", -3, KeyCommands.expireAt, .milliseconds),
    Command("persist", 2, KeyCommands.persist),
    Command("rename", 3, KeyCommands.rename),
    Command("renamenx", 3, KeyCommands.renameIfAbsent),
    Command("move", 3, KeyCommands.move),
    Command("copy", -3, KeyCommands.copy),
    Command("restore", -4, KeyCommands.restore),
    Command("restore-asking", -4, KeyCommands.restore),
    Command("sort", -2, SortCommand.sort),
    Command("select", 2, KeyCommands.select),
    Command("swapdb", 3, KeyCommands.swap),
    Command("flushdb", -1) { (data, _) throws(CommandFailure) in data.flushSelected() },
    Command("flushall", -1) { (data, _) throws(CommandFailure) in data.flushAll() },
  ]
}

/// The unit in which a command counts time.
enum TimeUnit {
  case seconds, milliseconds

  /// The moment so much after `start`, in milliseconds.
  func moment(_ count: Int64, from start: Int64) throws(CommandFailure) -> Int64 {
    switch self {
    case .seconds: try ExpiryOption.milliseconds(count, from: start)
    case .milliseconds: try ExpiryOption.sum(count, start)
    }
  }
}

/// Under which conditions an expiry is set: `NX`, `XX`, `GT`, `LT`.
struct ExpiryCondition {
  private var onlyNew = false
  private var onlyExisting = false
  private var onlyLater = false
  private var onlyEarlier = false

  /// Takes in the argument at `index`; returns whether it is a condition.
  mutating func take(_ command: LoggedCommand, at index: Int) -> Bool {
    if command.has("nx", at: index) {
      onlyNew = true
    } else if command.has("xx", at: index) {
      onlyExisting = true
    } else if command.has("gt", at: index) {
      onlyLater = true
    } else if command.has("lt", at: index) {
      onlyEarlier = true
    } else {
      return false
    }
    return true
  }

  /// Whether an expiry is replaced by another (`expireGenericCommand`). None counts as never.
  func allows(_ new: Int64, insteadOf old: Int64?) -> Bool {
    if onlyNew && old != nil { return false }
    if onlyExisting && old == nil { return false }
    if onlyLater && (old == nil || new <= old ?? .max) { return false }
    if let old, onlyEarlier && new >= old { return false }
    return true
  }
}

private enum KeyCommands {
  @Sendable
  static func delete(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    for index in 1..<command.count { try data.remove(command[index]) }
  }

  /// `EXPIRE` and `PEXPIRE`: so much after now.
  @Sendable
  static func expireAfter(
    _ unit: TimeUnit, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try expire(at: try unit.moment(try command.integer(2), from: data.now), &data, command)
  }

  /// `EXPIREAT` and `PEXPIREAT`: at a moment.
  @Sendable
  static func expireAt(
    _ unit: TimeUnit, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try expire(at: try unit.moment(try command.integer(2), from: 0), &data, command)
  }

  /// While a log is loaded, nothing expires by the clock: a moment that has passed is set like any other.
  private static func expire(
    at time: Int64, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    var condition = ExpiryCondition()
    for index in 3..<max(command.count, 3) {
      guard condition.take(command, at: index) else { throw .syntax }
    }
    guard let number = try data.find(command[1]) else { return }
    if condition.allows(time, insteadOf: data.selected[number].expiry) {
      data.selected[number].expiry = time
    }
  }

  @Sendable
  static func persist(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let number = try data.find(command[1]) else { return }
    data.selected[number].expiry = nil
  }

  @Sendable
  static func rename(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let entry = try data.take(command[1]) else { throw .refused(.noSuchKey) }
    try data.set(command[2], to: entry.value, expiry: entry.expiry)
  }

  @Sendable
  static func renameIfAbsent(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard try data.contains(command[1]) else { throw .refused(.noSuchKey) }
    guard try !data.contains(command[2]) else { return }
    try rename(&data, command)
  }

  @Sendable
  static func move(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let target = try command.database(2)
    let source = data.selectedNumber
    guard target != source, try data.contains(command[1]) else { return }
    data.select(target)
    let isTaken = try returning(to: source, &data) { (data) throws(CommandFailure) in
      try data.contains(command[1])
    }
    guard !isTaken, let entry = try data.take(command[1]) else { return }
    data.select(target)
    try returning(to: source, &data) { (data) throws(CommandFailure) in
      try data.set(command[1], to: entry.value, expiry: entry.expiry)
    }
  }

  @Sendable
  static func copy(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let source = data.selectedNumber
    var target = source
    var replaces = false
    var index = 3
    while index < command.count {
      if command.has("replace", at: index) {
        replaces = true
        index += 1
      } else if command.has("db", at: index) {
        target = try command.database(index + 1)
        index += 2
      } else {
        throw .syntax
      }
    }
    guard let number = try data.find(command[1]) else { return }
    let entry = data.selected[number]
    data.select(target)
    try returning(to: source, &data) { (data) throws(CommandFailure) in
      if !replaces, try data.contains(command[2]) { return }
      try data.set(command[2], to: entry.value.copy, expiry: entry.expiry)
    }
  }

  /// Does something in the database at hand and goes back to another, whatever happens.
  private static func returning<Result>(
    to database: UInt64, _ data: inout LiveData,
    _ body: (inout LiveData) throws(CommandFailure) -> Result
  ) throws(CommandFailure) -> Result {
    do throws(CommandFailure) {
      let result = try body(&data)
      data.select(database)
      return result
    } catch {
      data.select(database)
      throw error
    }
  }

  /// `RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME s] [FREQ n]`.
  @Sendable
  static func restore(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var replaces = false
    var isAbsolute = false
    var index = 4
    while index < command.count {
      if command.has("replace", at: index) {
        replaces = true
      } else if command.has("absttl", at: index) {
        isAbsolute = true
      } else if command.has("idletime", at: index) || command.has("freq", at: index) {
        index += 1
      } else {
        throw .syntax
      }
      index += 1
    }
    let time = try command.integer(2)
    guard time >= 0 else { throw .refused(.outOfRange) }
    if !replaces, try data.contains(command[1]) { throw .refused(.keyExists) }
    let value = try payload(command[3], data.packedForm)
    let expiry = time == 0 ? nil : isAbsolute ? time : try ExpiryOption.sum(time, data.now)
    try data.set(command[1], to: value, expiry: expiry)
  }

  private static func payload(
    _ bytes: Span<UInt8>, _ packed: LiveSortedSet.PackedForm
  ) throws(CommandFailure) -> LiveValue {
    do throws(FormatError) {
      let payload = try DumpPayload(bytes, at: 0)
      var scratch = ValueScratch()
      if let value = try LiveValue.load(payload.value, packed, scratch: &scratch) { return value }
    } catch {
      if case .unsupported(let what) = error.reason { throw .unsupported(what) }
    }
    throw .refused(.badPayload)
  }

  @Sendable
  static func select(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    data.select(try command.database(1))
  }

  @Sendable
  static func swap(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    data.swap(try command.database(1), try command.database(2))
  }
}
