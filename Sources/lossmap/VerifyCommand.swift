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
      says that none was computed: such a file is unverified, never intact.

      EXAMPLES
        lossmap verify dump.rdb
        lossmap verify backups/*.rdb --format ndjson

      \(ExitStatus.help)
      """)

  @Argument(help: "The backups: RDB files.")
  var backups: [String]

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
          let verification = Verification(of: try InputFile.backup(at: path))
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

  private func status(of verification: Verification) -> ExitStatus {
    switch verification.isIntact {
    case nil: .unsupported
    case false?: .damaged
    case true?: strict && !verification.problems.isEmpty ? .findings : .done
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
