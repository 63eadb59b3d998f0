import TestSupport

/// A key that a test puts into a backup.
struct Entry {
  /// A value in one of the forms that a file can have for it.
  enum Value {
    case string(String)
    /// A string in a compressed form.
    case compressedString(String)
    case list([String])
    case set([String])
    /// A set of 16-bit integers in the form that only such sets have.
    case intset([Int16])
    case hash(KeyValuePairs<String, String>)
    case hashListpack([String])
    case sortedSet(KeyValuePairs<String, Double>)
    case sortedSetListpack([String])
    /// Type and value, to the letter.
    case record([UInt8])
  }

  var name: [UInt8]
  var value: Value
  /// In Unix milliseconds.
  var expiry: Int64?
  var database: UInt64

  init(
    _ name: String, _ value: Value = .string("1"), expires expiry: Int64? = nil,
    in database: UInt64 = 0
  ) {
    self.init(bytes: Array(name.utf8), value, expires: expiry, in: database)
  }

  init(
    bytes name: [UInt8], _ value: Value = .string("1"), expires expiry: Int64? = nil,
    in database: UInt64 = 0
  ) {
    (self.name, self.value, self.expiry, self.database) = (name, value, expiry, database)
  }
}

extension Entry.Value {
  /// The type, and what stands behind the name.
  fileprivate var record: [UInt8] {
    switch self {
    case .string(let text): [0] + RDBBuilder.string(text)
    case .compressedString(let text): [0] + RDBBuilder.compressed(Array(text.utf8))
    case .list(let elements): [1] + Self.counted(elements.map { RDBBuilder.string($0) })
    case .set(let members): [2] + Self.counted(members.map { RDBBuilder.string($0) })
    case .intset(let members):
      [11]
        + RDBBuilder.string(
          littleEndian(2, 4) + littleEndian(Int64(members.count), 4)
            + members.flatMap { littleEndian(Int64($0), 2) })
    case .hash(let fields):
      [4] + Self.counted(fields.map { RDBBuilder.string($0) + RDBBuilder.string($1) })
    case .hashListpack(let texts): [16] + ListpackBuilder(texts).string()
    case .sortedSet(let members):
      [5]
        + Self.counted(
          members.map { member, score in
            RDBBuilder.string(member) + littleEndian(Int64(bitPattern: score.bitPattern), 8)
          })
    case .sortedSetListpack(let texts): [17] + ListpackBuilder(texts).string()
    case .record(let bytes): bytes
    }
  }

  private static func counted(_ items: [[UInt8]]) -> [UInt8] {
    RDBBuilder.length(UInt64(items.count)) + items.flatMap { $0 }
  }
}

/// A backup of these keys; `createdAt`, in Unix milliseconds, is stated in whole seconds.
func dump(_ entries: [Entry], createdAt: Int64? = nil) -> [UInt8] {
  var builder = RDBBuilder()
  builder.auxiliary("redis-ver", "7.0.15")
  if let createdAt { builder.auxiliary("ctime", "\(createdAt / 1000)") }
  var database: UInt64?
  for entry in entries {
    if entry.database != database { builder.selectDatabase(entry.database) }
    database = entry.database
    if let expiry = entry.expiry { builder.expiry(expiry) }
    let record = entry.value.record
    builder.append([record[0]] + RDBBuilder.string(entry.name) + record.dropFirst())
  }
  return builder.file()
}
