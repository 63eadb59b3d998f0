internal import AOF
internal import BinaryInput
internal import Keyspace

/// What a folder of a log shows that was copied while the server rewrote it, and how a log ends.
struct LogPitfalls {
  private let facts: StartFacts
  private(set) var list: [Pitfall] = []

  init(_ facts: StartFacts) {
    self.facts = facts
    lookForTemporaryFiles()
    guard facts.plan.appendonly else { return }
    lookForStaleIncrement()
    lookForUnlistedParts()
    guard facts.refusal == nil, let evaluation = facts.evaluation else { return }
    lookAtTail(evaluation)
    lookAtTimes(evaluation)
  }

  private var folder: String { facts.configuration.logFolder }

  /// Files that a server writes before it renames them: `temp-123.rdb`, `temp-rewriteaof-bg-123.aof`.
  private mutating func lookForTemporaryFiles() {
    let names = facts.files.names.filter { name in
      let depth = name.utf8.count { $0 == UInt8(ascii: "/") }
      return Self.isTemporary(name) && depth < 2
    }
    guard let first = names.first else { return }
    let bytes = names.reduce(0) { $0 + facts.files.size(of: $1) }
    list.append(
      Pitfall(
        .copiedDuringRewrite, .warning, first, [.files: names.count, .bytes: bytes],
        detail: "temporary"))
  }

  /// Whether a server gives such names to files that are not finished.
  static func isTemporary(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name.hasPrefix("temp-")
      && [".rdb", ".aof", ".manifest", ".incr"].contains { name.hasSuffix($0) }
  }

  /// A server that makes an increment writes on in a file of that name, and loads all of it at its next start.
  private mutating func lookForStaleIncrement() {
    let name = "\(folder)/\(facts.plan.newIncrement)"
    guard facts.plan.makesIncrement, facts.files.has(name), facts.files.size(of: name) > 0 else {
      return
    }
    list.append(Pitfall(.staleIncrement, .error, name, [.bytes: facts.files.size(of: name)]))
  }

  /// Parts that the manifest does not list: a second base is left behind by nothing but a rewrite.
  private mutating func lookForUnlistedParts() {
    guard let manifest = facts.plan.manifest, !facts.plan.isUpgrade else { return }
    let listed = Set(manifest.entries.map { String(decoding: $0.name, as: UTF8.self) })
    let unlisted = facts.files.names(in: folder).filter {
      SourcePitfalls.isPart($0) && !listed.contains($0)
    }
    for name in unlisted.prefix(100) {
      let path = "\(folder)/\(name)"
      let isBase = name.contains(".base.")
      let numbers = [
        Pitfall.Quantity.bytes: facts.files.size(of: path),
        .modifiedAt: facts.files.modified(path),
      ]
      list.append(
        Pitfall(
          isBase ? .copiedDuringRewrite : .partUnlisted, .warning, path, numbers,
          detail: isBase ? "base" : ""))
    }
  }

  private mutating func lookAtTail(_ evaluation: Evaluation) {
    guard let cut = evaluation.cut, facts.plan.loaded.indices.contains(cut.part) else { return }
    let problem = evaluation.verdict.problems.first { Evaluation.tails.contains($0.code) }
    let lost = evaluation.verdict.parts[cut.part].lost
    list.append(
      Pitfall(
        .tornTail, .warning, facts.plan.loaded[cut.part],
        [.cutAt: cut.at, .bytes: lost?.bytes, .commands: lost?.commands],
        detail: problem?.message ?? ""))
  }

  /// Files of different moments: commands that begin before their base was saved, a base that is younger than the
  /// manifest that lists it.
  private mutating func lookAtTimes(_ evaluation: Evaluation) {
    for problem in evaluation.verdict.problems where problem.code == "mixed-parts" {
      list.append(
        Pitfall(
          .mixedParts, .warning, problem.path.map(facts.name), detail: problem.message))
    }
    let manifest = "\(folder)/\(facts.configuration.logName).manifest"
    guard !facts.plan.isUpgrade, let saved = evaluation.verdict.baseCreatedAt,
      let written = facts.files.folder.attributes(of: manifest)?.modifiedAt,
      saved.subtractingReportingOverflow(written).partialValue > 1000, saved > written
    else { return }
    list.append(
      Pitfall(
        .mixedParts, .warning, facts.plan.loaded.first,
        [.createdAt: Int(saved), .modifiedAt: Int(written)],
        detail: "the base was saved after the manifest that lists it was written"))
  }
}
