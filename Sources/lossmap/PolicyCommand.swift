internal import ArgumentParser
internal import Foundation
internal import Impact
internal import Reports

/// What do keys mean, and is my policy file right?
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "What do keys mean? Shows the built-in policy, checks one of your own.",
    discussion: """
      EXAMPLES
        lossmap policy show > mine.yaml
        lossmap policy check mine.yaml

      \(ExitStatus.help)
      """,
    subcommands: [Show.self, Check.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a policy file: the built-in one, or FILE once it has been checked.",
      discussion: """
        EXAMPLES
          lossmap policy show > mine.yaml
          lossmap policy show mine.yaml

        \(ExitStatus.help)
        """)

    @Argument(
      help: "A policy file. (default: the built-in policy)",
      completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
      try reportingErrors {
        let source = try file.map { try PolicySource(path: $0) }
        _ = try source?.policy()
        let stream = try output.open(besides: [file])
        stream.write(source?.text ?? Policy.builtInSource)
        try stream.finish()
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name line and field of the first mistake in a policy file.",
      discussion: """
        EXAMPLES
          lossmap policy check mine.yaml

        \(ExitStatus.help)
        """)

    @Argument(
      help: "A policy file. (default: the built-in policy)",
      completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @Option(help: "Speak en or zh. (default: what LANG says)")
    var lang: LanguageOption?

    func run() throws {
      try reportingErrors {
        let policy = try file.map { try PolicySource(path: $0).policy() } ?? Policy.builtIn()
        let language = lang ?? .preferred(by: ProcessInfo.processInfo.environment)
        let stream = Output()
        stream.write(PolicyText(policy, path: file, language: language.language).text)
        try stream.finish()
      }
    }
  }
}
