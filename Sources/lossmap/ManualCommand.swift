internal import ArgumentParser
internal import Foundation

/// Writes the manual page: `lossmap manual > lossmap.1`.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page, for man(1).",
    discussion: """
      EXAMPLES
        lossmap manual > lossmap.1

      \(ExitStatus.help)
      """,
    shouldDisplay: false)

  func run() throws {
    try reportingErrors {
      let help = try JSONDecoder().decode(Manual.Tool.self, from: Data(Lossmap._dumpHelp().utf8))
      let stream = Output()
      stream.write(Manual(help.command, version: Version.number).text)
      try stream.finish()
    }
  }
}
