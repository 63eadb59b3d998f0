internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on hashes; those with expiries of fields are of Redis 7.4 and later.
  static let hashCommands = [
    Command("hset", -4, HashCommands.set),
    Command("hmset", -4, HashCommands.set),
    Command("hsetnx", 4, HashCommands.setIfAbsent),
    Command("hdel", -3, HashCommands.delete),
    Command("hincrby", 4, HashCommands.add),
    Command("hexpire", -6, HashCommands.expireAfter, .seconds),
    Command("hpexpire", -6, HashCommands.expireAfter, .milliseconds),
    Command("hexpireat", -6, HashCommands.expireAt, .seconds),
    Command("hpexpireat", -6, HashCommands.expireAt, .milliseconds),
    Command("hpersist", -5, HashCommands.persist),
    Command("hsetex", -6, HashCommands.setWithExpiry),
    Command("hgetex", -5, HashCommands.getWithExpiry),
    Command("hgetdel", -5, HashCommands.getAndDelete),
  ]
}

private enum HashCommands {
  @Sendable
  static func set(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard command.count % 2 == 0 else { throw .refused(.wrongArguments) }
    let hash = try data.makeHash(command[1])
    for index in stride(from: 2, to: command.count, by: 2) {
      hash.value.set(command[index], to: command[index + 1], expiry: nil)
    }
  }

  @Sendable
  static func setIfAbsent(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let hash = try data.makeHash(command[1])
    guard hash.value.find(command[2]) == nil else { return }
    hash.value.set(command[2], to: command[3], expiry: nil)
  }

  @Sendable
  static func delete(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    try delete(2..<command.count, &data, command)
  }

  private static func delete(
    _ fields: Range<Int>, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard let hash = try data.hash(command[1]) else { return }
    for index in fields { hash.value.remove(command[index]) }
    if hash.value.count == 0 { try data.remove(command[1]) }
  }

  @Sendable
  static func add(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let amount = try command.integer(3)
    var number: Int64 = 0
    var expiry: Int64?
    if let hash = try data.hash(command[1])?.value, let place = hash.find(command[2]) {
      guard let value = canonicalInteger(hash.value(at: place)) else {
        throw .refused(.notInteger)
      }
      number = value
      expiry = hash.expiry(at: place)
    }
    let (sum, overflow) = number.addingReportingOverflow(amount)
    guard !overflow else { throw .refused(.overflow) }
    var text = ScratchBuffer()
    text.setDecimal(sum)
    let hash = try data.makeHash(command[1])
    hash.value.set(command[2], to: text.bytes, expiry: expiry)
  }

  // MARK: Expiries of fields

  /// `HEXPIRE` and `HPEXPIRE`: so much after now.
  @Sendable
  static func expireAfter(
    _ unit: TimeUnit, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try expire(at: try unit.moment(try command.integer(2), from: data.now), &data, command)
  }

  /// `HEXPIREAT` and `HPEXPIREAT`: at a moment.
  @Sendable
  static func expireAt(
    _ unit: TimeUnit, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try expire(at: try unit.moment(try command.integer(2), from: 0), &data, command)
  }

  /// `HPEXPIREAT key time [NX|XX|GT|LT] FIELDS number field …`. A time that has passed is set like any
  /// other while a log is loaded.
  private static func expire(
    at time: Int64, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    var condition = ExpiryCondition()
    var index = 3
    while condition.take(command, at: index) { index += 1 }
    let fields = try fields(command, at: index)
    guard let hash = try data.hash(command[1]) else { return }
    for index in fields {
      guard let place = hash.value.find(command[index]) else { continue }
      if condition.allows(time, insteadOf: hash.value.expiry(at: place)) {
        hash.value.setExpiry(time, of: command[index])
      }
    }
  }

  @Sendable
  static func persist(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let fields = try fields(command, at: 2)
    guard let hash = try data.hash(command[1]) else { return }
    for index in fields { hash.value.setExpiry(nil, of: command[index]) }
  }

  /// Where the fields are of which `FIELDS number` at `index` says how many; each takes `width` arguments.
  private static func fields(
    _ command: LoggedCommand, at index: Int, width: Int = 1
  ) throws(CommandFailure) -> Range<Int> {
    guard command.has("fields", at: index) else { throw .syntax }
    let number = try command.size(index + 1)
    guard number > 0, number <= (command.count - index - 2) / width,
      index + 2 + number * width == command.count
    else { throw .syntax }
    return (index + 2)..<command.count
  }

  /// `HSETEX key [FNX|FXX] [expiry] FIELDS number field value …` (Redis 8.0).
  @Sendable
  static func setWithExpiry(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    var change = ExpiryOption.Change.clear
    var onlyIf: Bool?
    var index = 2
    while index < command.count, !command.has("fields", at: index) {
      if let option = try ExpiryOption.parse(command, at: index, now: data.now) {
        change = option.change
        index += option.size
        continue
      }
      if command.has("fnx", at: index) {
        onlyIf = false
      } else if command.has("fxx", at: index) {
        onlyIf = true
      } else {
        throw .syntax
      }
      index += 1
    }
    let fields = try fields(command, at: index, width: 2)
    if let onlyIf {
      let hash = try data.hash(command[1])?.value
      for index in stride(from: fields.lowerBound, to: fields.upperBound, by: 2) {
        if (hash?.find(command[index]) != nil) != onlyIf { return }
      }
    }
    let hash = try data.makeHash(command[1])
    for index in stride(from: fields.lowerBound, to: fields.upperBound, by: 2) {
      let field = command[index]
      let expiry: Int64?
      switch change {
      case .clear: expiry = nil
      case .at(let time): expiry = time
      case .keep:
        expiry = hash.value.find(field).flatMap { place in hash.value.expiry(at: place) }
      }
      hash.value.set(field, to: command[index + 1], expiry: expiry)
    }
  }

  /// `HGETEX key [expiry|PERSIST] FIELDS number field …` (Redis 8.0).
  @Sendable
  static func getWithExpiry(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let option = try ExpiryOption.parse(command, at: 2, now: data.now)
    let fields = try fields(command, at: 2 + (option?.size ?? 0))
    guard let option, let hash = try data.hash(command[1]) else { return }
    for index in fields {
      switch option.change {
      case .clear: hash.value.setExpiry(nil, of: command[index])
      case .at(let time): hash.value.setExpiry(time, of: command[index])
      case .keep: throw .syntax
      }
    }
  }

  /// `HGETDEL key FIELDS number field …` (Redis 8.0).
  @Sendable
  static func getAndDelete(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try delete(try fields(command, at: 2), &data, command)
  }
}
