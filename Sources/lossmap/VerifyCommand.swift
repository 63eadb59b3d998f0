internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Foundation
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// Is this backup whole?
struct VerifyCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, ndjson, markdown, html
  }

  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Is this backup whole?",
    discussion: """
      Reads every byte: header, structure, every value, checksum, and what follows the end. A checksum of 0 \
      says that none was computed: such a file can be sound, but stays unverified. Looks deeper than a server does \
      when it starts: where one loads the file all the same, the report says so. --target asks whether a \
      release would load the file, with its default settings.

      Of an append-only log it reads manifest, base, every increment, and says for each problem what a server \
      would do (load, cut the file off, refuse, start empty) and what that loses. A torn tail, which a server \
      cuts off without asking, is damage here.

      EXAMPLES
        lossmap verify dump.rdb --target redis-7.0
        lossmap verify backups/*.rdb --format ndjson
        lossmap verify appendonlydir --target redis-7.0
        lossmap verify backups/*.rdb --max-age 26h --min-keys 1000 --prometheus /var/lib/node_exporter/redis.prom
        lossmap verify damaged.rdb --salvage saved.resp

      \(ExitStatus.help)
      """)

  @Argument(
    help: "The backups: RDB files, append-only files, folders or manifests of such.",
    completion: .file())
  var backups: [String]

  @Option(
    name: .customLong("target"),
    help: "Would this release load the file? redis-7.0, valkey-8.1, … May be given several times.")
  var targets: [Target] = []

  @Option(help: "How many databases the target is configured for.")
  var databases: UInt64 = 16

  @Flag(
    inversion: .prefixedNo,
    help: "Look for keys that are there twice, which takes 8 to 16 bytes of memory a key.")
  var duplicates = true

  @Flag(help: "End with status 1 if there are warnings.")
  var strict = false

  @Option(
    help: "End with status 1 if a backup is older than this by its own creation time: 26h, 7d.")
  var maxAge: Duration?

  @Option(help: "End with status 1 if a backup has fewer keys than this.")
  var minKeys: Int?

  @Option(
    help: "Also write metrics for node_exporter's textfile collector, whole or not at all.",
    completion: .file())
  var prometheus: String?

  @Option(
    help: """
      Write every key that decodes whole before the damage to this file, as commands for redis-cli --pipe. \
      Takes one backup.
      """, completion: .file())
  var salvage: String?

  @Option(
    help: """
      Write text, json (one document), ndjson (one backup a line), or a report to hand on: markdown or html.
      """)
  var format = Format.text

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try StandardInput.requireOnce(backups)
    if salvage != nil && backups.count != 1 {
      throw ValidationError("--salvage takes one backup")
    }
    let targets = [salvage, prometheus, output.output].compactMap(\.self)
      .map { URL(filePath: $0).standardizedFileURL.resolvingSymlinksInPath() }
    guard Set(targets).count == targets.count else {
      throw ValidationError("--salvage, --prometheus and --output take different files")
    }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let classifier = try KeyClassifier(policy.load())
      let (verdicts, statuses) = reading.showingProgress(of: backups) { verify(classifier) }
      // First what does not depend on whether somebody reads the answer to its end.
      if let prometheus { try writeMetrics(verdicts, to: prometheus) }
      if let salvage { try rescue(to: salvage, redaction.redactor(classifier.policy)) }
      try write(verdicts, classifier)
      try ExitStatus.worst(of: statuses).end()
    }
  }

  /// The verdicts on the backups, and the statuses that they ask for.
  private func verify(
    _ classifier: KeyClassifier
  ) -> (verdicts: [Verification], statuses: [ExitStatus]) {
    var verdicts: [Verification] = []
    var statuses: [ExitStatus] = []
    for path in backups {
      do throws(InputError) {
        var verification =
          switch try Backup.open(path).contents {
          case .snapshot(let file): Verification(of: file, options)
          case .log(let log):
            Verification(of: log, options) { key in
              classifier.category(of: key).map { classifier.policy.categories[$0].id }
            }
          }
        verification.hold(against: expectations, at: Moment.now)
        verdicts.append(verification)
        statuses.append(status(of: verification))
      } catch {
        verdicts.append(Verification(error, options))
        statuses.append(ExitStatus(ofInput: error))
      }
    }
    return (verdicts, statuses)
  }

  private var options: Verification.Options {
    var options = Verification.Options()
    for target in targets where !options.targets.contains(where: { $0.name == target.release.name })
    {
      options.targets.append(target.release)
    }
    options.databases = databases
    options.looksForDuplicates = duplicates
    options.threads = reading.threads
    options.loadedAt = Moment.now
    return options
  }

  private var expectations: Verification.Expectations {
    var expectations = Verification.Expectations()
    expectations.maxAge = maxAge?.milliseconds
    expectations.minKeys = minKeys
    return expectations
  }

  private func writeMetrics(_ verdicts: [Verification], to path: String) throws {
    try OutputOptions.refuse(path, ifAmong: backups)
    var text = ""
    VerificationMetrics(verdicts).write(to: &text)
    try Output.replace(path, with: text)
  }

  private func rescue(to path: String, _ redactor: Redactor?) throws {
    guard case .snapshot(let file) = try Backup.open(backups[0]).contents else {
      throw ValidationError(
        "--salvage is for RDB files; a copy of a log is cut off where verify says")
    }
    let stream = try OutputOptions.create(path, besides: backups)
    let salvage = Salvage(of: file, to: stream)
    try stream.finish()
    let text = SalvageText(salvage, language: output.language).text
    StandardError.write(redactor?.sentence(text) ?? text)
  }

  private func status(of verification: Verification) -> ExitStatus {
    guard verification.isReadable else { return .unreadable }
    return switch verification.isIntact {
    case nil: .unsupported
    case false?: .damaged
    case true?:
      verification.fallsShort || verification.targets.contains { $0.refusal != nil }
        || (strict && verification.hasWarnings) ? .findings : .done
    }
  }

  private func write(
    _ originals: [Verification], _ classifier: KeyClassifier
  ) throws {
    let redactor = redaction.redactor(classifier.policy)
    let verdicts =
      redactor.map { redactor in originals.map { $0.redacted(by: redactor, classifier) } }
      ?? originals
    var stream = try output.open(besides: backups)
    switch format {
    case .text:
      for verdict in verdicts {
        VerificationText(verdict, style: output.style, language: output.language)
          .write(to: &stream)
      }
    case .json: VerificationJSON(verdicts).writeDocument(to: &stream)
    case .ndjson: VerificationJSON(verdicts).writeLines(to: &stream)
    case .markdown:
      MarkdownRenderer(try document(originals, verdicts, redactor)).write(to: &stream)
    case .html: HTMLRenderer(try document(originals, verdicts, redactor)).write(to: &stream)
    }
    try stream.finish()
  }

  private func document(
    _ originals: [Verification], _ verdicts: [Verification], _ redactor: Redactor?
  ) throws -> Document {
    let paths = originals.filter { $0.isBackup && $0.isReadable }.map(\.path)
    return VerificationDocument(verdicts, try output.settings(ofFilesAt: paths, redactor)).document
  }
}
