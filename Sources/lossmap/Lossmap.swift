internal import ArgumentParser

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
      ImpactCommand.self, InspectCommand.self, VerifyCommand.self, DigestCommand.self,
      TimelineCommand.self, PolicyCommand.self,
    ])
}
