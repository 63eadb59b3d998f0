internal import BinaryInput
internal import Hashing
internal import Impact
internal import Keyspace
internal import Patterns
internal import RDB

/// How two sides are to be compared.
struct DiffPlan: Sendable {
  let policy: Policy
  let filter: KeyFilter
  /// Only what is alive then counts; nil for everything that the files hold.
  let time: Int64?
  let hasher: FingerprintHasher
  let budget: MemoryBudget
  let storage: any SpillStorage
  /// Whether keys are brought into order by category before anything else.
  let isGrouped: Bool
  /// With one, everything is done one after the other.
  let threads: Int

  /// Compiles the patterns, for one thread.
  func patterns() -> (KeyClassifier, KeySelector) {
    do {
      let classifier = try KeyClassifier(policy)
      return (classifier, try KeySelector(filter, classifier))
    } catch {
      preconditionFailure("the analysis has compiled these patterns before: \(error)")
    }
  }

  /// The fingerprint of all that two sides must agree on.
  @inline(__always)
  func content(_ key: Fingerprint, _ value: Fingerprint, _ expiry: Int64?) -> Fingerprint {
    hasher.combine(
      key, value, UInt64(bitPattern: expiry ?? 0), expiry == nil ? 0 : 1)
  }
}

/// What one reading of a side finds out: an entry for every key that counts.
struct DiffScan: Sendable {
  private(set) var parts = EntryParts(count: 0)
  /// The databases of the files, which places refer to.
  private(set) var sources: [DiffSource] = []
  /// What the files say about themselves.
  private(set) var descriptions: [SnapshotDescription] = []
  /// How many keys the filter means.
  private(set) var selected: SelectedKeys

  /// How many keys are meant, by category and by type.
  struct SelectedKeys: Sendable {
    /// By the index in the policy; the last is for keys of no category.
    var categories: [Int]
    var types = [Int](repeating: 0, count: RedisType.allCases.count)
    var all = 0
  }

  /// Reads the files of a side; counts what is meant only if `counts`.
  ///
  /// - Throws: `BackupError` if a file is damaged, `SpillError`.
  init(of side: DiffSide, _ plan: DiffPlan, counts: Bool) throws {
    selected = SelectedKeys(
      categories: Array(repeating: 0, count: plan.policy.categories.count + 1))
    var writer = EntryWriter(plan.budget, plan.storage)
    var numbers: [DiffSource: UInt32] = [:]
    let (classifier, selector) = plan.patterns()
    var worst: BackupError?
    for (file, snapshot) in side.files.enumerated() {
      do {
        descriptions.append(
          try scan(snapshot, file, plan, classifier, selector, counts, &writer, &numbers))
      } catch let error as BackupError {
        // The other files may be worse.
        if worst.map({ $0.error.rank < error.error.rank }) ?? true { worst = error }
      }
    }
    if let worst { throw worst }
    parts = try writer.finish()
  }

  private mutating func scan(
    _ snapshot: Snapshot, _ file: Int, _ plan: DiffPlan, _ classifier: KeyClassifier,
    _ selector: KeySelector, _ counts: Bool, _ writer: inout EntryWriter,
    _ numbers: inout [DiffSource: UInt32]
  ) throws -> SnapshotDescription {
    var fingerprinter = ValueFingerprinter(plan.hasher)
    var current: (database: UInt64, number: UInt32)?
    var selected = selected
    var sources = sources
    var failure: SpillError?
    let (asksForNames, asksForValues) = (plan.filter.asksForNames, plan.filter.asksForValues)
    do throws(FormatError) {
      let description = try snapshot.walk(at: plan.time ?? .min) { (key) throws(FormatError) in
        guard !asksForNames || selector.selects(key.name, in: key.database) else { return }
        // Damage in a key that has expired is damage all the same.
        let value = try fingerprinter.fingerprint(key.value)
        guard key.isAlive else { return }
        let expiry = key.attributes.expiry
        let type = key.value.type
        if counts,
          !asksForValues
            || selector.selects(type, expiry: expiry, size: key.value.size)
        {
          selected.all += 1
          selected.types[Int(type.rawValue)] += 1
          selected.categories[classifier.category(of: key.name) ?? selected.categories.count - 1] +=
            1
        }
        if current?.database != key.database {
          let source = DiffSource(file: file, database: key.database)
          if numbers[source] == nil {
            numbers[source] = UInt32(sources.count)
            sources.append(source)
          }
          current = (key.database, numbers[source] ?? 0)
        }
        let fingerprint = key.fingerprint(plan.hasher)
        do throws(SpillError) {
          try writer.append(
            Entry(key: fingerprint.low, content: plan.content(fingerprint, value, expiry)),
            at: Place(source: current?.number ?? 0, offset: key.offset))
        } catch {
          failure = error
          // Ends the walk; what it says is not looked at.
          throw FormatError(.unreadable(errno: 0), at: 0)
        }
      }
      self.selected = selected
      self.sources = sources
      return description
    } catch {
      if let failure { throw failure }
      throw BackupError(path: snapshot.path, error: error)
    }
  }

  /// Forgets the entries of a part.
  mutating func drop(_ part: Int, _ budget: MemoryBudget) {
    budget.free(parts.drop(part))
  }
}
