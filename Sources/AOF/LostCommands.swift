public import BinaryInput

/// What is lost if a part of a log counts only up to an offset.
///
/// A length that is damaged looks like a torn tail to a server, which then throws away whole commands behind it.
/// So the bytes behind the damage are searched for commands too.
public struct LostCommands: Equatable, Sendable {
  /// How many bytes are behind the offset.
  public let bytes: Int
  /// How many whole commands are among them.
  public private(set) var commands = 0
  /// How many of these stand behind the damage: more than none says that it is no torn tail.
  public private(set) var commandsBehindDamage = 0
  /// The keys that the commands write, each once, as far as they are listed.
  public private(set) var keys: [[UInt8]] = []
  /// How often the commands write keys of each category; nil for keys that have none. Empty if nobody asked.
  public private(set) var categories: [String?: Int] = [:]
  /// Whether there are further keys.
  public private(set) var hasMoreKeys = false
  /// Whether the search gave up before the end: the bytes look like commands in too many places.
  public private(set) var isIncomplete = false

  /// Keys beyond this many are not listed.
  private static let listed = 100
  private var seen: Set<[UInt8]> = []

  /// Says which category a key has; nil for none.
  public typealias Categorizer = (Span<UInt8>) -> String?

  /// Searches `file` from `offset` on, and counts by what `categorize` says of each key.
  ///
  /// - Throws: `FormatError` if it can't be read.
  public init(
    in file: InputFile, from offset: Int, categorize: Categorizer? = nil
  ) throws(FormatError) {
    bytes = max(0, file.size - offset)
    var reader = CommandReader(file, at: offset)
    // Attempts that fail may each read far: together they may cost a few times the search itself.
    var budget = 4 * bytes + (1 << 20)
    var isBehindDamage = false
    while budget > 0 {
      let failure = try countCommands(&reader, isBehindDamage, categorize)
      guard let failure else { return }
      isBehindDamage = true
      budget -= max(1, failure.reached - failure.start)
      guard try reader.seekCommand(from: failure.start + 1) else { return }
    }
    isIncomplete = true
  }

  /// Counts commands up to the first bytes that are none; nil at the end of the file.
  private mutating func countCommands(
    _ reader: inout CommandReader, _ isBehindDamage: Bool, _ categorize: Categorizer?
  ) throws(FormatError) -> (start: Int, reached: Int)? {
    while true {
      do throws(FormatError) {
        guard let record = try reader.next() else { return nil }
        guard record == .command else { continue }
        // Behind damage, only what a server writes is taken for a command.
        if isBehindDamage && reader.irregularity != nil {
          return (reader.recordOffset, reader.offset)
        }
      } catch {
        if case .unreadable = error.reason { throw error }
        return (reader.offset, error.offset)
      }
      commands += 1
      if isBehindDamage { commandsBehindDamage += 1 }
      WrittenKeys.each(of: reader.command()) {
        add($0)
        if let categorize { categories[categorize($0), default: 0] += 1 }
      }
    }
  }

  private mutating func add(_ key: Span<UInt8>) {
    guard keys.count < Self.listed else {
      hasMoreKeys = hasMoreKeys || !seen.contains([UInt8](copying: key))
      return
    }
    let name = [UInt8](copying: key)
    if seen.insert(name).inserted { keys.append(name) }
  }
}
