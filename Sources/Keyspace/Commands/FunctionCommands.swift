internal import AOF
internal import BinaryInput
internal import RDB

extension Command {
  /// Commands on function libraries, and those that leave no data behind.
  static let functionCommands = [
    Command("function load", -3, FunctionCommands.load),
    Command("function delete", 3, FunctionCommands.delete),
    Command("function flush", -2) { (data, _) throws(CommandFailure) in
      data.functions.removeAll()
    },
    Command("function restore", -3, FunctionCommands.restore),
    // Which commands count has been found out before: a transaction is what stands between.
    Command("multi", 1) { (_, _) throws(CommandFailure) in },
    Command("exec", 1) { (_, _) throws(CommandFailure) in },
    Command("script load", 3) { (_, _) throws(CommandFailure) in },
    Command("script flush", -2) { (_, _) throws(CommandFailure) in },
    Command("ping", -1) { (_, _) throws(CommandFailure) in },
    Command("publish", 3) { (_, _) throws(CommandFailure) in },
    Command("spublish", 3) { (_, _) throws(CommandFailure) in },
  ]
}

private enum FunctionCommands {
  /// `FUNCTION LOAD [REPLACE] code`.
  @Sendable
  static func load(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let replaces = command.count == 4 && command.has("replace", at: 2)
    guard command.count == 3 || replaces else { throw .syntax }
    try add([UInt8](copying: command[command.count - 1]), replaces: replaces, &data)
  }

  private static func add(
    _ source: [UInt8], replaces: Bool, _ data: inout LiveData
  ) throws(CommandFailure) {
    guard data.functions.add(source, replaces: replaces) else { throw .refused(.library) }
  }

  @Sendable
  static func delete(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let name = [UInt8](copying: command[2])
    guard data.functions.remove(String(decoding: name, as: UTF8.self)) else {
      throw .refused(.library)
    }
  }

  /// `FUNCTION RESTORE payload [FLUSH|APPEND|REPLACE]`: libraries, each behind its opcode, and a footer.
  @Sendable
  static func restore(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let replaces = command.has("replace", at: 3)
    let flushes = command.has("flush", at: 3)
    guard command.count == 3 || replaces || flushes || command.has("append", at: 3) else {
      throw .syntax
    }
    let payload = command[2]
    guard payload.count >= 10 else { throw .refused(.badPayload) }
    var libraries: [[UInt8]] = []
    do throws(FormatError) {
      var reader = ByteReader(payload.extracting(0..<(payload.count - 10)))
      var scratch = ScratchBuffer()
      while !reader.isAtEnd {
        guard try reader.byte() == 245 else { throw .unsupported("another record", at: 0) }
        let source = try EncodedString(parsing: &reader)
        libraries.append([UInt8](copying: try source.bytes(in: &scratch)))
      }
    } catch {
      throw .refused(.badPayload)
    }
    if flushes { data.functions.removeAll() }
    for library in libraries { try add(library, replaces: replaces, &data) }
  }
}
