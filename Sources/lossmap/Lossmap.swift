internal import ArgumentParser
internal import BinaryInput

/// The command line: one file a verb.
@main
struct Lossmap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lossmap",
    abstract: "What would restoring this Redis backup lose, regress, or bring back from the dead?",
    discussion: """
      Decodes RDB files of Redis and Valkey, offline, and compares them key by key. No running server is \
      ever contacted, and no input is ever written to.

      \(ExitStatus.help)
      """,
    version: Version.text,
    subcommands: [
      ImpactCommand.self, RankCommand.self, DiffCommand.self, InspectCommand.self,
      VerifyCommand.self, DigestCommand.self, MemoryCommand.self, ExportCommand.self,
      TimelineCommand.self, PreflightCommand.self, StageCommand.self, CarryCommand.self,
      PolicyCommand.self, ManualCommand.self,
    ])

  /// Writes a help text or the version; ends with the status of an answer that could not be written.
  private static func answer(_ text: String) {
    ignoreClosedPipes()
    let output = Output()
    output.write(text + "\n")
    do throws(OutputError) {
      try output.finish()
    } catch {
      guard !error.isClosedPipe else { return }
      StandardError.write("lossmap: \(error)\n")
      exit(withError: ExitCode(ExitStatus.outputFailed.rawValue))
    }
  }

  /// Runs the command that the arguments name.
  ///
  /// The parser quotes wrong arguments as they are; an argument may be the name of a file that somebody
  /// else chose, so what goes to the terminal is made safe line by line.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let status = exitCode(for: error)
      let message = fullMessage(for: error)
      if status.isSuccess {
        answer(message)
      } else if !message.isEmpty {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        let safe = lines.map { EscapedBytes(sentence: String($0)).description }
        StandardError.write(safe.joined(separator: "\n") + "\n")
      }
      exit(withError: ExitCode(status.rawValue))
    }
  }
}
