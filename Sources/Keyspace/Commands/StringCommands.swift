internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on strings.
  static let stringCommands = [
    Command("set", -3, StringCommands.set),
    Command("setnx", 3, StringCommands.setIfAbsent),
    Command("setex", 4, StringCommands.setWithSeconds),
    Command("psetex", 4, StringCommands.setWithMilliseconds),
    Command("getset", 3, StringCommands.replace),
    Command("getdel", 2, StringCommands.getAndDelete),
    Command("getex", -2, StringCommands.getAndExpire),
    Command("mset", -3, StringCommands.setMany),
    Command("msetnx", -3, StringCommands.setManyIfAbsent),
    Command("msetex", -4, StringCommands.setManyWithExpiry),
    Command("append", 3, StringCommands.append),
    Command("setrange", 4, StringCommands.overwrite),
    Command("incr", 2, StringCommands.add, 1),
    Command("decr", 2, StringCommands.add, -1),
    Command("incrby", 3) { (data, command) throws(CommandFailure) in
      try StringCommands.add(try command.integer(2), &data, command)
    },
    Command("decrby", 3) { (data, command) throws(CommandFailure) in
      let amount = try command.integer(2)
      guard amount != .min else { throw .refused(.overflow) }
      try StringCommands.add(-amount, &data, command)
    },
  ]
}

/// When a value that a command sets expires.
struct ExpiryOption {
  /// What a command says about the expiry.
  enum Change {
    case clear
    case keep
    case at(Int64)
  }

  /// What the option at `index` says, and how many arguments it has; nil if it is another option.
  static func parse(
    _ command: LoggedCommand, at index: Int, now: Int64
  ) throws(CommandFailure) -> (change: Change, size: Int)? {
    if command.has("keepttl", at: index) { return (.keep, 1) }
    if command.has("persist", at: index) { return (.clear, 1) }
    if command.has("pxat", at: index) { return (.at(try command.integer(index + 1)), 2) }
    if command.has("exat", at: index) {
      return (.at(try milliseconds(try command.integer(index + 1), from: 0)), 2)
    }
    if command.has("px", at: index) {
      return (.at(try sum(try command.integer(index + 1), now)), 2)
    }
    if command.has("ex", at: index) {
      return (.at(try milliseconds(try command.integer(index + 1), from: now)), 2)
    }
    return nil
  }

  /// A moment so many seconds after another.
  static func milliseconds(_ seconds: Int64, from start: Int64) throws(CommandFailure) -> Int64 {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflow else { throw .refused(.outOfRange) }
    return try sum(milliseconds, start)
  }

  /// A moment so many milliseconds after another.
  static func sum(_ milliseconds: Int64, _ start: Int64) throws(CommandFailure) -> Int64 {
    let (sum, overflow) = milliseconds.addingReportingOverflow(start)
    guard !overflow else { throw .refused(.outOfRange) }
    return sum
  }
}

private enum StringCommands {
  /// proto-max-bulk-len: no string is longer.
  static let longest = 512 << 20

  @Sendable
  static func set(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var change = ExpiryOption.Change.clear
    var index = 3
    var onlyIf: Bool?
    while index < command.count {
      if let option = try ExpiryOption.parse(command, at: index, now: data.now) {
        change = option.change
        index += option.size
        continue
      }
      if command.has("nx", at: index) {
        onlyIf = false
      } else if command.has("xx", at: index) {
        onlyIf = true
      } else if command.has("get", at: index) {
        // What can't be answered is not set either.
        try data.needsString(command[1])
      } else {
        throw .syntax
      }
      index += 1
    }
    if let onlyIf, try data.contains(command[1]) != onlyIf { return }
    try set(command[1], to: data.string(command, 2), change, &data)
  }

  private static func set(
    _ name: Span<UInt8>, to value: LiveValue, _ change: ExpiryOption.Change, _ data: inout LiveData
  ) throws(CommandFailure) {
    switch change {
    case .clear: try data.set(name, to: value)
    case .at(let time): try data.set(name, to: value, expiry: time)
    case .keep:
      let expiry = try data.find(name).flatMap { data.selected[$0].expiry }
      try data.set(name, to: value, expiry: expiry)
    }
  }

  @Sendable
  static func setIfAbsent(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard try !data.contains(command[1]) else { return }
    try data.set(command[1], to: data.string(command, 2))
  }

