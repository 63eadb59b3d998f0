public import BinaryInput
public import Hashing
public import RDB

/// Makes the digests of `DEBUG DIGEST` and `DEBUG DIGEST-VALUE` (`debug.c`, `xorObjectDigest`).
public struct ValueDigester: ~Copyable {
  private var strict: Strict<Visitor>
  private var scratch = ValueScratch()

  /// Makes digests as a server that writes scores so.
  public init(scores: ScoreText) {
    strict = Strict(Visitor(scores: scores))
  }

  /// Continues `digest` with a value and whether its key expires; returns nil for an empty value other than
  /// a stream, which a server does not keep.
  ///
  /// - Throws: `FormatError`, *unsupported* for a value that only its module can digest.
  public mutating func digest(
    _ value: borrowing RDBValue, expires: Bool, continuing digest: ServerDigest
  ) throws(FormatError) -> ServerDigest? {
    begin(value.type.type, continuing: digest)
    strict.visitor.offset = value.offset
    try value.decodeStrictly(into: &strict, scratch: &scratch)
    return end(value.type.type, expires: expires)
  }

  /// The same for a value that a walk visits.
  ///
  /// - Throws: `FormatError` as for a value of a file.
  public mutating func digest(
    _ value: borrowing SnapshotValue, expires: Bool, continuing digest: ServerDigest
  ) throws(FormatError) -> ServerDigest? {
    begin(value.type, continuing: digest)
    strict.visitor.offset = value.offset
    try value.decodeStrictly(into: &strict, scratch: &scratch)
    return end(value.type, expires: expires)
  }

  // What every key or every other one has, hashed once.
  private static let typeHashes = RedisType.allCases.map {
    ServerDigest(hashing: UInt32($0.rawValue))
  }
  private static let expiryHash = ServerDigest(hashing: "!!expire!!")

  private mutating func begin(_ type: RedisType, continuing digest: ServerDigest) {
    strict.visitor.digest = digest
    strict.visitor.digest.mix(hashed: Self.typeHashes[Int(type.rawValue)])
    strict.visitor.elements = 0
  }

  private mutating func end(_ type: RedisType, expires: Bool) -> ServerDigest? {
    guard strict.visitor.elements > 0 || type == .stream || type == .string else { return nil }
    if expires { strict.visitor.digest.combine(Self.expiryHash) }
    return strict.visitor.digest
  }

  private struct Visitor: ValueVisitor, ~Copyable {
    let scores: ScoreText
    var digest = ServerDigest()
    var elements = 0
    /// Where the value stands in the file.
    var offset = 0

    init(scores: ScoreText) { self.scores = scores }

    mutating func string(_ value: Span<UInt8>) { digest.mix(value) }

    mutating func listElement(_ element: Span<UInt8>) {
      elements += 1
      digest.mix(element)
    }

    mutating func setMember(_ member: Span<UInt8>) {
      elements += 1
      digest.xor(member)
    }

    mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
      elements += 1
      var pair = ServerDigest()
      pair.mix(member)
      pair.mix(scores.format(score))
      digest.xor(pair)
    }

    mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
      elements += 1
      var pair = ServerDigest()
      pair.mix(field)
      pair.mix(value)
      if expiry != nil { pair.xor("!!hexpire!!") }
      digest.xor(pair)
    }

    mutating func streamEntry(_ id: StreamID) {
      digest.mix("\(id.milliseconds).\(id.sequence)")
    }

    mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
      digest.mix(name)
      digest.mix(value)
    }

    mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) throws(FormatError) {
      throw .unsupported("the digest of an array", at: offset)
    }

    mutating func moduleValue(_ module: ModuleType, bytes: Span<UInt8>) throws(FormatError) {
      throw .unsupported("the digest of a value of module \(module.name)", at: offset)
    }
  }
}

/// The digest of a whole data set, key by key and in any order of databases.
public struct DataSetDigest: Sendable {
  private var databases: [UInt64: ServerDigest] = [:]

  /// No keys.
  public init() {}

  /// Where the digest of a key begins.
  public static func start(of key: Span<UInt8>) -> ServerDigest {
    var digest = ServerDigest()
    digest.mix(key)
    return digest
  }

  /// Adds the digest of a key of `database`.
  public mutating func add(_ digest: ServerDigest, database: UInt64) {
    databases[database, default: ServerDigest()].xor(digest)
  }

  /// Adds what was added to another in other keys.
  public mutating func add(_ other: DataSetDigest) {
    for (database, digest) in other.databases {
      databases[database, default: ServerDigest()].combine(digest)
    }
  }

  /// What the server answers to `DEBUG DIGEST`.
  public var value: ServerDigest {
    var whole = ServerDigest()
    for (database, keys) in databases.sorted(by: { $0.key < $1.key }) {
      whole.mix(number: UInt32(truncatingIfNeeded: database))
      whole.combine(keys)
    }
    return whole
  }
}
