internal import AOF

/// What a write command does to the data: one row of its family's table.
struct Command: Sendable {
  /// Changes the data as a server does that finds the command in a log.
  typealias Effect =
    @Sendable (inout LiveData, LoggedCommand) throws(CommandFailure) -> Void

  /// The name in small letters; a subcommand stands behind a space.
  let name: String
  /// How many arguments it has, the name included; below 0, at least so many.
  let arity: Int
  let effect: Effect

  init(_ name: String, _ arity: Int, _ effect: @escaping Effect) {
    self.name = name
    self.arity = arity
    self.effect = effect
  }

  /// A row that differs from another in one detail, such as the end of a list or the unit of a time.
  init<Detail: Sendable>(
    _ name: String, _ arity: Int,
    _ effect:
      @escaping @Sendable (Detail, inout LiveData, LoggedCommand) throws(CommandFailure) -> Void,
    _ detail: Detail
  ) {
    self.init(name, arity) { (data, command) throws(CommandFailure) in
      try effect(detail, &data, command)
    }
  }

  /// Whether a command with so many arguments can be this one.
  func takes(_ count: Int) -> Bool { arity < 0 ? count >= -arity : count == arity }

  /// Every command that a log can have. A new one is one row in its family's file.
  static let all: [Command] =
    stringCommands + bitCommands + keyCommands + listCommands + setCommands + sortedSetCommands
    + hashCommands + streamCommands + hyperLogLogCommands + geoCommands + functionCommands
}

/// Finds the row of a command.
struct CommandTable: Sendable {
  /// The rows, in the order of `Command.all`.
  let rows = Command.all
  /// By name.
  private let index: [Name: Int]
  /// Commands whose second argument belongs to the name.
  private let families: Set<Name>

  /// A name of at most 24 bytes in small letters.
  private struct Name: Hashable {
    private var low: UInt64 = 0
    private var middle: UInt64 = 0
    private var high: UInt64 = 0

    init?(_ bytes: Span<UInt8>) {
      guard bytes.count <= 24 else { return nil }
      for index in 0..<bytes.count {
        let byte = bytes[index]
        let isCapital = byte &- UInt8(ascii: "A") < 26
        let small = UInt64(isCapital ? byte | 0x20 : byte)
        let letter = small << UInt64(8 * (index & 7))
        switch index >> 3 {
        case 0: low |= letter
        case 1: middle |= letter
        default: high |= letter
        }
      }
    }

    /// The first word of a row's name, or what is behind it.
    init(_ text: Substring) {
      let bytes = Array(text.utf8)
      self = Name(bytes.span) ?? Name(Span<UInt8>()) ?? Name()
    }

    init() {}

    func hash(into hasher: inout Hasher) {
      hasher.combine(low ^ middle ^ high)
    }
  }

  /// The rows of subcommands, by family and subcommand.
  private let subcommands: [[Name]: Int]

  init() {
    var index: [Name: Int] = [:]
    var families: Set<Name> = []
    var subcommands: [[Name]: Int] = [:]
    for (number, row) in rows.enumerated() {
      let words = row.name.split(separator: " ")
      if words.count == 2 {
        families.insert(Name(words[0]))
        subcommands[[Name(words[0]), Name(words[1])]] = number
      } else {
        index[Name(words[0])] = number
      }
    }
    self.index = index
    self.families = families
    self.subcommands = subcommands
  }

  /// The number of the row of a command; nil for one that the table does not have.
  func row(of command: LoggedCommand) -> Int? {
    guard let name = Name(command[0]) else { return nil }
    if let row = index[name] { return row }
    guard families.contains(name), command.count > 1, let second = Name(command[1]) else {
      return nil
    }
    return subcommands[[name, second]]
  }
}
