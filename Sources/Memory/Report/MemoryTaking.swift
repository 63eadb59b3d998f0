internal import BinaryInput
internal import Hashing
internal import Impact
internal import Keyspace
internal import RDB

extension Snapshot {
  /// Adds up what the keys take that `filter` means. The answer is the same on any number of threads.
  ///
  /// - Throws: the `FormatError` that comes first in the file.
  func memoryCensus(
    _ question: MemoryQuestion, _ policy: Policy, _ filter: KeyFilter, threads: Int
  ) throws(FormatError) -> (description: SnapshotDescription, census: MemoryCensus) {
    let hasher = FingerprintHasher()
    func tree(capacity: Int, givesUp: Bool) -> PrefixTree {
      PrefixTree(
        separator: question.separator, depth: question.prefixDepth, capacity: capacity,
        hasher: hasher, givesUp: givesUp)
    }
    let whole = PrefixTree.usualCapacity
    // Together they take no more memory than a few whole ones.
    let share = threads <= Self.fullTrees ? whole : max(1 << 10, whole / threads.roundedUpToPower)
    let categories = policy.categories.count
    let empty = MemoryCensus(
      question, categories: categories, tree(capacity: share, givesUp: threads > 1))
    let (description, parts) = try walk(at: question.at ?? .min, threads: threads) {
      MemoryTaking(empty, MemoryEstimator(question.rules), KeyChoice(policy, filter))
    }
    guard threads > 1 else { return (description, parts[0]) }
    var census = parts[0]
    if parts.count > 1 {
      census = MemoryCensus(
        question, categories: categories, tree(capacity: whole, givesUp: true))
      for part in parts { census.merge(part) }
    }
    if census.prefixes.hasGivenUp {
      let inOrder = tree(capacity: whole, givesUp: false)
      census.prefixes = try walk(at: question.at ?? .min, threads: 1) {
        PrefixTaking(inOrder, MemoryEstimator(question.rules), KeyChoice(policy, filter))
      }.outcomes[0]
    }
    return (description, census)
  }

  /// So many trees of the usual size fit into memory side by side.
  private static var fullTrees: Int { 4 }
}

extension Int {
  /// The next power of two.
  fileprivate var roundedUpToPower: Int {
    1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}

/// Which keys are meant, and their categories: for one thread.
private struct KeyChoice {
  private let classifier: KeyClassifier
  /// Nil if every key is meant.
  private let selector: KeySelector?

  init(_ policy: Policy, _ filter: KeyFilter) {
    classifier = KeyClassifier(checked: policy)
    selector = filter.isEverything ? nil : KeySelector(checked: filter, classifier)
  }

  @inline(__always)
  func means(_ key: borrowing SnapshotKey) -> Bool {
    guard key.isAlive else { return false }
    return selector?.selects(key) ?? true
  }

  func category(of name: Span<UInt8>) -> Int? { classifier.category(of: name) }
}

/// Adds up what keys take.
private struct MemoryTaking: SnapshotVisitor, ~Copyable {
  private var census: MemoryCensus
  private var estimator: MemoryEstimator
  private let choice: KeyChoice

  init(_ census: MemoryCensus, _ estimator: consuming MemoryEstimator, _ choice: KeyChoice) {
    self.census = census
    self.estimator = estimator
    self.choice = choice
  }

  @inline(__always)
  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError) {
    guard choice.means(key) else { return }
    let memory = try estimator.memory(of: key)
    census.count(key, memory, category: choice.category(of: key.name))
  }

  consuming func finish() -> MemoryCensus { census }
}

/// Adds up what keys take by the beginnings of their names, in the order of the file.
private struct PrefixTaking: SnapshotVisitor, ~Copyable {
  private var prefixes: PrefixTree
  private var estimator: MemoryEstimator
  private let choice: KeyChoice

  init(_ prefixes: PrefixTree, _ estimator: consuming MemoryEstimator, _ choice: KeyChoice) {
    self.prefixes = prefixes
    self.estimator = estimator
    self.choice = choice
  }

  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError) {
    guard choice.means(key) else { return }
    let memory = try estimator.memory(of: key)
    prefixes.add(
      key.name, KeySum(bytes: memory.footprint.reported, expires: key.attributes.expiry != nil))
  }

  consuming func finish() -> PrefixTree { prefixes }
}
