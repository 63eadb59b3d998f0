internal import BinaryInput
public import Keyspace
public import Patterns
public import RDB

/// What is in a backup: how many keys of which kind, when they expire, which are large.
public struct Inventory: Sendable {
  /// The file.
  public internal(set) var backup: BackupDescription
  /// The size of the file in bytes.
  public let bytes: Int
  /// The moment at which expiries are judged, in Unix milliseconds.
  public let at: Int64
  /// The policy that names the categories.
  public let policy: Policy
  /// Keys by database, in ascending order.
  public internal(set) var databases: [DatabaseInventory] = []
  /// Keys by type and encoding, the most frequent first.
  public internal(set) var encodings: [EncodingInventory] = []
  /// Keys by category, in the order of the policy; categories without keys are left out.
  public internal(set) var categories: [CategoryInventory] = []
  /// Keys of no category, by the beginning of their names.
  public internal(set) var unknown: [PrefixImpact] = []
  /// When keys expire.
  public internal(set) var expiries = ExpirySummary()
  /// The keys that take the most bytes in the file, largest first.
  public internal(set) var largest: [LargeKey] = []
}

/// The keys of a database.
public struct DatabaseInventory: Equatable, Sendable {
  /// The number of the database.
  public let database: UInt64
  /// How many keys it has.
  public internal(set) var keys = 0
  /// How many of them have an expiry.
  public internal(set) var expires = 0
}

/// The keys with values of a type and encoding.
public struct EncodingInventory: Equatable, Sendable {
  /// What the values are to a user.
  public let type: RedisType
  /// What the server calls the encoding.
  public let encoding: String
  /// How many keys there are.
  public internal(set) var keys = 0
  /// How many bytes they take in the file, names included.
  public internal(set) var bytes = 0
}

/// The keys of a category.
public struct CategoryInventory: Sendable {
  /// The category.
  public let category: Category
  /// How many keys it has.
  public internal(set) var keys = 0
  /// How many bytes they take in the file, names included.
  public internal(set) var bytes = 0
  /// How many of them have no expiry.
  public internal(set) var withoutExpiry = 0
  /// How many of them have expired.
  public internal(set) var expired = 0
}

/// When the keys of a backup expire.
public struct ExpirySummary: Equatable, Sendable {
  /// Never.
  public internal(set) var none = 0
  /// They have expired.
  public internal(set) var past = 0
  /// Within the next hour.
  public internal(set) var nextHour = 0
  /// Later, but within the next day.
  public internal(set) var nextDay = 0
  /// Later than that.
  public internal(set) var later = 0
}

/// A key that takes many bytes.
public struct LargeKey: Equatable, Sendable {
  /// The database of the key.
  public let database: UInt64
  /// The name.
  public internal(set) var name: [UInt8]
  /// What the value is to a user.
  public let type: RedisType
  /// How many bytes type, name and value take in the file.
  public let bytes: Int
  /// Where it stands: of keys of the same size, the first counts.
  let offset: Int

  /// Whether it comes before another key in a list of the largest.
  func precedes(_ other: LargeKey) -> Bool {
    (other.bytes, offset) < (bytes, other.offset)
  }
}

extension Inventory {
  /// Reads a backup and counts what is in it, on up to `threads` threads; expiries are judged at `time`, in Unix
  /// milliseconds.
  ///
  /// With `leavesOutExpired`, keys that have expired by then count in the expiry summary only. Only keys that
  /// `filter` means are counted at all, if there is one.
  ///
  /// - Throws: `BackupError` if it is damaged. Values are stepped over, not decoded.
  public init(
    of snapshot: Snapshot, at time: Int64, leavesOutExpired: Bool, policy: Policy,
    filter: KeyFilter = KeyFilter(), threads: Int = 1
  ) throws(BackupError) {
    do throws(FormatError) {
      let (description, parts) = try snapshot.walk(at: time, threads: threads) {
        CensusTaking(
          Census(at: time, leavesOutExpired: leavesOutExpired, categories: policy.categories.count),
          KeyClassifier(checked: policy), filter)
      }
      self.init(
        backup: BackupDescription(of: snapshot, description), bytes: snapshot.bytes, at: time,
        policy: policy)
      var census = Census(
        at: time, leavesOutExpired: leavesOutExpired, categories: policy.categories.count)
      for part in parts { census.merge(part) }
      census.fill(&self)
    } catch {
      throw BackupError(path: snapshot.path, error: error)
    }
  }
}

/// Counts the keys that a filter means.
private struct CensusTaking: SnapshotVisitor, ~Copyable {
  private var census: Census
  private let classifier: Classifier
  /// Nil if every key is meant.
  private let selector: KeySelector?

  init(_ census: Census, _ classifier: KeyClassifier, _ filter: KeyFilter) {
    self.census = census
    self.classifier = classifier.classifier
    selector = filter.isEverything ? nil : KeySelector(checked: filter, classifier)
  }

  @inline(__always)
  mutating func visit(_ key: borrowing SnapshotKey) throws(FormatError) {
    if let selector, !selector.selects(key) { return }
    try census.count(key, category: classifier.category(of: key.name))
  }

  consuming func finish() -> Census { census }
}

/// A policy with its patterns compiled. Belongs to one thread at a time.
public struct KeyClassifier {
  let classifier: Classifier

  /// Compiles the patterns of a policy.
  ///
  /// - Throws: `PatternError` for one that can't be compiled, which reading the policy has excluded.
  public init(_ policy: Policy) throws(PatternError) {
    classifier = try Classifier(policy)
  }

  /// Compiles the patterns of a policy that has been compiled before: patterns can't be shared between threads.
  package init(checked policy: Policy) {
    do throws(PatternError) {
      self = try KeyClassifier(policy)
    } catch {
      preconditionFailure("the policy was compiled before: \(error)")
    }
  }

  /// The policy.
  public var policy: Policy { classifier.policy }

  /// The index in the policy of the category of a key; nil if it has none.
  public func category(of key: Span<UInt8>) -> Int? { classifier.category(of: key) }
}
