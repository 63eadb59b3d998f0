internal import AOF
internal import BinaryInput
internal import Hashing
internal import Impact
internal import Keyspace
internal import Memory
internal import RDB

/// What becomes of the attempt to load something.
struct Evaluation {
  /// Why a server would not start.
  struct Refusal {
    let code: Pitfall.Code
    /// Where; nil if that is not known.
    let path: String?
    let message: String
  }

  /// Everything that is wrong with it.
  let verdict: Verification
  /// Why a server would not start with it; nil if it would.
  let refusal: Refusal?
  /// What it would have then; nil if it would not start, or this build can't tell.
  let state: LoadedState?
  /// The part of a log that a server would cut off, counted from 0, and where.
  let cut: (part: Int, at: Int)?

  /// Whether this build can't tell what a server would have.
  var isUnknown: Bool { refusal == nil && (state == nil || state?.isIncomplete == true) }

  /// When the data were saved, or last written, in Unix milliseconds; nil if that is not known.
  var savedAt: Int? { (verdict.createdAt ?? verdict.baseCreatedAt).map { Int($0) } }

  /// How something is loaded.
  struct Circumstances {
    let configuration: ServerConfiguration
    let target: ServerRelease
    /// When, in Unix milliseconds.
    let time: Int64
    let hasher: FingerprintHasher

    var options: Verification.Options {
      var options = Verification.Options()
      options.targets = [target]
      options.databases = configuration.databases
      return options
    }

    /// Whether a state fits into the server's memory; nil if there is no limit.
    func fit(_ snapshot: Snapshot, dropsExpired: Bool) -> MemoryFit? {
      guard let limit = configuration.maxMemory,
        let classifier = try? KeyClassifier(Policy.builtIn()),
        let everything = try? KeySelector(KeyFilter(), classifier)
      else { return nil }
      var question = MemoryQuestion(EncodingRules(target), now: time)
      question.limit = limit
      question.top = 0
      question.prefixDepth = 0
      question.at = dropsExpired ? time : nil
      return try? MemoryReport(of: snapshot, question, classifier, everything).fit
    }
  }

  /// Loads an RDB as a server does whose log is off: expired keys are left out, unless it is a replica.
  init(snapshot file: InputFile, _ circumstances: Circumstances) {
    let verdict = Verification(of: file, circumstances.options)
    self.verdict = verdict
    cut = nil
    refusal = Self.refusal(of: verdict, file.path, circumstances)
    guard refusal == nil else {
      state = nil
      return
    }
    do throws(FormatError) {
      state = try LoadedState(
        Snapshot(file), at: circumstances.time,
        dropsExpired: !circumstances.configuration.isReplica, circumstances.hasher,
        fit: { circumstances.fit($0, dropsExpired: !circumstances.configuration.isReplica) })
    } catch {
      state = nil
    }
  }

  /// Loads a log as a server does: expired keys stay until somebody touches them.
  init(log: AppendOnlyLog, _ circumstances: Circumstances) {
    let verdict = Verification(of: log, circumstances.options)
    self.verdict = verdict
    cut = Self.cut(in: verdict, log)
    refusal = Self.refusal(of: verdict, ofLog: log, cut: cut?.part, circumstances)
    guard refusal == nil else {
      state = nil
      return
    }
    do throws(ReplayError) {
      let snapshot = try Snapshot(replaying: log, now: circumstances.time)
      state = try? LoadedState(
        snapshot, at: circumstances.time, dropsExpired: false, circumstances.hasher,
        fit: { circumstances.fit($0, dropsExpired: false) })
    } catch {
      state = nil
    }
  }

  /// Which part the server cuts off: the first that is not whole, if it only ends too early. It looks at no other.
  private static func cut(in verdict: Verification, _ log: AppendOnlyLog) -> (part: Int, at: Int)? {
    guard !log.problems.contains(where: \.keepsFromLoading),
      let index = verdict.parts.firstIndex(where: { $0.isIntact == false }),
      let offset = verdict.parts[index].cutAt
    else { return nil }
    let isTorn = verdict.problems.contains {
      tails.contains($0.code) && $0.path == verdict.parts[index].path
    }
    return isTorn ? (index, offset) : nil
  }

  // MARK: Refusing

  private static func refusal(
    of verdict: Verification, _ path: String, _ circumstances: Circumstances
  ) -> Refusal? {
    guard let reason = verdict.targets.first?.refusal else { return nil }
    if isTooNew(verdict.version, circumstances.target) {
      return Refusal(code: .versionTooNew, path: path, message: reason)
    }
    let errors = verdict.problems.filter { $0.severity == .error }
    if verdict.checksum == .mismatch, !circumstances.configuration.looksAtChecksum,
      errors.count == 1
    {
      return nil
    }
    // What this build does not know is no damage.
    guard verdict.isIntact != nil else { return nil }
    let place = errors.first.map { "offset 0x\(String($0.offset, radix: 16)): " } ?? ""
    return Refusal(
      code: verdict.isIntact == false ? .damaged : .refused, path: path,
      message: verdict.isIntact == false ? place + reason : reason)
  }

  private static func refusal(
    of verdict: Verification, ofLog log: AppendOnlyLog, cut: Int?, _ circumstances: Circumstances
  ) -> Refusal? {
    let errors = verdict.problems.filter { $0.severity == .error }
    if let problem = log.problems.first(where: \.keepsFromLoading) {
      return Refusal(code: code(of: problem), path: problem.path, message: problem.message)
    }
    if isTooNew(verdict.version, circumstances.target) {
      return Refusal(
        code: .versionTooNew, path: log.parts.first?.file.path,
        message: verdict.targets.first?.refusal ?? "the version is too new")
    }
    if cut != nil, !circumstances.configuration.loadsTruncated,
      let problem = errors.first(where: { tails.contains($0.code) })
    {
      return Refusal(
        code: .tornTail, path: problem.path,
        message: "\(problem.message); with aof-load-truncated no, it does not start")
    }
    guard let reason = verdict.targets.first?.refusal, verdict.isIntact != nil else { return nil }
    let problem = errors.first
    return Refusal(
      code: verdict.isIntact == false ? .damaged : .refused, path: problem?.path,
      message: reason)
  }

  private static func isTooNew(_ version: RDBVersion?, _ target: ServerRelease) -> Bool {
    version.map { target.refusal(of: $0) != nil } ?? false
  }

  /// The ways in which the last part of a log may end.
  static let tails: Set<String> = ["torn-tail", "torn-transaction", "open-transaction"]

  private static func code(of problem: LogProblem) -> Pitfall.Code {
    switch problem.diagnosis {
    case .partMissing(_, .base): .baseMissing
    case .partMissing: .incrementMissing
    default: .manifestDamaged
    }
  }
}
