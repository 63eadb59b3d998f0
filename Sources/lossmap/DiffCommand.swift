internal import AOF
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
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, ndjson, markdown, html
  }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What differs between these two?",
    discussion: """
      Keys added (+), removed (-), changed (~, type or value) and with another expiry only (t), by category. \
      What the files hold is compared, expired keys too, unless --at is given. How values are encoded makes \
      no difference. OLD and NEW may be whatever a backup may be; a folder of several *.rdb files, and nothing \
      else that a server would load, holds the shards of a cluster.

      A key is in the answer if the filter means it in OLD or in NEW. Filters by name, database and category \
      save reading the values of all other keys.

      EXAMPLES
        lossmap diff yesterday.rdb today.rdb --summary
        lossmap diff yesterday.rdb today.rdb --values --match 'user:*'
        lossmap diff cluster-monday/ cluster-tuesday/ --format ndjson

      \(ExitStatus.help)
      """)

  @Argument(help: "The one side: a backup, or a folder of shards.", completion: .file())
  var old: String

  @Argument(help: "The other side: a backup, or a folder of shards.", completion: .file())
  var new: String

  @Option(
    name: .customLong("old-shard"), help: "Another file of the old side. Repeatable.",
    completion: .file())
  var oldShards: [String] = []

  @Option(
    name: .customLong("new-shard"), help: "Another file of the new side. Repeatable.",
    completion: .file())
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

  @Option(
    help: "The folder for what memory has no room for. (default: the system's)",
    completion: .directory)
  var tempDir: String?

  @Option(
    help: "Write text, json (one document), ndjson (a line a key), markdown, or html (to hand on).")
  var format = Format.text

  @Option(
    help: "Take the state of OLD, a log, as of this moment, as --until does for NEW.",
    transform: Moment.parse)
  var oldUntil: Moment?

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try StandardInput.requireOnce([old, new])
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
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let filter = try filters.filter(policy)
      let sides = try DiffInputs(
        old: [old] + oldShards, cut: oldUntil.map { .until(seconds: $0.seconds) },
        new: [new] + newShards, cut: log.cut, part: log.part)
      let analysis = try DiffAnalysis(
        policy: policy, filter: filter, at: at?.milliseconds,
        groupedByCategory: format == .text || format == .markdown || format == .html,
        memory: MemoryBudget(limit: memory?.bytes ?? Self.halfOfMemory),
        storage: SpillFiles(folder: tempDir ?? FileManager.default.temporaryDirectory.path),
        threads: reading.threads)
      let differences = try reading.showingProgress(of: sides.paths) {
        try analysis.differences(from: sides.old, to: sides.new)
      }
      try write(differences, besides: sides.paths, redaction.redactor(policy))
      let isDifferent = differences.report.totals.differing > 0
      try ExitStatus.worst(of: sides.statuses + [isDifferent ? .findings : .done]).end()
    }
  }

  private func write(
    _ differences: Differences, besides inputs: [String], _ redactor: Redactor?
  ) throws {
    let report = redactor.map { differences.report.redacted(by: $0) } ?? differences.report
    var stream = try output.open(besides: inputs + [policy.policy])
    var reader = differences.values()
    func details(_ key: Difference) throws -> ValueDifference? {
      guard values else { return nil }
      let changes = try reader.changes(of: key)
      return redactor.map { changes?.redacted(by: $0) } ?? changes
    }
    /// Each key that differs, as it is for the reader and for the answer.
    func forEach(_ body: (_ key: Difference, _ shown: Difference) throws -> Void) throws {
      if summary { return }
      try differences.forEach { key in try body(key, redactor.map { key.redacted(by: $0) } ?? key) }
    }
    switch format {
    case .text:
      let text = DiffText(report, style: output.style, language: output.language)
      text.writeSummary(to: &stream)
      var heading = DiffText.Heading()
      try forEach { text.write($1, try details($0), &heading, to: &stream) }
    case .markdown:
      let markdown = DiffMarkdown(report, language: output.language)
      markdown.writeSummary(to: &stream)
      var heading = DiffText.Heading()
      try forEach { markdown.write($1, try details($0), &heading, to: &stream) }
    case .html:
      var document = DiffDocument(report, try output.settings(ofFilesAt: inputs, redactor))
      try forEach { key, shown in
        if document.hasRoom(for: key.category) { document.add(shown, try details(key)) }
      }
      HTMLRenderer(document.document).write(to: &stream)
    case .json:
      var json = DiffJSON(report, examples: !summary)
      // The document names the same keys in the same order, under pseudonyms or not.
      for (example, shown) in zip(
        DiffJSON(differences.report, examples: !summary).examples, json.examples)
      {
        json.add(try details(example), to: shown)
      }
      json.write(to: &stream)
    case .ndjson:
      let lines = DiffNDJSON(policy: report.policy)
      try forEach { lines.write($1, try details($0), to: &stream) }
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

  /// What each of them adds to the exit status.
  let statuses: [ExitStatus]

  /// Opens all of them before giving up: the worst problem counts.
  ///
  /// - Throws: `InputError`, or `BackupError` if a file is damaged.
  init(
    old: [String], cut oldCut: LogCut?, new: [String], cut newCut: LogCut?, part: String?
  ) throws {
    let oldPaths = try old.flatMap { try shards(at: $0) }
    let newPaths = try new.flatMap { try shards(at: $0) }
    paths = oldPaths + newPaths
    let snapshots = try Snapshot.openAll(
      oldPaths.map { Snapshot.Input(path: $0, cut: oldCut) }
        + newPaths.map { Snapshot.Input(path: $0, part: part, cut: newCut) })
    statuses = snapshots.map(\.status)
    self.old = DiffSide(Array(snapshots.prefix(oldPaths.count)))
    self.new = DiffSide(Array(snapshots.dropFirst(oldPaths.count)))
  }
}

/// The files that a path stands for: itself, or the shards in a folder, by name.
private func shards(at path: String) throws(InputError) -> [String] {
  guard let folder = DiskFolder(path) else { return [path] }
  let files = try folder.files()
  let snapshots = files.filter { $0.hasSuffix(".rdb") && !$0.contains("/") }
  // A data directory and the folder of a log are one backup, whatever else is in them.
  let isOne = files.contains {
    $0.hasSuffix(".manifest") || $0 == "dump.rdb" || $0 == "appendonly.aof"
  }
  return isOne || snapshots.count < 2 ? [path] : snapshots.map { folder.path(of: $0) }
}
