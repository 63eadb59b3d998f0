public import RDB

/// How a key differs.
public enum DiffChange: String, CaseIterable, Sendable {
  /// Only the new side has it.
  case added
  /// Only the old side has it.
  case removed
  /// Type or value differ.
  case changed
  /// Only the expiry differs.
  case expiry
}

/// A key that differs.
public struct Difference: Sendable {
  /// The database of the key.
  public let database: UInt64
  /// The name.
  public internal(set) var name: [UInt8]
  /// The index of its category in the policy; nil if it has none.
  public let category: Int?
  /// How it differs.
  public let change: DiffChange
  /// What the old side has; nil if it lacks the key.
  public let old: Side?
  /// What the new side has; nil if it lacks the key.
  public let new: Side?
  /// Whether the filter means the new side.
  let isNewSelected: Bool

  /// A key on one side.
  public struct Side: Sendable {
    /// What its value is to a user.
    public let type: RedisType
    /// When it expires, in Unix milliseconds; nil if never.
    public let expiry: Int64?
    let place: Place
  }

  /// What its value is to a user; of the new side where both have the key.
  public var type: RedisType { (new ?? old)?.type ?? .string }
  /// When it expires, in Unix milliseconds; of the new side where both have the key.
  public var expiry: Int64? { (new ?? old)?.expiry }

  /// Compares the records of one key; nil if they say the same, or the filter means neither.
  init?(old: KeyRecord?, new: KeyRecord?) {
    guard let key = new ?? old, old?.isSelected == true || new?.isSelected == true else {
      return nil
    }
    if let old, let new {
      if old.type != new.type || old.value != new.value {
        change = .changed
      } else if old.expiry != new.expiry {
        change = .expiry
      } else {
        return nil
      }
    } else {
      change = old == nil ? .added : .removed
    }
    (database, name, category) = (key.database, key.name, key.category)
    self.old = old.map { Side(type: $0.type, expiry: $0.expiry, place: $0.place) }
    self.new = new.map { Side(type: $0.type, expiry: $0.expiry, place: $0.place) }
    isNewSelected = new?.isSelected == true
  }
}
