internal import BinaryInput
internal import RDB

/// The state that a log leaves behind: keys in memory over those of the base that nothing has touched.
///
/// Nothing changes it any more, which is why several threads may read it.
final class ReplayedLog: @unchecked Sendable {
  /// The file of the base and its version; nil if the log begins with commands.
  let base: (file: InputFile, version: RDBVersion)?
  /// The databases by number.
  let databases: [UInt64: LiveDatabase]
  /// Where strings are that have been left in the log.
  let strings: LoggedStrings
  /// Which database has taken over the keys of which one of the base.
  private let numberOfBase: [UInt64: UInt64]

  init(
    _ databases: [UInt64: LiveDatabase], _ strings: LoggedStrings,
    base: (file: InputFile, version: RDBVersion)?
  ) {
    self.databases = databases
    self.strings = strings
    self.base = base
    var numbers: [UInt64: UInt64] = [:]
    for (number, database) in databases where database.base.count > 0 {
      numbers[database.baseNumber] = number
    }
    numberOfBase = numbers
  }

  /// The database that now has a key of the base; nil if commands have touched it.
  func database(ofBase number: UInt64, _ hash: UInt64, at offset: Int) -> UInt64? {
    guard let current = numberOfBase[number],
      databases[current]?.base.contains(hash, at: offset) == true
    else { return nil }
    return current
  }

  /// The key in memory at a place of a database's table of names.
  func entry(at place: Int, in database: UInt64) -> LiveEntry? {
    databases[database]?.entry(at: place)
  }
}
