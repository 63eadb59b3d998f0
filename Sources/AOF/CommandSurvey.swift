public import BinaryInput

/// Which commands of a part count, as a server decides it: found out before the first of them is applied.
public struct CommandSurvey: Sendable {
  /// Where the commands begin: behind an RDB, if the part begins with one.
  public let start: Int
  /// What stands before this offset counts, and nothing behind it.
  public private(set) var end: Int
  /// Behind the last whole command, whether it counts or not: a server looks up the name of each as it reads it.
  public private(set) var wholeEnd: Int
  /// How many commands count, SELECT, MULTI and EXEC among them.
  public private(set) var commands = 0
  /// How many annotations with times stand before `end`.
  public private(set) var times = 0
  /// The first of these times in Unix seconds.
  public private(set) var firstTime: Int64?
  /// The last of these times in Unix seconds.
  public private(set) var lastTime: Int64?
  /// The time of the annotation at which the cut was made; nil if none was met.
  public private(set) var cutTime: Int64?
  /// What keeps the part from counting to its end.
  public private(set) var stop: LogProblem?
  /// What is suspicious, or tolerated, as far as it is listed.
  public private(set) var warnings: [LogProblem] = []
  /// How many further warnings there are.
  public private(set) var unlisted = 0
  /// How many whole commands stand behind `end` in a transaction that is not closed.
  public private(set) var discarded = 0

  /// Warnings beyond this many are counted, not listed.
  private static let listed = 100

  /// Reads the commands of `part` that begin at `start`.
  ///
  /// - Throws: `FormatError` only if the file can't be read; what is wrong with it is in `stop`.
  public init(
    _ part: LogPart, from start: Int = 0, cut: LogCut? = nil
  ) throws(FormatError) {
    self.start = start
    end = start
    wholeEnd = start
    var reader = CommandReader(part.file, at: start)
    var transaction = Transaction()
    do throws(FormatError) {
      while try read(&reader, part, cut, &transaction) {}
    } catch {
      if case .unreadable = error.reason { throw error }
      end(with: error, part, transaction)
    }
  }

  /// What the server remembers about a transaction (`aof.c`).
  private struct Transaction {
    /// The offset of the MULTI that is not closed.
    var start: Int?
    /// How many commands counted before it.
    var commandsBefore = 0
    /// Behind the last command: `valid_up_to`.
    var validUpTo: Int?
    /// The same before the last MULTI: `valid_before_multi`.
    var validBeforeMulti: Int?
  }

  /// Takes in the next record; false at the end.
  private mutating func read(
    _ reader: inout CommandReader, _ part: LogPart, _ cut: LogCut?,
    _ transaction: inout Transaction
  ) throws(FormatError) -> Bool {
    let limit: Int? = if case .offset(let offset) = cut, part.isLast { offset } else { nil }
    if let limit, reader.offset >= limit { return false }
    let record: LogRecord?
    do throws(FormatError) {
      record = try reader.next()
    } catch {
      // What is wrong behind the cut does not matter; a truncation is always a record that goes beyond it.
      if let limit, error.isTruncation || error.offset >= limit { return false }
      throw error
    }
    if let limit, reader.offset > limit { return false }
    if let irregularity = reader.irregularity { note(irregularity, part) }
    switch record {
    case nil:
      if transaction.start != nil {
        stop(.openTransaction, part, at: end, cut: transaction.validBeforeMulti ?? start)
      }
      return false
    case .annotation:
      if let time = reader.timestamp, time != lastTime {
        if case .until(let seconds) = cut, time > seconds {
          cutTime = time
          return false
        }
        note(time, reader.recordOffset, part)
      }
      if transaction.start == nil { end = reader.offset }
    case .command:
      take(reader.command(), part, &transaction)
    }
    return true
  }

  private mutating func take(
    _ command: borrowing LoggedCommand, _ part: LogPart, _ transaction: inout Transaction
  ) {
    if command.isNamed("MULTI") {
      transaction.validBeforeMulti = transaction.validUpTo ?? start
      if transaction.start == nil {
        transaction.start = command.offset
        transaction.commandsBefore = commands
      } else {
        warn(.unbalanced("MULTI"), part, at: command.offset)
      }
    } else if command.isNamed("EXEC") {
      if transaction.start == nil { warn(.unbalanced("EXEC"), part, at: command.offset) }
      transaction.start = nil
      commands += discarded
      discarded = 0
    }
    transaction.validUpTo = command.end
    wholeEnd = command.end
    if transaction.start == nil {
      commands += 1
      end = command.end
    } else {
      discarded += 1
    }
  }

  // MARK: How it ends

  /// Ends at the first bytes that are no whole command.
  private mutating func end(
    with error: FormatError, _ part: LogPart, _ transaction: Transaction
  ) {
    guard error.isTruncation else {
      stop = LogProblem(.damage(error), in: part.file.path, at: error.offset, .refuses(cutAt: nil))
      return
    }
    // The server cuts behind the last whole command, even if that is inside a transaction.
    let cut = transaction.validUpTo ?? start
    stop(
      transaction.start == nil ? .tornTail(error) : .tornTransaction(error), part,
      at: error.offset, cut: cut)
  }

  private mutating func stop(
    _ diagnosis: LogProblem.Diagnosis, _ part: LogPart, at offset: Int, cut: Int
  ) {
    stop = LogProblem(
      diagnosis, in: part.file.path, at: offset,
      part.isLast ? .cuts(at: cut) : .refuses(cutAt: cut))
  }

  // MARK: Noting

  private mutating func note(_ time: Int64, _ offset: Int, _ part: LogPart) {
    if let lastTime, time < lastTime {
      warn(.timeRunsBack(from: lastTime, to: time), part, at: offset)
    }
    times += 1
    firstTime = firstTime ?? time
    lastTime = time
  }

  private mutating func note(_ irregularity: FormatError, _ part: LogPart) {
    let isTorn = irregularity.code == FormatRule.annotationEnd.code
    warn(isTorn ? .tornAnnotation : .irregular(irregularity), part, at: irregularity.offset)
  }

  private mutating func warn(
    _ diagnosis: LogProblem.Diagnosis, _ part: LogPart, at offset: Int
  ) {
    guard warnings.count < Self.listed else {
      unlisted += 1
      return
    }
    warnings.append(LogProblem(diagnosis, in: part.file.path, at: offset, .loads))
  }
}
