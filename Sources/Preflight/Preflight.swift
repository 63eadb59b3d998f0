public import BinaryInput
internal import Hashing
public import Keyspace
public import RDB

/// What a server would load if it started in a data directory, and what it would do to the files there.
///
/// Nothing is opened but to be read, and no server is asked: every rule is what `redis-server` 7.0.15 was seen to do.
public struct Preflight: Sendable {
  /// What is asked.
  public struct Question: Sendable {
    /// Whether the server's log is on; nil if the configuration is to say so.
    public var appendonly: Bool?
    /// The configuration; nil if none is known.
    public var configuration: ServerConfiguration?
    /// Which server starts.
    public var target: ServerRelease
    /// When, in Unix milliseconds.
    public var startAt: Int64
    /// What the server is supposed to have then; nil if nothing is named.
    public var backup: Snapshot?

    /// Asks about a release that starts at a moment.
    public init(target: ServerRelease, startAt: Int64) {
      self.target = target
      self.startAt = startAt
    }
  }

  /// Who has decided whether the log is on.
  public enum Decision: String, Sendable {
    /// Whoever asked.
    case option
    /// The configuration.
    case configuration = "config"
    /// Nobody: the configuration does not say, so it is off.
    case standard = "default"
    /// Nobody has said anything: both outcomes are told.
    case none
  }

  /// The path that was looked at.
  public internal(set) var path: String
  /// Which server starts.
  public let target: ServerRelease
  /// When it starts, in Unix milliseconds.
  public let startAt: Int64
  /// How it is configured.
  public let configuration: ServerConfiguration
  /// Who has decided whether the log is on.
  public let decision: Decision
  /// What happens: with the log off first, where both are told.
  public internal(set) var outcomes: [StartOutcome]
  /// What is strange about the question itself.
  public internal(set) var pitfalls: [Pitfall]
  /// How many keys of the backup are alive, and when it was saved; nil if none was named.
  public let backup: LoadedState?

  /// Looks at a data directory, or one in an archive.
  ///
  /// - Throws: `InputError` if it can't be read.
  /// - Throws: `FormatError` where the backup is damaged that was named.
  public init(_ folder: any FileFolder, isArchive: Bool, _ question: Question) throws {
    let configuration = question.configuration ?? ServerConfiguration()
    let files = try DataFiles.locate(in: folder, isArchive: isArchive, configuration)
    let hasher = FingerprintHasher()
    let circumstances = Evaluation.Circumstances(
      configuration: configuration, target: question.target, time: question.startAt, hasher: hasher)
    let known = try question.backup.map { (backup) throws(FormatError) in
      try LoadedState(backup, at: question.startAt, dropsExpired: true, hasher)
    }
    backup = known
    path = folder.path
    target = question.target
    startAt = question.startAt
    self.configuration = configuration
    decision = Self.decision(question)
    let choices: [Bool] =
      switch decision {
      case .option, .configuration:
        [question.appendonly ?? configuration.appendonly ?? false]
      case .standard: [false]
      case .none: [false, true]
      }
    let sides = try Sides(files, circumstances, needed: choices)
    outcomes = choices.map { sides.facts(appendonly: $0, backup: known).outcome() }
    pitfalls = Self.pitfalls(decision, outcomes, configuration)
  }

  private static func decision(_ question: Question) -> Decision {
    if question.appendonly != nil { return .option }
    guard let configuration = question.configuration else { return .none }
    if configuration.appendonly != nil { return .configuration }
    // Somebody else may say so.
    return configuration.notRead.isEmpty ? .standard : .none
  }

  private static func pitfalls(
    _ decision: Decision, _ outcomes: [StartOutcome], _ configuration: ServerConfiguration
  ) -> [Pitfall] {
    var list = configuration.notRead.map {
      Pitfall(.configurationNotRead, .warning, detail: $0)
    }
    if decision == .none, outcomes.count == 2 {
      let (off, on) = (outcomes[0], outcomes[1])
      let isSame =
        off.start == on.start && off.state?.contents == on.state?.contents
        && off.state?.alive == on.state?.alive
      list.append(
        Pitfall(
          .appendonlyNotTold, isSame ? .note : .warning, nil,
          [.keys: off.keys, .otherKeys: on.keys]))
    }
    return list
  }
}

/// What a server would load with its log off, and with its log on: one of the two it overlooks.
private struct Sides {
  let files: DataFiles
  let circumstances: Evaluation.Circumstances
  private let plans: [Bool: StartPlan]
  private let evaluations: [Bool: Evaluation]

  init(
    _ files: DataFiles, _ circumstances: Evaluation.Circumstances, needed: [Bool]
  ) throws(InputError) {
    self.files = files
    self.circumstances = circumstances
    var plans: [Bool: StartPlan] = [:]
    var evaluations: [Bool: Evaluation] = [:]
    for appendonly in [false, true] {
      do throws(InputError) {
        let plan = try StartPlan(
          files, circumstances.configuration, circumstances.target, appendonly: appendonly)
        plans[appendonly] = plan
        switch plan.source {
        case .nothing: break
        case .snapshot(let file):
          evaluations[appendonly] = Evaluation(snapshot: file, circumstances)
        case .log(let log): evaluations[appendonly] = Evaluation(log: log, circumstances)
        }
      } catch {
        // What the server overlooks need not be readable.
        if needed.contains(appendonly) { throw error }
      }
    }
    self.plans = plans
    self.evaluations = evaluations
  }

  func facts(appendonly: Bool, backup: LoadedState?) -> StartFacts {
    // Only settings that are needed are asked for, and `init` has thrown where the plan for one of those failed.
    guard let plan = plans[appendonly] else { preconditionFailure("a plan that was asked for") }
    return StartFacts(
      files: files, configuration: circumstances.configuration, target: circumstances.target,
      plan: plan, evaluation: evaluations[appendonly], otherPlan: plans[!appendonly],
      other: evaluations[!appendonly], backup: backup)
  }
}
