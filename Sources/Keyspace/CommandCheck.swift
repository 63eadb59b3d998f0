internal import AOF
internal import BinaryInput
internal import RDB

extension FormatRule {
  /// A command selects a database that a server does not have.
  static let databaseOutOfRange = FormatRule("database-out-of-range")
}

/// Looks for commands that a server would not run: unknown ones, and such with too few or too many arguments.
struct CommandCheck {
  /// What is wrong with commands of one name.
  struct Finding {
    enum Kind { case unknown, arity, database }

    let kind: Kind
    let name: [UInt8]
    /// Where the first of them is.
    let path: String
    let offset: Int
    var count: Int
  }

  /// What was found, each name once.
  private(set) var findings: [Finding] = []
  /// Whether each row of the table was met.
  private var isUsed = [Bool](repeating: false, count: LogReplay.table.rows.count)

  /// A log could name any number of unknown commands.
  private static let listed = 50

  /// Looks at the commands of a part that count.
  ///
  /// - Throws: `FormatError` if they can't be read again.
  mutating func read(
    _ file: InputFile, _ range: Range<Int>, _ databases: UInt64
  ) throws(FormatError) {
    var reader = CommandReader(file, at: range.lowerBound)
    while reader.offset < range.upperBound, let record = try reader.next() {
      if record == .command { look(at: reader.command(), file.path, databases) }
    }
  }

  private mutating func look(
    at command: borrowing LoggedCommand, _ path: String, _ databases: UInt64
  ) {
    if let row = LogReplay.table.row(of: command) {
      isUsed[row] = true
      if !LogReplay.table.rows[row].takes(command.count) { note(.arity, command, path) }
      if command.isNamed("SELECT"), command.count == 2, !isDatabase(command[1], databases) {
        note(.database, command, path)
      }
    } else if !Self.isAboutTransactions(command) {
      note(.unknown, command, path)
    }
  }

  private func isDatabase(_ argument: Span<UInt8>, _ databases: UInt64) -> Bool {
    guard let number = UInt64(String(decoding: [UInt8](copying: argument), as: UTF8.self)) else {
      return false
    }
    return number < databases
  }

  private static func isAboutTransactions(_ command: borrowing LoggedCommand) -> Bool {
    command.isNamed("MULTI") || command.isNamed("EXEC")
  }

  private mutating func note(
    _ kind: Finding.Kind, _ command: borrowing LoggedCommand, _ path: String
  ) {
    let name = [UInt8](copying: command[0])
    if let index = findings.firstIndex(where: { $0.kind == kind && $0.name == name }) {
      findings[index].count += 1
    } else if findings.count < Self.listed {
      findings.append(
        Finding(kind: kind, name: name, path: path, offset: command.offset, count: 1))
    }
  }

  /// Why a release would refuse the commands; nil if it takes them.
  func refusal(by release: ServerRelease) -> String? {
    if let unknown = findings.first(where: { $0.kind == .unknown }) {
      return "the command \(EscapedBytes(unknown.name, limit: 40)) is not known"
    }
    for (number, row) in LogReplay.table.rows.enumerated() where isUsed[number] {
      if let since = CommandIntroduction.since[row.name], !since.isPart(of: release) {
        return "\(release.name) does not know \(row.name.uppercased())"
      }
    }
    return nil
  }
}
