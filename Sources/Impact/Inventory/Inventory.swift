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
}

extension Inventory {
  /// Reads a backup and counts what is in it; expiries are judged at `time`, in Unix milliseconds.
  ///
  /// With `leavesOutExpired`, keys that have expired by then count in the expiry summary only. Only keys that
  /// `selector` means are counted at all, if there is one.
  ///
  /// - Throws: `BackupError` if it is damaged. Values are stepped over, not decoded.
  public init(
    of snapshot: Snapshot, at time: Int64, leavesOutExpired: Bool, classifier: KeyClassifier,
    selector: KeySelector? = nil
  ) throws(BackupError) {
    do throws(FormatError) {
      let policy = classifier.classifier.policy
      var census = Census(
        at: time, leavesOutExpired: leavesOutExpired, categories: policy.categories.count)
      let description = try snapshot.walk(at: time) { (key) throws(FormatError) in
        if let selector, !selector.selects(key) { return }
        try census.count(key, category: classifier.classifier.category(of: key.name))
      }
      self.init(
        backup: BackupDescription(of: snapshot, description), bytes: snapshot.bytes, at: time,
        policy: policy)
      census.fill(&self)
    } catch {
      throw BackupError(path: snapshot.path, error: error)
    }
  }
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

  /// The policy.
  public var policy: Policy { classifier.policy }

  /// The index in the policy of the category of a key; nil if it has none.
  public func category(of key: Span<UInt8>) -> Int? { classifier.category(of: key) }
}
