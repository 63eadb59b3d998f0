internal import ArgumentParser
internal import Foundation

/// How backups are read.
struct ReadingOptions: ParsableArguments {
  @Option(
    name: .customLong("threads"),
    help: "Read on this many threads. (default: one for each core, 16 at most)")
  var wanted: Int?

  /// More threads than this wait for each other most of the time.
  private static let most = 16

  /// On how many threads a backup is read.
  var threads: Int { wanted ?? min(ProcessInfo.processInfo.activeProcessorCount, Self.most) }

  func validate() throws {
    guard let wanted, !(1...256).contains(wanted) else { return }
    throw ValidationError("--threads takes a number from 1 to 256")
  }
}
