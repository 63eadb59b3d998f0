internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on lists. Those that wait are in logs as what they did; here they do it if they can.
  static let listCommands = [
    Command("lpush", -3, ListCommands.push, .left),
    Command("rpush", -3, ListCommands.push, .right),
    Command("lpushx", -3, ListCommands.pushIfExisting, .left),
    Command("rpushx", -3, ListCommands.pushIfExisting, .right),
    Command("lpop", -2, ListCommands.pop, .left),
    Command("rpop", -2, ListCommands.pop, .right),
    Command("blpop", -3, ListCommands.popFirst, .left),
    Command("brpop", -3, ListCommands.popFirst, .right),
    Command("lmpop", -4, ListCommands.popMany, 1),
    Command("blmpop", -5, ListCommands.popMany, 2),
    Command("linsert", 5, ListCommands.insert),
    Command("lset", 4, ListCommands.set),
    Command("lrem", 4, ListCommands.remove),
    Command("ltrim", 4, ListCommands.trim),
    Command("lmove", 5, ListCommands.move),
    Command("blmove", 6, ListCommands.move),
    Command("rpoplpush", 3, ListCommands.moveLastToFront),
    Command("brpoplpush", 4, ListCommands.moveLastToFront),
  ]
}

private enum ListCommands {
  /// An end of a list.
  enum End {
    case left, right

    init?(_ command: LoggedCommand, at index: Int) {
      if command.has("left", at: index) {
        self = .left
      } else if command.has("right", at: index) {
        self = .right
      } else {
        return nil
      }
    }
  }

  @Sendable
  static func push(
    _ end: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let list = try data.makeList(command[1])
    for index in 2..<command.count { push(command[index], end, list) }
  }

  @Sendable
  static func pushIfExisting(
    _ end: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    if try data.list(command[1]) != nil { try push(end, &data, command) }
  }

  private static func push(_ element: Span<UInt8>, _ end: End, _ list: Box<PackedDeque>) {
    switch end {
    case .left: list.value.prepend(element)
    case .right: list.value.append(element)
    }
  }

  @Sendable
  static func pop(
    _ end: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let count = command.count > 2 ? try command.size(2) : 1
    try pop(count, end, command[1], &data)
  }

  /// Removes elements from an end of a list; returns whether there is such a list.
  @discardableResult
  private static func pop(
    _ count: Int, _ end: End, _ name: Span<UInt8>, _ data: inout LiveData
  ) throws(CommandFailure) -> Bool {
    guard let list = try data.list(name) else { return false }
    switch end {
    case .left: list.value.removeFirst(count)
    case .right: list.value.removeLast(count)
    }
    if list.value.isEmpty { try data.remove(name) }
    return true
  }

  @Sendable
  static func popFirst(
    _ end: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    for index in 1..<(command.count - 1) {
      if try pop(1, end, command[index], &data) { return }
    }
  }

  /// `LMPOP number key … LEFT|RIGHT [COUNT n]`; `BLMPOP` has its patience in front.
  @Sendable
  static func popMany(
    from start: Int, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let number = try command.size(start)
    guard number > 0, number < command.count - start - 1,
      let end = End(command, at: start + 1 + number)
    else { throw .syntax }
    let option = start + 2 + number
    var count = 1
    if option < command.count {
      guard command.has("count", at: option) else { throw .syntax }
      count = try command.size(option + 1)
    }
    for index in (start + 1)...(start + number) {
      if try pop(count, end, command[index], &data) { return }
    }
  }

  @Sendable
  static func insert(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let isBefore = command.has("before", at: 2)
    guard isBefore || command.has("after", at: 2) else { throw .syntax }
    guard let list = try data.list(command[1]) else { return }
    guard let pivot = find(command[3], in: list.value) else { return }
    if isBefore {
      list.value.insert(command[4], before: pivot)
    } else if let next = list.value.position(after: pivot) {
      list.value.insert(command[4], before: next)
    } else {
      list.value.append(command[4])
    }
  }

  private static func find(
    _ element: Span<UInt8>, in list: PackedDeque
  ) -> PackedDeque.Position? {
    var position = list.first
    while let current = position {
      if list.element(at: current).span.hasSameBytes(as: element) { return current }
      position = list.position(after: current)
    }
    return nil
  }

  @Sendable
  static func set(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let list = try data.list(command[1]) else { throw .refused(.noSuchKey) }
    let number = try command.integer(2)
    let index = number < 0 ? Int64(list.value.count) + number : number
    guard index >= 0, index < list.value.count else { throw .refused(.outOfRange) }
    let position = list.value.position(of: Int(index))
    list.value.replace(at: position, with: command[3])
  }

  @Sendable
  static func remove(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let number = try command.integer(2)
    guard let list = try data.list(command[1]) else { return }
    var rest = number == 0 ? UInt64.max : number.magnitude
    var position = number < 0 ? list.value.last : list.value.first
    while let current = position, rest > 0 {
      let isSame = list.value.element(at: current).span.hasSameBytes(as: command[3])
      if number < 0 {
        // What is before stays where it is when this one goes.
        let previous = list.value.position(before: current)
        if isSame { _ = list.value.remove(at: current) }
        position = previous
      } else {
        position =
          isSame ? list.value.remove(at: current) : list.value.position(after: current)
      }
      if isSame { rest -= 1 }
    }
    if list.value.isEmpty { try data.remove(command[1]) }
  }

  @Sendable
  static func trim(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let (first, last) = (try command.integer(2), try command.integer(3))
    guard let list = try data.list(command[1]) else { return }
    let range = rankRange(first, last, count: list.value.count)
    list.value.removeLast(list.value.count - range.upperBound)
    list.value.removeFirst(range.lowerBound)
    if list.value.isEmpty { try data.remove(command[1]) }
  }

  @Sendable
  static func move(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let from = End(command, at: 3), let to = End(command, at: 4) else { throw .syntax }
    try move(from, to, &data, command)
  }

  @Sendable
  static func moveLastToFront(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    try move(.right, .left, &data, command)
  }

  private static func move(
    _ from: End, _ to: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard let source = try data.list(command[1]) else { return }
    _ = try data.list(command[2])
    guard let position = from == .left ? source.value.first : source.value.last else { return }
    let element = [UInt8](copying: source.value.element(at: position).span)
    let target = try data.makeList(command[2])
    switch from {
    case .left: source.value.removeFirst(1)
    case .right: source.value.removeLast(1)
    }
    push(element.span, to, target)
    if source.value.isEmpty { try data.remove(command[1]) }
  }
}

/// The elements from one number to another, both included, counted from the end if below 0, of `count`.
func rankRange(_ first: Int64, _ last: Int64, count: Int) -> Range<Int> {
  let start = max(first < 0 ? Int64(count) + first : first, 0)
  let end = min(last < 0 ? Int64(count) + last : last, Int64(count) - 1)
  return start > end ? 0..<0 : Int(start)..<Int(end + 1)
}
