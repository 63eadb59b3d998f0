public import BinaryInput

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
    try Self.refuse([duplicates], in: file, threads: 1)
    return description
  }

  /// The same for visitors that share the work.
  ///
  /// - Throws: as for one.
  public func walkOnce<Visitor: SnapshotVisitor & ~Copyable>(
    at time: Int64, threads: Int, visitor: @Sendable () -> Visitor
  ) throws(FormatError) -> (description: SnapshotDescription, outcomes: [Visitor.Outcome]) {
    guard case .rdb(let file, _) = source else {
      return try walk(at: time, threads: threads, visitor: visitor)
    }
    let duplicates = DuplicateKeys()
    let (description, outcomes) = try walk(at: time, threads: threads) {
      Remembering(visitor: visitor(), duplicates)
    }
    try Self.refuse(outcomes.map(\.duplicates), in: file, threads: threads)
    return (description, outcomes.map(\.outcome))
  }

  private static func refuse(
    _ searches: [DuplicateKeys], in file: InputFile, threads: Int
  ) throws(FormatError) {
    let findings = try DuplicateKeys.findings(of: searches, in: file, atMost: 1, threads: threads)
    guard let first = findings.listed.first else { return }
    var error = FormatError.malformed(
      .duplicateKey, "the key is there twice: a server that loads the file aborts",
      at: first.offset)
    error.key = first.name
    throw error
  }
}

/// A visitor that remembers the keys it has seen.
private struct Remembering<Visitor: SnapshotVisitor & ~Copyable>: SnapshotVisitor, ~Copyable {
  struct Outcome: Sendable {
    let outcome: Visitor.Outcome
    let duplicates: DuplicateKeys
  }

  private var visitor: Visitor
  private var duplicates: DuplicateKeys

  init(visitor: consuming Visitor, _ duplicates: DuplicateKeys) {
    self.visitor = visitor
    self.duplicates = duplicates
  }

  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError) {
    duplicates.add(key.name, in: key.database)
    try visitor.visit(key)
  }

  consuming func finish() -> Outcome {
    let duplicates = duplicates
    return Outcome(outcome: visitor.finish(), duplicates: duplicates)
  }
}
