internal import ArgumentParser
internal import BinaryInput
internal import Diff
internal import Foundation
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// What differs between these two?
struct DiffCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, ndjson, markdown }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What differs between these two?",
    discussion: """
      Keys added (+), removed (-), changed (~, type or value) and with another expiry only (t), by category. \
      What the files hold is compared, expired keys too, unless --at is given. How values are encoded makes \
      no difference. OLD and NEW may be folders, whose *.rdb files are the shards of a cluster.

      A key is in the answer if the filter means it in OLD or in NEW. Filters by name, database and category \
      save reading the values of all other keys.

      EXAMPLES
        lossmap diff yesterday.rdb today.rdb --summary
        lossmap diff yesterday.rdb today.rdb --values --match 'user:*'
        lossmap diff cluster-monday/ cluster-tuesday/ --format ndjson

      \(ExitStatus.help)
      """)

  @Argument(help: "The one side: an RDB file, or a folder of shards.")
  var old: String

  @Argument(help: "The other side: an RDB file, or a folder of shards.")
  var new: String

  @Option(name: .customLong("old-shard"), help: "Another file of the old side. Repeatable.")
  var oldShards: [String] = []

  @Option(name: .customLong("new-shard"), help: "Another file of the new side. Repeatable.")
  var newShards: [String] = []

  @Flag(help: "Numbers only, no keys.")
  var summary = false

  @Flag(help: "Say what changed inside of values.")
  var values = false

  @Option(help: "Compare what is alive at this moment: \(momentHelp).", transform: Moment.parse)
  var at: Moment?

  @Option(
    help: """
      Use about this much memory, then files: 64M, 1G; at least 16M. (default: half of what there is)
      """)
  var memory: ByteCount?

  @Option(help: "The folder for what memory has no room for. (default: the system's)")
  var tempDir: String?

  @Option(help: "Write text, json (one document), ndjson (a line a key) or markdown.")
  var format = Format.text

  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if summary && format == .ndjson {
      throw ValidationError("--format ndjson lists keys, of which --summary wants none")
    }
    if summary && values {
      throw ValidationError("--values is about keys, of which --summary wants none")
    }
    if let memory, memory.bytes < MemoryBudget.smallest {
      throw ValidationError("--memory is at least 16M")
    }
  }

  func run() throws {
    try reportingErrors {
      let policy = try policy.load()
      let filter = try filters.filter(policy)
      let sides = try DiffInputs(old: [old] + oldShards, new: [new] + newShards)
      let analysis = try DiffAnalysis(
        policy: policy, filter: filter, at: at?.milliseconds,
        groupedByCategory: format == .text || format == .markdown,
        memory: MemoryBudget(limit: memory?.bytes ?? Self.halfOfMemory),
        storage: SpillFiles(folder: tempDir ?? FileManager.default.temporaryDirectory.path))
      let differences = try analysis.differences(from: sides.old, to: sides.new)
      try write(differences, besides: sides.paths)
      if differences.report.totals.differing > 0 { try ExitStatus.findings.end() }
    }
  }

  private func write(_ differences: Differences, besides inputs: [String]) throws {
    let report = differences.report
    var stream = try output.open(besides: inputs + [policy.policy])
    var reader = differences.values()
    func details(_ key: Difference) throws -> ValueDifference? {
      values ? try reader.changes(of: key) : nil
    }
    switch format {
    case .text:
      let text = DiffText(report, style: output.style)
      text.writeSummary(to: &stream)
      if !summary {
        var heading = DiffText.Heading()
        try differences.forEach { text.write($0, try details($0), &heading, to: &stream) }
      }
    case .markdown:
      let markdown = DiffMarkdown(report)
      markdown.writeSummary(to: &stream)
      if !summary {
        var heading = DiffText.Heading()
        try differences.forEach { markdown.write($0, try details($0), &heading, to: &stream) }
      }
    case .json:
      var json = DiffJSON(report, examples: !summary)
      for example in json.examples { json.add(try details(example), to: example) }
      json.write(to: &stream)
    case .ndjson:
      let lines = DiffNDJSON(policy: report.policy)
      try differences.forEach { lines.write($0, try details($0), to: &stream) }
    }
    try stream.finish()
  }

  /// Half of the memory of the machine, or of what the control group allows.
  private static var halfOfMemory: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let group = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
    let allowed = group.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(machine, allowed ?? machine) / 2
  }
}

/// The files of both sides, opened.
struct DiffInputs {
  let old: DiffSide
  let new: DiffSide
  /// Every file.
  let paths: [String]

  /// Opens all of them before giving up: the worst problem counts.
  ///
  /// - Throws: `InputError`, or `BackupError` if a file is damaged.
  init(old: [String], new: [String]) throws {
    let oldPaths = try old.flatMap { try shards(at: $0) }
    let newPaths = try new.flatMap { try shards(at: $0) }
    paths = oldPaths + newPaths
    let opened = paths.map { path in Result { try Snapshot.open(path) } }
    try Self.throwWorst(opened)
    let snapshots = try opened.map { try $0.get() }
    self.old = DiffSide(Array(snapshots.prefix(oldPaths.count)))
    self.new = DiffSide(Array(snapshots.dropFirst(oldPaths.count)))
  }

  private static func throwWorst(_ opened: [Result<Snapshot, any Error>]) throws {
    var worst: (error: any Error, status: ExitStatus)?
    for result in opened {
      guard case .failure(let error) = result else { continue }
      let status = (error as? BackupError).map { ExitStatus($0.error) } ?? .unreadable
      if let known = worst, ExitStatus.worst(of: [known.status, status]) == known.status {
        continue
      }
      worst = (error, status)
    }
    guard let worst else { return }
    if worst.status == .unsupported {
      // Damage would count more, and nothing else is going to find it.
      for case .success(let snapshot) in opened { try snapshot.checkValues() }
    }
    throw worst.error
  }
}

extension Snapshot {
  /// Decodes everything.
  ///
  /// - Throws: `BackupError` if it is damaged.
  fileprivate func checkValues() throws {
    var visitor = NothingVisitor()
    var scratch = ValueScratch()
    do throws(FormatError) {
      _ = try walk(at: .min) { (key) throws(FormatError) in
        try key.value.decode(into: &visitor, scratch: &scratch)
      }
    } catch {
      let found = BackupError(path: file.path, error: error)
      if ExitStatus(error) == .damaged { throw found }
    }
  }
}

/// Looks at every element, and makes nothing of it.
private struct NothingVisitor: ValueVisitor {}

/// The files that a path stands for: itself, or the RDB files in a folder, by name.
private func shards(at path: String) throws(InputError) -> [String] {
  // What can't be listed is opened as a file, which says what is wrong with it.
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
    return [path]
  }
  let files = names.filter { $0.hasSuffix(".rdb") }.sorted()
  guard !files.isEmpty else {
    throw InputError(path: path, problem: "is a directory without RDB files, no backup")
  }
  return files.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
}
