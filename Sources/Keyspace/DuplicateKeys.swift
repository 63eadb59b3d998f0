public import BinaryInput
internal import Hashing
internal import RDB

extension Snapshot {
  /// Walks as `walk` does, and refuses a file that has a key twice, which no server could hold: at its end,
  /// for it takes all of them to know.
  ///
  /// - Throws: `FormatError` where the file is damaged, `duplicateKey` for the first key that is there again.
  public func walkOnce(
    at time: Int64, _ visit: (borrowing SnapshotKey) throws(FormatError) -> Void
  ) throws(FormatError) -> SnapshotDescription {
    guard case .rdb(let file, _) = source else { return try walk(at: time, visit) }
    var duplicates = DuplicateKeys()
    let description = try walk(at: time) { (key) throws(FormatError) in
      duplicates.add(key.name, in: key.database)
      try visit(key)
    }
    if let first = try duplicates.findings(in: file, atMost: 1).listed.first {
      var error = FormatError.malformed(
        .duplicateKey, "the key is there twice: a server that loads the file aborts",
        at: first.offset)
      error.key = first.name
      throw error
    }
    return description
  }
}

/// Finds keys that a file has twice, in eight bytes a key.
///
/// Half fingerprints of all keys are kept and sorted. Should two be the same, the file is read again for the
/// keys that have them, and whole fingerprints decide.
struct DuplicateKeys: Sendable {
  /// A key that is there again.
  struct Finding {
    let database: UInt64
    let name: [UInt8]
    let offset: Int
    /// Whether a server keeps this one and one before it, and so aborts: it leaves out empty ones and, in a file
    /// that is no log's, those that have expired.
    let isRefused: Bool
  }

  private let hasher: FingerprintHasher
  /// The halves, in parts by their highest bits: each part is small enough to be sorted quickly.
  private var parts: [[UInt64]]

  private static let partBits = 6

  /// No keys yet.
  init() {
    hasher = FingerprintHasher()
    parts = Array(repeating: [], count: 1 << Self.partBits)
  }

  /// The keys of several searches that began as copies of one.
  init(merging searches: [DuplicateKeys]) {
    self = searches.first ?? DuplicateKeys()
    for search in searches.dropFirst() {
      for index in parts.indices { parts[index] += search.parts[index] }
    }
  }

  /// Takes in a key.
  mutating func add(_ name: Span<UInt8>, in database: UInt64) {
    let half = hasher.hash(name, in: database).low
    parts[Int(half >> UInt64(64 - Self.partBits))].append(half)
  }

  /// The halves that several keys have.
  private consuming func suspects() -> Set<UInt64> {
    var suspects: Set<UInt64> = []
    for index in parts.indices {
      var halves: [UInt64] = []
      swap(&halves, &parts[index])
      halves.sort()
      for (first, second) in zip(halves, halves.dropFirst()) where first == second {
        suspects.insert(first)
      }
    }
    return suspects
  }

  /// The first `limit` keys of `file` that are there again, in the order of the file, and how many there are.
  ///
  /// - Throws: `FormatError` if the file has changed since it was read.
  consuming func findings(
    in file: InputFile, atMost limit: Int, loadedAt time: Int64? = nil
  ) throws(FormatError) -> (listed: [Finding], count: Int) {
    let hasher = hasher
    let suspects = suspects()
    guard !suspects.isEmpty else { return ([], 0) }
    var count = 0
    var seen: Set<Fingerprint> = []
    var kept: Set<Fingerprint> = []
    var valueScratch = ValueScratch()
    var findings: [Finding] = []
    var reader = try RDBReader(file, toleratesLaterFeatures: true)
    var scratch = ScratchBuffer()
    while let record = try reader.next() {
      guard record == .key else { continue }
      let key = try reader.key()
      let name = try key.bytes(in: &scratch)
      let fingerprint = hasher.hash(name, in: reader.database)
      guard suspects.contains(fingerprint.low) else { continue }
      let isKept =
        time.map { Snapshot.isAlive(expiry: reader.attributes.expiry, at: $0) } ?? true
        && !reader.value.isEmptyContainer(scratch: &valueScratch)
      let isRefused = isKept && !kept.insert(fingerprint).inserted
      guard !seen.insert(fingerprint).inserted else { continue }
      count += 1
      if findings.count < limit {
        findings.append(
          Finding(
            database: reader.database, name: [UInt8](copying: name), offset: reader.recordOffset,
            isRefused: isRefused))
      }
    }
    return (findings, count)
  }
}
