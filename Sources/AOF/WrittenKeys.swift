internal import BinaryInput

/// Which arguments of a command name the keys that it writes.
public struct WrittenKeys: Sendable {
  /// The place of the first.
  let first: Int
  /// How many places it is to the next; 0 if there is one only.
  let step: Int
  /// Where the last may be: below 0, counted from the end.
  let last: Int

  private static let one = WrittenKeys(first: 1, step: 0, last: 1)

  /// Every command of which this is not its first argument, and that one alone.
  private static let others: [String: WrittenKeys] = {
    var table: [String: WrittenKeys] = [:]
    func add(_ names: String, _ first: Int, _ last: Int, _ step: Int) {
      for name in names.split(separator: " ") {
        table[String(name)] = WrittenKeys(first: first, step: step, last: last)
      }
    }
    add("multi exec discard select ping flushall flushdb swapdb function script publish", 0, 0, 0)
    add("spublish eval evalsha fcall migrate", 0, 0, 0)
    add("del unlink", 1, -1, 1)
    add("mset msetnx", 1, -1, 2)
    add("rename renamenx smove lmove blmove rpoplpush brpoplpush", 1, 2, 1)
    add("copy bitop xgroup", 2, 2, 0)
    return table
  }()

  /// Calls `visit` with each key that `command` writes, in the database at hand or, of COPY, in another.
  public static func each(
    of command: borrowing LoggedCommand, _ visit: (Span<UInt8>) -> Void
  ) {
    if let target = target(of: command) { return visit(command[target]) }
    let keys = place(command[0])
    guard keys.first > 0 else { return }
    let last = keys.last < 0 ? command.count + keys.last : min(keys.last, command.count - 1)
    var index = keys.first
    while index <= last {
      visit(command[index])
      if keys.step == 0 { return }
      index += keys.step
    }
  }

  /// Where the target of a command stands that has it behind a word.
  private static func target(of command: borrowing LoggedCommand) -> Int? {
    guard
      command.isNamed("SORT") || command.isNamed("GEORADIUS")
        || command.isNamed("GEORADIUSBYMEMBER")
    else { return nil }
    var index = command.count - 1
    while index > 2 {
      let word = String(decoding: [UInt8](copying: command[index - 1]), as: UTF8.self).lowercased()
      if word == "store" || word == "storedist" { return index }
      index -= 1
    }
    return nil
  }

  private static func place(_ name: Span<UInt8>) -> WrittenKeys {
    guard name.count <= 12 else { return one }
    return others[String(decoding: [UInt8](copying: name), as: UTF8.self).lowercased()] ?? one
  }
}
