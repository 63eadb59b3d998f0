public import Keyspace
public import Patterns
public import RDB

/// Which keys are meant; without any condition, all.
///
/// Conditions of one kind are alternatives (`types`: one of these), except that none of `excluded` may match.
/// Conditions of different kinds must all hold.
public struct KeyFilter: Sendable {
  /// When a key must expire.
  public enum Expiry: Equatable, Sendable {
    /// Never.
    case never
    /// At some time.
    case always
    /// Within these moments in Unix milliseconds, the ends included.
    case within(ClosedRange<Int64>)
  }

  /// Patterns of which one must match the name, as `KEYS` takes them.
  public var globs: [GlobPattern] = []
  /// Patterns of which none may match the name.
  public var excluded: [GlobPattern] = []
  /// PCRE2 expressions of which one must match somewhere in the name.
  public var expressions: [String] = []
  /// Categories of the policy, by id; `unknown` for keys of none.
  public var categories: Set<String> = []
  /// What the value is.
  public var types: Set<RedisType> = []
  /// The database.
  public var databases: Set<UInt64> = []
  /// When the key expires.
  public var expiry: Expiry?
  /// How many bytes the value takes in the file.
  public var size: ClosedRange<Int>?

  /// The id that stands for keys of no category.
  public static let noCategory = "unknown"

  /// Every key.
  public init() {}

  /// Whether every key is meant.
  public var isEverything: Bool { !asksForNames && !asksForValues }

  /// Whether names, databases or categories matter: what two sides have in common.
  public var asksForNames: Bool {
    !globs.isEmpty || !excluded.isEmpty || !expressions.isEmpty || !categories.isEmpty
      || !databases.isEmpty
  }

  /// Whether types, expiries or sizes matter.
  public var asksForValues: Bool { !types.isEmpty || expiry != nil || size != nil }
}

/// Tells which keys a filter means. Belongs to one thread at a time.
public struct KeySelector {
  /// What is meant.
  package let filter: KeyFilter
  private let isEverything: Bool
  private let expressions: [BytePattern]
  private let classifier: KeyClassifier
  /// The categories that are meant, by their index in the policy; the last stands for none.
  private let isMeant: [Bool]

  /// Compiles a filter for the categories of a policy.
  ///
  /// - Throws: `PatternError` if one of its expressions can't be compiled.
  public init(_ filter: KeyFilter, _ classifier: KeyClassifier) throws(PatternError) {
    self.filter = filter
    isEverything = filter.isEverything
    self.classifier = classifier
    var expressions: [BytePattern] = []
    for expression in filter.expressions {
      expressions.append(try BytePattern(expression, anchored: false))
    }
    self.expressions = expressions
    let ids = classifier.policy.categories.map(\.id) + [KeyFilter.noCategory]
    isMeant = ids.map { filter.categories.isEmpty || filter.categories.contains($0) }
  }

  /// Compiles a filter that has been compiled before: expressions can't be shared between threads.
  package init(checked filter: KeyFilter, _ classifier: KeyClassifier) {
    do throws(PatternError) {
      self = try KeySelector(filter, classifier)
    } catch {
      preconditionFailure("the filter was compiled before: \(error)")
    }
  }

  /// Whether the filter means keys of this name.
  @inline(__always)
  public func selects(_ name: Span<UInt8>, in database: UInt64) -> Bool {
    !filter.asksForNames || selectsName(name, in: database)
  }

  /// Whether the filter means keys with such a value; `size` is in bytes of the file.
  @inline(__always)
  public func selects(_ type: RedisType, expiry: Int64?, size: Int) -> Bool {
    !filter.asksForValues || selectsValue(type, expiry: expiry, size: size)
  }

  /// Whether the filter means a key.
  public func selects(_ key: borrowing SnapshotKey) -> Bool {
    if isEverything { return true }
    return selects(key.name, in: key.database)
      && selects(
        key.value.type, expiry: key.attributes.expiry, size: key.value.size)
  }

  /// Whether the filter means a key that a restore changes, whatever its size.
  public func selects(_ key: AffectedKey) -> Bool {
    selects(key.name.span, in: key.database) && selects(key.type, expiry: key.expiry, size: 0)
  }

  private func selectsName(_ name: Span<UInt8>, in database: UInt64) -> Bool {
    guard filter.databases.isEmpty || filter.databases.contains(database) else { return false }
    for glob in filter.excluded where glob.matches(name) { return false }
    guard filter.globs.isEmpty || filter.globs.contains(where: { $0.matches(name) }) else {
      return false
    }
    guard expressions.isEmpty || expressions.contains(where: { $0.matches(name) }) else {
      return false
    }
    return filter.categories.isEmpty || isMeant[classifier.category(of: name) ?? isMeant.count - 1]
  }

  private func selectsValue(_ type: RedisType, expiry: Int64?, size: Int) -> Bool {
    guard filter.types.isEmpty || filter.types.contains(type) else { return false }
    if let sizes = filter.size, !sizes.contains(size) { return false }
    switch filter.expiry {
    case nil: return true
    case .never: return expiry == nil
    case .always: return expiry != nil
    case .within(let range): return expiry.map { range.contains($0) } ?? false
    }
  }
}