  @Sendable
  static func setWithSeconds(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let expiry = try ExpiryOption.milliseconds(try command.integer(2), from: data.now)
    try data.set(command[1], to: data.string(command, 3), expiry: expiry)
  }

  @Sendable
  static func setWithMilliseconds(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let expiry = try ExpiryOption.sum(try command.integer(2), data.now)
    try data.set(command[1], to: data.string(command, 3), expiry: expiry)
  }

  @Sendable
  static func replace(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    try data.needsString(command[1])
    try data.set(command[1], to: data.string(command, 2))
  }

  @Sendable
  static func getAndDelete(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try data.needsString(command[1])
    try data.remove(command[1])
  }

  @Sendable
  static func getAndExpire(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard let number = try data.find(command[1]) else { return }
    try data.needsString(command[1])
    guard command.count > 2 else { return }
    guard let option = try ExpiryOption.parse(command, at: 2, now: data.now) else { throw .syntax }
    switch option.change {
    case .clear: data.selected[number].expiry = nil
    case .at(let time): data.selected[number].expiry = time
    case .keep: throw .syntax
    }
  }

  @Sendable
  static func setMany(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard command.count % 2 == 1 else { throw .refused(.wrongArguments) }
    for index in stride(from: 1, to: command.count, by: 2) {
      try data.set(command[index], to: data.string(command, index + 1))
    }
  }

  @Sendable
  static func setManyIfAbsent(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    for index in stride(from: 1, to: command.count, by: 2) {
      if try data.contains(command[index]) { return }
    }
    try setMany(&data, command)
  }

  /// `MSETEX number key value … [NX|XX] [expiry]` (Redis 8.4).
  @Sendable
  static func setManyWithExpiry(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let number = try command.size(1)
    guard number > 0, number <= (command.count - 2) / 2 else { throw .syntax }
    let end = 2 + 2 * number
    var change = ExpiryOption.Change.clear
    var index = end
    var onlyIf: Bool?
    while index < command.count {
      if let option = try ExpiryOption.parse(command, at: index, now: data.now) {
        change = option.change
        index += option.size
        continue
      }
      if command.has("nx", at: index) {
        onlyIf = false
      } else if command.has("xx", at: index) {
        onlyIf = true
      } else {
        throw .syntax
      }
      index += 1
    }
    if let onlyIf {
      for index in stride(from: 2, to: end, by: 2) {
        if try data.contains(command[index]) != onlyIf { return }
      }
    }
    for index in stride(from: 2, to: end, by: 2) {
      try set(command[index], to: data.string(command, index + 1), change, &data)
    }
  }

  @Sendable
  static func append(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let name = command[1]
    guard var taken = try data.takeString(name) else {
      return try data.set(name, to: data.string(command, 2))
    }
    if taken.bytes.count + command[2].count <= longest { taken.bytes.append(copying: command[2]) }
    data.putString(taken.bytes, name, entry: taken.entry)
  }

  @Sendable
  static func overwrite(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let (name, piece) = (command[1], command[3])
    let offset = try command.size(2)
    guard !piece.isEmpty else { return }
    guard offset <= longest - piece.count else { throw .refused(.outOfRange) }
    var taken = try data.takeString(name)
    var bytes = taken?.bytes ?? []
    taken?.bytes = []
    if bytes.count < offset + piece.count {
      bytes += repeatElement(0, count: offset + piece.count - bytes.count)
    }
    bytes.overwrite(at: offset, copying: piece)
    data.putString(bytes, name, entry: taken?.entry)
  }

  @Sendable
  static func add(
    _ amount: Int64, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard let number = try data.find(command[1]) else {
      return try data.set(command[1], to: .integer(amount))
    }
    let old: Int64
    switch data.selected[number].value {
    case .integer(let value): old = value
    case .string(let bytes):
      guard let value = canonicalInteger(bytes.span) else { throw .refused(.notInteger) }
      old = value
    // It is longer than any number.
    case .logged: throw .refused(.notInteger)
    case .list, .set, .sortedSet, .hash, .stream, .opaque: throw .wrongType
    }
    let (sum, overflow) = old.addingReportingOverflow(amount)
    guard !overflow else { throw .refused(.overflow) }
    data.selected[number].value = .integer(sum)
  }
}
