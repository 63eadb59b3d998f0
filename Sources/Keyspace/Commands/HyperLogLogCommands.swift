internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on HyperLogLogs, which are strings.
  static let hyperLogLogCommands = [
    Command("pfadd", -2, HyperLogLogCommands.add),
    Command("pfmerge", -2, HyperLogLogCommands.merge),
    Command("pfcount", -2, HyperLogLogCommands.count),
  ]
}

private enum HyperLogLogCommands {
  @Sendable
  static func add(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard try data.contains(command[1]) else {
      var sketch = HyperLogLog()
      try add(to: &sketch, command)
      return try data.set(command[1], to: .string(sketch.bytes))
    }
    _ = try sketch(command[1], &data)
    guard let taken = try data.takeString(command[1]) else { return }
    var sketch = HyperLogLog(bytes: taken.bytes) ?? HyperLogLog()
    do throws(CommandFailure) {
      try add(to: &sketch, command)
      data.putString(sketch.bytes, command[1], entry: taken.entry)
    } catch {
      data.putString(sketch.bytes, command[1], entry: taken.entry)
      throw error
    }
  }

  private static func add(
    to sketch: inout HyperLogLog, _ command: LoggedCommand
  ) throws(CommandFailure) {
    for index in 2..<max(command.count, 2) {
      guard sketch.add(command[index]) else { throw .refused(.notHyperLogLog) }
    }
  }

  @Sendable
  static func merge(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var registers = [UInt8](repeating: 0, count: HyperLogLog.registers)
    var isDense = false
    for index in 1..<command.count {
      guard let source = try sketch(command[index], &data) else { continue }
      isDense = isDense || source.isDense
      guard source.merge(into: &registers) else { throw .refused(.notHyperLogLog) }
    }
    let taken = try data.takeString(command[1])
    var target = taken.flatMap { HyperLogLog(bytes: $0.bytes) } ?? HyperLogLog()
    let isSound = target.take(registers, isDense: isDense)
    data.putString(target.bytes, command[1], entry: taken?.entry)
    guard isSound else { throw .refused(.notHyperLogLog) }
  }

  /// With one key, the number that is worked out is remembered in the string.
  @Sendable
  static func count(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard command.count == 2, var sketch = try sketch(command[1], &data),
      let number = try data.find(command[1])
    else { return }
    guard sketch.cacheCount() else { throw .refused(.notHyperLogLog) }
    data.selected[number].value = .string(sketch.bytes)
  }

  private static func sketch(
    _ name: Span<UInt8>, _ data: inout LiveData
  ) throws(CommandFailure) -> HyperLogLog? {
    guard let bytes = try data.string(name) else { return nil }
    guard let sketch = HyperLogLog(bytes: bytes) else { throw .refused(.notHyperLogLog) }
    return sketch
  }
}
