internal import BinaryInput
internal import Hashing
internal import RDB

/// Finds keys that a file has twice, in eight bytes a key.
///
/// Half fingerprints of all keys are kept and sorted. Should two be the same, the file is read again for the
/// keys that have them, and whole fingerprints decide.
struct DuplicateKeys {
  /// A key that is there again.
  struct Finding {
    let database: UInt64
    let name: [UInt8]
    let offset: Int
  }

  private let hasher = FingerprintHasher()
  private var halves: [UInt64] = []

  /// Takes in a key.
  mutating func add(_ name: Span<UInt8>, in database: UInt64) {
    halves.append(hasher.hash(name, in: database).low)
  }

  /// The first `limit` keys of `file` that are there again, in the order of the file, and how many there are.
  ///
  /// - Throws: `FormatError` if the file has changed since it was read.
  consuming func findings(
    in file: InputFile, atMost limit: Int
  ) throws(FormatError) -> (listed: [Finding], count: Int) {
    halves.sort()
    var suspects: Set<UInt64> = []
    for (first, second) in zip(halves, halves.dropFirst()) where first == second {
      suspects.insert(first)
    }
    guard !suspects.isEmpty else { return ([], 0) }
    halves = []
    var count = 0
    var seen: Set<Fingerprint> = []
    var findings: [Finding] = []
    var reader = try RDBReader(file, toleratesLaterFeatures: true)
    var scratch = ScratchBuffer()
    while let record = try reader.next() {
      guard record == .key else { continue }
      let key = try reader.key()
      let name = try key.bytes(in: &scratch)
      let fingerprint = hasher.hash(name, in: reader.database)
      guard suspects.contains(fingerprint.low) else { continue }
      guard !seen.insert(fingerprint).inserted else { continue }
      count += 1
      if findings.count < limit {
        findings.append(
          Finding(
            database: reader.database, name: [UInt8](copying: name), offset: reader.recordOffset))
      }
    }
    return (findings, count)
  }
}
