internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on sets.
  static let setCommands = [
    Command("sadd", -3, SetCommands.add),
    Command("srem", -3, SetCommands.remove),
    Command("smove", 4, SetCommands.move),
    Command("spop", -2, SetCommands.pop),
    Command("sinterstore", -3, SetCommands.storeIntersection),
    Command("sunionstore", -3, SetCommands.storeUnion),
    Command("sdiffstore", -3, SetCommands.storeDifference),
  ]
}

private enum SetCommands {
  @Sendable
  static func add(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let set = try data.makeSet(command[1])
    for index in 2..<command.count { add(command[index], to: set) }
  }

  private static func add(_ member: Span<UInt8>, to set: Box<PackedMap>) {
    if set.value.find(member) == nil { set.value.insert(member, payload: Span<UInt8>()) }
  }

  @Sendable
  static func remove(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let set = try data.set(command[1]) else { return }
    for index in 2..<command.count { set.value.remove(command[index]) }
    if set.value.isEmpty { try data.remove(command[1]) }
  }

  @Sendable
  static func move(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let source = try data.set(command[1]) else { return }
    let target = try data.set(command[2])
    guard source !== target, source.value.remove(command[3]) else { return }
    if source.value.isEmpty { try data.remove(command[1]) }
    add(command[3], to: try data.makeSet(command[2]))
  }

  /// Which members go is left to chance, unless all do.
  @Sendable
  static func pop(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let count = command.count > 2 ? try command.size(2) : 1
    guard let set = try data.set(command[1]), count > 0 else { return }
    guard count >= set.value.count else {
      throw .unsupported("SPOP of some members of a set, which leaves the choice to chance")
    }
    try data.remove(command[1])
  }

  @Sendable
  static func storeIntersection(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let sources = try sources(&data, command)
    let result = members(of: sources[0]) { member in
      sources.dropFirst().allSatisfy { $0?.value.find(member) != nil }
    }
    try store(result, &data, command)
  }

  @Sendable
  static func storeUnion(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var result = PackedMap()
    for source in try sources(&data, command) {
      guard let source else { continue }
      visit(source.value) { member in
        if result.find(member) == nil { result.insert(member, payload: Span<UInt8>()) }
      }
    }
    try store(result, &data, command)
  }

  @Sendable
  static func storeDifference(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let sources = try sources(&data, command)
    let result = members(of: sources[0]) { member in
      sources.dropFirst().allSatisfy { $0?.value.find(member) == nil }
    }
    try store(result, &data, command)
  }

  /// A set of the members of another, of those that pass; of none, if there is no such set.
  private static func members(
    of set: Box<PackedMap>?, where passes: (Span<UInt8>) -> Bool
  ) -> PackedMap {
    var result = PackedMap()
    guard let set else { return result }
    visit(set.value) { member in
      if passes(member) { result.insert(member, payload: Span<UInt8>()) }
    }
    return result
  }

  private static func sources(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) -> [Box<PackedMap>?] {
    var sources: [Box<PackedMap>?] = []
    for index in 2..<command.count { sources.append(try data.set(command[index])) }
    return sources
  }

  private static func visit(_ set: PackedMap, _ visitor: (Span<UInt8>) -> Void) {
    var place = set.first
    while let current = place {
      visitor(set.key(at: current))
      place = set.place(after: current)
    }
  }

  private static func store(
    _ result: PackedMap, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    if result.isEmpty {
      try data.remove(command[1])
    } else {
      try data.set(command[1], to: .set(Box(result)))
    }
  }
}
