public import BinaryInput

extension FormatRule {
  /// A type or opcode stands in a file whose version did not have it yet.
  public static let notInVersion = FormatRule("not-in-version")
  /// A type number that was never assigned.
  public static let valueType = FormatRule("value-type")
}

/// What a value is to a user of the server: what `TYPE key` answers.
public enum RedisType: UInt8, CaseIterable, Sendable {
  // The order is that of the type numbers in DEBUG DIGEST (OBJ_STRING … OBJ_STREAM in server.h).
  case string, list, set, zset, hash, module, stream, array

  /// The server's own word for it.
  public var name: String {
    switch self {
    case .string: "string"
    case .list: "list"
    case .set: "set"
    case .zset: "zset"
    case .hash: "hash"
    case .module: "module"
    case .stream: "stream"
    case .array: "array"
    }
  }
}

/// How a value stands in a file: one case for each type number (`RDB_TYPE_…` of the server's `rdb.h`).
public enum RDBValueType: UInt8, CaseIterable, Sendable {
  case string = 0
  case list = 1
  case set = 2
  case zset = 3
  case hash = 4
  case zset2 = 5
  case modulePreGA = 6
  case module2 = 7
  case hashZipmap = 9
  case listZiplist = 10
  case setIntset = 11
  case zsetZiplist = 12
  case hashZiplist = 13
  case listQuicklist = 14
  case streamListpacks = 15
  case hashListpack = 16
  case zsetListpack = 17
  case listQuicklist2 = 18
  case streamListpacks2 = 19
  case setListpack = 20
  case streamListpacks3 = 21
  case hashMetadataPreGA = 22
  case hashListpackExPreGA = 23
  case hashMetadata = 24
  case hashListpackEx = 25
  case streamListpacks4 = 26
  case streamListpacks5 = 27
  case array = 28
  /// Type 22 of a Valkey file: the same number as `hashMetadataPreGA`, another layout.
  case valkeyHash2 = 222

  /// What the table below says about a type.
  struct Traits {
    let name: String
    let type: RedisType
    /// What the server's `OBJECT ENCODING` calls it; strings depend on their bytes.
    let encoding: String
    /// The first RDB version that has it.
    let since: Int
  }

  var traits: Traits {
    switch self {
    case .string: Traits(name: "STRING", type: .string, encoding: "raw", since: 1)
    case .list: Traits(name: "LIST", type: .list, encoding: "linkedlist", since: 1)
    case .set: Traits(name: "SET", type: .set, encoding: "hashtable", since: 1)
    case .zset: Traits(name: "ZSET", type: .zset, encoding: "skiplist", since: 1)
    case .hash: Traits(name: "HASH", type: .hash, encoding: "hashtable", since: 1)
    case .zset2: Traits(name: "ZSET_2", type: .zset, encoding: "skiplist", since: 8)
    case .modulePreGA: Traits(name: "MODULE", type: .module, encoding: "module", since: 8)
    case .module2: Traits(name: "MODULE_2", type: .module, encoding: "module", since: 8)
    case .hashZipmap: Traits(name: "HASH_ZIPMAP", type: .hash, encoding: "zipmap", since: 2)
    case .listZiplist: Traits(name: "LIST_ZIPLIST", type: .list, encoding: "ziplist", since: 2)
    case .setIntset: Traits(name: "SET_INTSET", type: .set, encoding: "intset", since: 2)
    case .zsetZiplist: Traits(name: "ZSET_ZIPLIST", type: .zset, encoding: "ziplist", since: 2)
    case .hashZiplist: Traits(name: "HASH_ZIPLIST", type: .hash, encoding: "ziplist", since: 4)
    case .listQuicklist:
      Traits(name: "LIST_QUICKLIST", type: .list, encoding: "quicklist", since: 7)
    case .streamListpacks:
      Traits(name: "STREAM_LISTPACKS", type: .stream, encoding: "stream", since: 9)
    case .hashListpack: Traits(name: "HASH_LISTPACK", type: .hash, encoding: "listpack", since: 10)
    case .zsetListpack: Traits(name: "ZSET_LISTPACK", type: .zset, encoding: "listpack", since: 10)
    case .listQuicklist2:
      Traits(name: "LIST_QUICKLIST_2", type: .list, encoding: "quicklist", since: 10)
    case .streamListpacks2:
      Traits(name: "STREAM_LISTPACKS_2", type: .stream, encoding: "stream", since: 10)
    case .setListpack: Traits(name: "SET_LISTPACK", type: .set, encoding: "listpack", since: 11)
    case .streamListpacks3:
      Traits(name: "STREAM_LISTPACKS_3", type: .stream, encoding: "stream", since: 11)
    case .hashMetadataPreGA:
      Traits(name: "HASH_METADATA_PRE_GA", type: .hash, encoding: "hashtable", since: 12)
    case .hashListpackExPreGA:
      Traits(name: "HASH_LISTPACK_EX_PRE_GA", type: .hash, encoding: "listpackex", since: 12)
    case .hashMetadata: Traits(name: "HASH_METADATA", type: .hash, encoding: "hashtable", since: 12)
    case .hashListpackEx:
      Traits(name: "HASH_LISTPACK_EX", type: .hash, encoding: "listpackex", since: 12)
    case .streamListpacks4:
      Traits(name: "STREAM_LISTPACKS_4", type: .stream, encoding: "stream", since: 13)
    case .streamListpacks5:
      Traits(name: "STREAM_LISTPACKS_5", type: .stream, encoding: "stream", since: 14)
    case .array: Traits(name: "ARRAY", type: .array, encoding: "array", since: 14)
    case .valkeyHash2: Traits(name: "HASH_2", type: .hash, encoding: "hashtable", since: 80)
    }
  }

