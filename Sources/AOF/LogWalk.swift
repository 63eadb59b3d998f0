internal import BinaryInput

/// Goes through a log as a server does when it loads it: part by part, and in each the commands that count.
///
///     var walk = try LogWalk(log, cut: .until(seconds: 1_773_190_800))
///     while let part = walk.nextPart() {
///       var start = 0
///       if part.beginsWithSnapshot { … RDBReader(part.file) …; start = reader.offset }
///       let survey = try walk.commands(from: start)
///       var reader = CommandReader(part.file, at: start)
///       while reader.offset < survey.end, let record = try reader.next() { … }
///     }
///     try walk.finish()
///
/// Each part is executed by a client of its own: its commands begin in database 0. MULTI and EXEC need not be
/// looked at: a transaction that is not closed is behind `survey.end`.
public struct LogWalk: Sendable {
  private let log: AppendOnlyLog
  private let cut: LogCut?
  private var next = 0
  private var isCut = false
  private var firstTime: Int64?
  private var savedAt: Int64?
  private var cutTime: Int64?
  private var surveyed: CommandSurvey?
  /// The last of the times read, in Unix seconds; nil if there was none.
  public private(set) var lastTime: Int64?
  /// What a server forgives, and does not load: a torn tail of the last part, an open transaction there.
  public private(set) var warning: LogProblem?

  /// Begins a walk.
  ///
  /// - Throws: `LogProblem` if a server would not load the log, as far as manifest and folder say.
  public init(_ log: AppendOnlyLog, cut: LogCut? = nil) throws(LogProblem) {
    if let problem = log.problems.first(where: \.keepsFromLoading) { throw problem }
    self.log = log
    self.cut = cut
  }

  /// The next part that counts; nil behind the last, and behind the one in which the log was cut.
  public mutating func nextPart() -> LogPart? {
    guard !isCut, next < log.parts.count else { return nil }
    next += 1
    return log.parts[next - 1]
  }

  /// Which commands count of the part that `nextPart()` returned; they begin at `start`, behind an RDB that was
  /// saved at `savedAt`, in Unix seconds, if there is one and it says so.
  ///
  /// - Throws: `LogProblem` if a server would refuse the part.
  public mutating func commands(
    from start: Int, savedAt: Int64? = nil
  ) throws(LogProblem) -> CommandSurvey {
    precondition(next > 0, "there is no part yet")
    let part = log.parts[next - 1]
    let survey: CommandSurvey
    do throws(FormatError) {
      survey = try CommandSurvey(part, from: start, cut: cut)
    } catch {
      throw LogProblem(
        .damage(error), in: part.file.path, at: error.offset, .refuses(cutAt: nil))
    }
    if let stop = survey.stop {
      if stop.keepsFromLoading { throw stop }
      warning = stop
    }
    surveyed = survey
    self.savedAt = self.savedAt ?? savedAt
    firstTime = firstTime ?? survey.firstTime
    lastTime = survey.lastTime ?? lastTime
    cutTime = survey.cutTime
    isCut = survey.cutTime != nil
    return survey
  }

  /// Says whether the log could be cut where it was asked.
  ///
  /// - Throws: `LogCutError` if the result is not the state that was asked for.
  public func finish() throws(LogCutError) {
    switch cut {
    case nil: return
    case .until(let seconds):
      if let savedAt, savedAt > seconds { throw .beginsLater(seconds: savedAt) }
      guard firstTime == nil else { return }
      guard let cutTime else { throw .noTimes }
      // Before its first annotation, a log holds what its base does.
      if savedAt == nil { throw .beginsLater(seconds: cutTime) }
    case .offset(let offset):
      guard let survey = surveyed, let last = log.parts.last else { return }
      if offset < survey.start || offset > last.file.size {
        throw .outside(first: survey.start, last: last.file.size)
      }
    }
  }
}
