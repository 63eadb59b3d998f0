internal import AOF
internal import BinaryInput

/// Whether a log that should be whole is the continuation of something that is not there: an increment under the name of
/// a single file.
///
/// Nothing in an increment says that it is one. But servers log only what had an effect, so a command that takes
/// something away from a key, which no command before it has made, had a key that stood in a base.
struct IncrementEvidence {
  /// How many such commands there are, as far as they were looked for.
  private(set) var commands = 0
  /// Where the first of them is.
  private(set) var first: Int?
  /// The key of the first of them.
  private(set) var key: [UInt8] = []

  private var database = 0
  private var made: Set<Int> = []
  /// A script can make any key.
  private var isBlind = false

  /// Beyond so many commands or keys nothing is looked for: a missing base shows at the beginning.
  private static let mostCommands = 2_000_000
  private static let mostKeys = 1_000_000
  private static let enough = 1000

  /// Looks at the commands of a file.
  init(_ file: InputFile) {
    var reader = CommandReader(file)
    var count = 0
    do throws(FormatError) {
      while !isBlind, commands < Self.enough, count < Self.mostCommands,
        made.count < Self.mostKeys, let record = try reader.next()
      {
        guard record == .command else { continue }
        count += 1
        look(at: reader.command())
      }
    } catch {
      // What is wrong with it is said elsewhere.
    }
  }

  private mutating func look(at command: borrowing LoggedCommand) {
    if command.isNamed("SELECT"), command.count == 2 {
      database = Int(Self.text(command[1])) ?? database
      return
    }
    let name = Self.text(command[0]).uppercased()
    if Self.scripts.contains(name) {
      isBlind = true
    } else if Self.removals.contains(name), command.count > 1 {
      // DEL takes several keys, of which some may be missing.
      let isAnyMade = (1..<command.count).contains { made.contains(place(command[$0])) }
      if name == "DEL" || name == "UNLINK" ? !isAnyMade : !made.contains(place(command[1])) {
        if first == nil {
          first = command.offset
          key = [UInt8](copying: command[1])
        }
        commands += 1
      }
    }
    var written: [Int] = []
    WrittenKeys.each(of: command) { written.append(place($0)) }
    made.formUnion(written)
    // What is moved or copied elsewhere may be anywhere.
    if name == "MOVE" || name == "COPY" || name == "SWAPDB" { isBlind = true }
  }

  private func place(_ key: Span<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(database)
    for index in key.indices { hasher.combine(key[index]) }
    return hasher.finalize()
  }

  private static func text(_ bytes: Span<UInt8>) -> String {
    guard bytes.count <= 32 else { return "" }
    return String(decoding: [UInt8](copying: bytes), as: UTF8.self)
  }

  private static let scripts: Set<String> = ["EVAL", "EVALSHA", "FCALL"]
  /// Commands that have no effect on a key that is not there, so that servers do not log them then.
  private static let removals: Set<String> = [
    "DEL", "UNLINK", "EXPIRE", "EXPIREAT", "PEXPIRE", "PEXPIREAT", "PERSIST", "RENAME", "RENAMENX",
    "HDEL", "SREM", "SPOP", "ZREM", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZREMRANGEBYLEX", "LPOP",
    "RPOP", "LTRIM", "LREM", "LSET", "LINSERT", "LPUSHX", "RPUSHX", "ZPOPMIN", "ZPOPMAX", "XDEL",
    "XTRIM", "GETDEL",
  ]
}