  /// Its name in `rdb.h`, without the prefix.
  public var name: String { traits.name }

  /// What the value is to a user.
  public var type: RedisType { Self.types[Int(rawValue)] }

  /// The types of the table above by number: it is asked for every key.
  private static let types = (0...UInt8.max).map {
    RDBValueType(rawValue: $0)?.traits.type ?? .string
  }

  /// What the server's `OBJECT ENCODING` calls the encoding; that of a string depends on its bytes.
  public var encoding: String { traits.encoding }

  /// The number in the file.
  public var number: UInt8 { self == .valkeyHash2 ? 22 : rawValue }
}

/// What a byte that begins a record means in a version: an opcode or the type of a value.
@usableFromInline
enum RecordKind: Equatable, Sendable {
  case opcode(RDBOpcode)
  /// Opcode 243 of a Valkey file: slots of a migration in progress.
  case slotImport
  case value(RDBValueType)
}

extension RDBVersion {
  /// What `byte`, found at `offset`, means in this version.
  ///
  /// - Throws: *unsupported* for a type or opcode beyond the version and this build; `notInVersion`
  ///   for one that came later than the version, which the server loads all the same; `valueType`
  ///   for a number that was never assigned.
  func kind(of byte: UInt8, at offset: Int) throws(FormatError) -> RecordKind {
    if byte >= RDBOpcode.first { return try opcode(byte, at: offset) }
    if flavour == .valkey && byte >= 22 {
      guard byte == 22 else { throw .unsupported("Valkey value type \(byte)", at: offset) }
      return .value(.valkeyHash2)
    }
    guard byte != 8 else {
      throw .malformed(.valueType, "value type 8 was never assigned", at: offset)
    }
    guard let type = RDBValueType(rawValue: byte), type != .valkeyHash2 else {
      throw .unsupported("value type \(byte) of RDB version \(self)", at: offset)
    }
    if type == .modulePreGA {
      throw .unsupported("value type 6 (a module value of a 4.0 release candidate)", at: offset)
    }
    guard type.traits.since <= number else {
      throw tooNew("value type \(byte) (\(type.name))", since: type.traits.since, at: offset)
    }
    return .value(type)
  }

  private func opcode(_ byte: UInt8, at offset: Int) throws(FormatError) -> RecordKind {
    if flavour == .valkey {
      if byte == 243 { return .slotImport }
      guard byte > 244 else { throw .unsupported("Valkey opcode \(byte)", at: offset) }
    }
    guard let opcode = RDBOpcode(rawValue: byte) else {
      throw .unsupported("opcode \(byte) of RDB version \(self)", at: offset)
    }
    if opcode == .functionPreGA {
      throw .unsupported("opcode 246 (functions of a 7.0 release candidate)", at: offset)
    }
    guard opcode.since <= number else {
      // A server that old takes the byte for a value type, and stops there.
      throw tooNew("opcode \(byte) (\(opcode.name))", since: opcode.since, at: offset)
    }
    return .opcode(opcode)
  }

  /// The first RDB version of Redis in which `byte` begins a record; nil if none is known.
  public static func since(ofRecord byte: UInt8) -> Int? {
    RDBOpcode(rawValue: byte)?.since ?? RDBValueType(rawValue: byte)?.traits.since
  }

  private func tooNew(_ what: String, since: Int, at offset: Int) -> FormatError {
    .malformed(
      .notInVersion,
      "\(what) came with RDB version \(since), the file says \(self) (the server loads it)",
      at: offset)
  }
}

/// What each byte that can begin a record means in one version, looked up rather than decided anew for
/// every record.
struct RecordKindTable: Sendable {
  private let version: RDBVersion
  private let kinds: [RecordKind?]
  /// Whether a byte has its meaning only since a later version.
  private let later: [Bool]
  /// Whether what came later than the version is taken for what it became.
  let toleratesLaterFeatures: Bool
  /// What may stand before a string.
  let stringForms: StringForms

  init(_ version: RDBVersion, toleratesLaterFeatures: Bool = false) {
    self.version = version
    self.toleratesLaterFeatures = toleratesLaterFeatures
    stringForms = StringForms(version)
    kinds = (0...UInt8.max).map { byte in
      do throws(FormatError) {
        return try version.kind(of: byte, at: 0)
      } catch {
        guard toleratesLaterFeatures, error.code == FormatRule.notInVersion.code else { return nil }
        return try? RDBVersion.newest(version.flavour).kind(of: byte, at: 0)
      }
    }
    later = kinds.indices.map { byte in
      do throws(FormatError) {
        _ = try version.kind(of: UInt8(byte), at: 0)
        return false
      } catch {
        return error.code == FormatRule.notInVersion.code
      }
    }
  }

  /// Whether `byte` has its meaning only since a later version than that of the file.
  func isLater(_ byte: UInt8) -> Bool { later[Int(byte)] }

  /// What `byte`, found at `offset`, means; throws as `RDBVersion.kind(of:at:)` does.
  func kind(of byte: UInt8, at offset: Int) throws(FormatError) -> RecordKind {
    if let kind = kinds[Int(byte)] { return kind }
    return try version.kind(of: byte, at: offset)
  }
}
