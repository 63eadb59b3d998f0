internal import BinaryInput
internal import Hashing
internal import RDB

/// Finds keys that a file has twice, in eight bytes a key.
///
/// Half fingerprints of all keys are kept. Should two be the same, the file is read again for the keys that have them,
/// and whole fingerprints decide.
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
  /// The halves, in parts by their highest bits: those of a part are looked at together, in a small table.
  private var parts: [[UInt64]]

  private static let partBits = 8

  /// No keys yet. Copies can share the work: they go together (`findings`).
  init() {
    hasher = FingerprintHasher()
    parts = Array(repeating: [], count: 1 << Self.partBits)
  }

  /// Takes in a key.
  mutating func add(_ name: Span<UInt8>, in database: UInt64) {
    let half = hasher.hash(name, in: database).low
    parts[Int(half >> UInt64(64 - Self.partBits))].append(half)
  }

  /// The halves that several keys have, of all that `searches` have taken in.
  private static func suspects(_ searches: [DuplicateKeys], threads: Int) -> Set<UInt64> {
    let (all, middle) = (1 << partBits, 1 << (partBits - 1))
    let (some, others) = inParallel(
      threads: threads, { suspects(searches, in: 0..<middle) },
      { suspects(searches, in: middle..<all) })
    return some.union(others)
  }

  private static func suspects(
    _ searches: [DuplicateKeys], in parts: Range<Int>
  ) -> Set<UInt64> {
    var table = HalfTable()
    for part in parts {
      table.removeAll(makingRoomFor: searches.reduce(0) { $0 + $1.parts[part].count })
      for search in searches {
        for half in search.parts[part] { table.insert(half) }
      }
    }
    return table.suspects
  }

  /// The first `limit` keys of `file` that are there again, in the order of the file, and how many there are, once
  /// `searches`, copies of one, have taken in all keys.
  ///
  /// - Throws: `FormatError` if the file has changed since it was read.
  static func findings(
    of searches: [DuplicateKeys], in file: InputFile, atMost limit: Int,
    loadedAt time: Int64? = nil,
    threads: Int = 1
  ) throws(FormatError) -> (listed: [Finding], count: Int) {
    guard let hasher = searches.first?.hasher else { return ([], 0) }
    let suspects = suspects(searches, threads: threads)
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
