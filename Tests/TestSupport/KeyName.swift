internal import BinaryInput

/// A key's place in a data set.
public struct KeyName: Hashable, CustomStringConvertible, Sendable {
  /// The number of the database.
  public let database: UInt64
  /// The name.
  public let name: [UInt8]

  /// Names a key.
  public init(_ database: UInt64, _ name: [UInt8]) {
    self.database = database
    self.name = name
  }

  /// The key that a server has stated something about.
  public init(_ key: Truth.Key) {
    self.init(key.database, key.name)
  }

  /// The database and the name, as they are shown when a test fails.
  public var description: String { "\(database) \"\(EscapedBytes(name, limit: 100))\"" }
}
