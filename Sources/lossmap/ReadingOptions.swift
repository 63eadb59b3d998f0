internal import ArgumentParser
internal import Foundation

/// How backups are read.
struct ReadingOptions: ParsableArguments {
  @Option(
    name: .customLong("threads"),
    help: "Read on at most this many threads. (default: one for each core, 16 at most)")
  var wanted: Int?

  @Flag(help: "Show no progress, even on a terminal.")
  var noProgress = false

  /// More threads than this wait for each other most of the time.
  private static let most = 16

  /// On how many threads backups are read, at most.
  var threads: Int { wanted ?? min(ProcessInfo.processInfo.activeProcessorCount, Self.most) }

  func validate() throws {
    guard let wanted, !(1...256).contains(wanted) else { return }
    throw ValidationError("--threads takes a number from 1 to 256")
  }

  /// Does `work`, which reads the inputs at these paths, and shows how far it is to whoever sits at a terminal.
  func showingProgress<Result>(
    of paths: [String?], _ work: () throws -> Result
  ) rethrows -> Result {
    let line = noProgress ? nil : ProgressLine(ofReading: paths.compactMap(\.self))
    defer { line?.stop() }
    return try work()
  }
}
