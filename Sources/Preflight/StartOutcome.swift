internal import AOF
internal import BinaryInput
internal import Keyspace
internal import RDB

/// What a server has after its start, and what it has done to the files by then.
public struct StartOutcome: Sendable {
  /// How the start goes.
  public enum Start: String, Sendable {
    /// It loads what is there.
    case loads
    /// It starts with an empty data set.
    case empty
    /// It does not start.
    case refuses
    /// This build can't tell.
    case unknown
  }

  /// Whether the server's log is switched on.
  public let appendonly: Bool
  /// How it goes.
  public let start: Start
  /// Why it does not start; nil if it does.
  public internal(set) var refusal: String?
  /// The paths of the files that the state comes from, in the order in which they are loaded.
  public internal(set) var loadedFrom: [String]
  /// What it then has; nil if it does not start, starts empty, or this build can't tell.
  public let state: LoadedState?
  /// What becomes of the files.
  public internal(set) var files: [FileFate]
  /// What is different from what one would expect.
  public internal(set) var pitfalls: [Pitfall]
  /// Whether it then has what a backup has, of what is alive; nil if none was named, or this build can't tell.
  public let isBackup: Bool?

  /// How many keys it states; nil if it does not start or this build can't tell.
  public var keys: Int? { start == .empty ? 0 : state?.keys }
}

/// Everything that an outcome is made of.
struct StartFacts {
  let files: DataFiles
  let configuration: ServerConfiguration
  let target: ServerRelease
  let plan: StartPlan
  /// What becomes of what it loads; nil if it loads nothing.
  let evaluation: Evaluation?
  /// What it would do if its log were switched on, or off, instead.
  let otherPlan: StartPlan?
  let other: Evaluation?
  /// What was named as the backup.
  let backup: LoadedState?

  /// The path in the data directory of a file that somebody has opened; its own if it is none of these.
  func name(of path: String) -> String {
    let known = plan.loaded + (otherPlan?.loaded ?? []) + files.names
    return known.first { name in
      guard path.hasSuffix(name) else { return false }
      let before = path.dropLast(name.count).last
      return before == nil || before == "/" || before == ":"
    } ?? path
  }

  /// Why the server does not start: for its manifest, whatever it would load, or for that.
  var refusal: Evaluation.Refusal? {
    if let problem = plan.manifestProblem {
      return Evaluation.Refusal(
        code: .manifestDamaged, path: problem.path, message: problem.message)
    }
    return evaluation?.refusal
  }

  func outcome() -> StartOutcome {
    let refusal = refusal
    let start: StartOutcome.Start =
      switch (refusal, evaluation) {
      case (_?, _): .refuses
      case (nil, nil): .empty
      case (nil, let evaluation?): evaluation.isUnknown ? .unknown : .loads
      }
    let isBackup: Bool? =
      switch (backup, start) {
      case (nil, _), (_, .unknown): nil
      case (let backup?, .loads): evaluation?.state?.isSame(as: backup)
      case (let backup?, .empty): backup.alive == 0
      case (_, .refuses): false
      }
    return StartOutcome(
      appendonly: plan.appendonly, start: start, refusal: refusal?.message,
      loadedFrom: refusal == nil ? plan.loaded : [],
      state: refusal == nil ? evaluation?.state : nil,
      files: fates,
      pitfalls: SourcePitfalls(self).list + StatePitfalls(self).list + LogPitfalls(self).list
        + AccessPitfalls(self).list + backupPitfall(isBackup),
      isBackup: isBackup)
  }

  private var fates: [FileFate] {
    var cut: (name: String, at: Int)?
    if plan.manifestProblem == nil, configuration.loadsTruncated, let place = evaluation?.cut,
      plan.loaded.indices.contains(place.part)
    {
      cut = (plan.loaded[place.part], place.at)
    }
    return plan.changes(files, isRefused: refusal != nil, cut: cut)
  }

  private func backupPitfall(_ isBackup: Bool?) -> [Pitfall] {
    guard isBackup == false, let backup else { return [] }
    return [
      Pitfall(
        .backupDiffers, .error, nil,
        [
          .keys: evaluation?.state?.alive, .otherKeys: backup.alive,
          .createdAt: evaluation?.savedAt, .otherCreatedAt: backup.createdAt.map { Int($0) },
        ])
    ]
  }
}
