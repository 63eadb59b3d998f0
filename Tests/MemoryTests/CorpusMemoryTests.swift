import BinaryInput
import Keyspace
import Memory
import RDB
import TestSupport
import Testing

/// Estimates against what real servers answered to `MEMORY USAGE key SAMPLES 0`.
struct CorpusMemoryTests {
  /// The servers of the other files were built without jemalloc.
  private static let measured = BackupFile.corpus.filter { $0.name.hasPrefix("redis-7.0-") }

  // Keys whose names, types and encodings a server gives back as the file has them: their memory was measured
  // after loading the same file with the configuration that had made it.
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: measured)
  func `estimates are what the server answers`(file: BackupFile) throws {
    let truth = try Truth(of: file.url)
    let estimates = try memory(of: file)
    var far: [String] = []
    for key in truth.keys {
      guard let measured = key.memory else { continue }
      let estimate = try #require(estimates[KeyName(key)])
      let difference = abs(estimate - measured)
      if difference * 10 > measured {
        far.append(
          "\(EscapedBytes(key.name)) \(key.type) \(key.encoding): \(estimate), not \(measured)")
      }
    }
    #expect(far == [])
  }

  // The levels of skip lists are random.
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: measured)
  func `all but skip lists are exact`(file: BackupFile) throws {
    let truth = try Truth(of: file.url)
    let estimates = try memory(of: file)
    let inexact = truth.keys.compactMap { key -> String? in
      guard key.encoding != "skiplist", let measured = key.memory else { return nil }
      let estimate = estimates[KeyName(key)] ?? 0
      return estimate == measured
        ? nil : "\(EscapedBytes(key.name)) \(key.encoding): \(estimate), not \(measured)"
    }
    #expect(inexact == [])
  }

  private func memory(of file: BackupFile) throws -> [KeyName: Int] {
    let snapshot = try Snapshot(InputFile(path: file.path))
    var estimator = MemoryEstimator(EncodingRules(snapshot.writer))
    var bytes: [KeyName: Int] = [:]
    _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
      bytes[KeyName(key.database, [UInt8](copying: key.name))] =
        try estimator.memory(of: key).footprint.reported
    }
    return bytes
  }
}
