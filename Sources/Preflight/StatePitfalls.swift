internal import BinaryInput
internal import Keyspace
internal import Memory
internal import RDB

/// What is strange about the state that a server would have.
struct StatePitfalls {
  private let facts: StartFacts
  private(set) var list: [Pitfall] = []

  /// With fewer keys alive than this, somebody should look.
  private static let few = 10
  /// If the other state of the directory has so many times more keys, too.
  private static let manyTimes = 10

  init(_ facts: StartFacts) {
    self.facts = facts
    guard let evaluation = facts.evaluation, facts.refusal == nil else { return }
    if evaluation.isUnknown { addUnknown(evaluation) }
    lookAtBytes(evaluation)
    if !facts.plan.appendonly { lookAtAge(evaluation) }
    if facts.configuration.isReplica { list.append(Pitfall(.replica, .warning)) }
    guard let state = evaluation.state else { return }
    lookAtKeys(state)
    lookAtMemory(state)
  }

  private var source: String? { facts.plan.loaded.first }

  private mutating func addUnknown(_ evaluation: Evaluation) {
    let problem = evaluation.verdict.problems.first { $0.severity == .error }
    list.append(
      Pitfall(
        .unsupported, .warning, source, detail: problem?.message ?? ""))
  }

  private mutating func lookAtBytes(_ evaluation: Evaluation) {
    let verdict = evaluation.verdict
    switch verdict.checksum {
    case .disabled: list.append(Pitfall(.checksumOff, .warning, source))
    case .mismatch: list.append(Pitfall(.checksumIgnored, .error, source))
    case .ok, .absent, nil: break
    }
    let damage = verdict.problems.first {
      $0.severity == .error && !Evaluation.tails.contains($0.code)
    }
    if verdict.isIntact == false, verdict.checksum != .mismatch, let damage {
      list.append(
        Pitfall(
          .damaged, .warning, damage.path.map(facts.name) ?? source, [.cutAt: damage.offset],
          detail: damage.message))
    }
    if !facts.plan.appendonly, verdict.problems.contains(where: { $0.code == "aof-base" }) {
      list.append(Pitfall(.baseAsDump, .warning, source))
    }
  }

  /// An RDB that is older than its file: the file was copied from an older one, before the new one was there.
  private mutating func lookAtAge(_ evaluation: Evaluation) {
    guard let source, let saved = evaluation.verdict.createdAt,
      let attributes = facts.files.folder.attributes(of: source),
      let modified = attributes.modifiedAt
    else { return }
    // Saving takes its time: a slow disk writes 20 MB a second.
    let allowed = 60_000 + Int64(attributes.size / 20_000)
    let (gap, overflow) = modified.subtractingReportingOverflow(saved)
    guard !overflow, gap > allowed else { return }
    list.append(
      Pitfall(
        .olderThanFile, .warning, source, [.createdAt: Int(saved), .modifiedAt: Int(modified)]))
  }

  private mutating func lookAtKeys(_ state: LoadedState) {
    let other = facts.other?.state?.alive
    if state.alive == 0 {
      list.append(Pitfall(.noKeys, .error, source, [.keys: 0, .expired: state.expired]))
    } else if state.alive < Self.few
      || other.map({ $0 / Self.manyTimes > state.alive }) == true
    {
      list.append(Pitfall(.fewKeys, .warning, source, [.keys: state.alive, .otherKeys: other]))
    }
    guard state.expired > 0 else { return }
    let isMost = state.expired > state.alive
    list.append(
      Pitfall(
        state.dropsExpired ? .expiredDropped : .expiredKept, isMost ? .warning : .note, source,
        [.expired: state.expired, .keys: state.alive]))
  }

  /// A server evicts after loading, with the first command. It looks at samples, so how many keys go is what to expect.
  private mutating func lookAtMemory(_ state: LoadedState) {
    guard let memory = state.memory, memory.excess > 0 else { return }
    let policy = facts.configuration.maxMemoryPolicy
    let outcome = memory.outcomes.first { $0.policy.rawValue == policy }
    list.append(
      Pitfall(
        .overMemory, .warning, source,
        [
          .bytes: memory.used, .limit: memory.limit, .evicted: outcome?.evicted.keys,
          .keys: state.keys,
        ], detail: outcome?.isEnough == false ? "\(policy) full" : policy))
  }
}
