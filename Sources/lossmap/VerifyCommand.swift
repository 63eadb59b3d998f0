internal import ArgumentParser
internal import BinaryInput
internal import Keyspace
internal import Reports

/// Is this backup whole?
struct VerifyCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, ndjson }

  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Is this backup whole?",
    discussion: """
      Reads every byte: header, structure, every value, checksum, and what follows the end. A checksum of 0 \
      says that none was computed: such a file is unverified, never intact. Looks deeper than a server does \
      when it starts: where one loads the file all the same, the report says so. --target asks whether a \
      release would load the file, with its default settings.

      EXAMPLES
        lossmap verify dump.rdb --target redis-7.0
        lossmap verify backups/*.rdb --format ndjson

      \(ExitStatus.help)
      """)

  @Argument(help: "The backups: RDB files.")
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

  @Option(help: "Write text, json (one document) or ndjson (one backup a line).")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      var verdicts: [Verification] = []
      var statuses: [ExitStatus] = []
      for path in backups {
        do throws(InputError) {
          let verification = Verification(of: try InputFile.backup(at: path), options)
          verdicts.append(verification)
          statuses.append(status(of: verification))
        } catch {
          verdicts.append(Verification(error))
          statuses.append(.unreadable)
        }
      }
      try write(verdicts)
      try ExitStatus.worst(of: statuses).end()
    }
  }

  private var options: Verification.Options {
    var options = Verification.Options()
    options.targets = targets.map(\.release)
    options.databases = databases
    options.looksForDuplicates = duplicates
    return options
  }

  private func status(of verification: Verification) -> ExitStatus {
    switch verification.isIntact {
    case nil: .unsupported
    case false?: .damaged
    case true?:
      verification.targets.contains { $0.refusal != nil } || (strict && verification.hasWarnings)
        ? .findings : .done
    }
  }

  private func write(_ verdicts: [Verification]) throws {
    var stream = try output.open(besides: backups)
    switch format {
    case .text:
      for verdict in verdicts {
        VerificationText(verdict, style: output.style).write(to: &stream)
      }
    case .json: VerificationJSON(verdicts).writeDocument(to: &stream)
    case .ndjson: VerificationJSON(verdicts).writeLines(to: &stream)
    }
    try stream.finish()
  }
}
