/// The bytes that stand where a value type may, and are none (`RDB_OPCODE_…` of the server's `rdb.h`).
@usableFromInline
enum RDBOpcode: UInt8, CaseIterable, Sendable {
  /// 243 in a Redis file, since 8.6: metadata of modules for the next key.
  case keyMetadata = 243
  /// Number of keys in a cluster slot, a hint; Redis 7.4.
  case slotInfo = 244
  /// The source of a function library; Redis 7.0.
  case function2 = 245
  /// Function libraries of the release candidates of 7.0, which no release reads.
  case functionPreGA = 246
  /// Data of a module that belongs to no key.
  case moduleAuxiliary = 247
  /// Seconds since the next key was last used.
  case idle = 248
  /// LFU counter of the next key.
  case frequency = 249
  /// A name and a value about the file.
  case auxiliary = 250
  /// Number of keys of the database, a hint.
  case resizeDatabase = 251
  /// Expiry of the next key in milliseconds.
  case expireMilliseconds = 252
  /// Expiry of the next key in seconds.
  case expireSeconds = 253
  /// The database of the keys that follow.
  case selectDatabase = 254
  /// The end of the data; the checksum follows.
  case end = 255

  /// The first RDB version that has it.
  var since: Int {
    switch self {
    case .end, .selectDatabase, .expireSeconds: 1
    case .expireMilliseconds: 3
    case .resizeDatabase, .auxiliary: 7
    case .frequency, .idle, .moduleAuxiliary: 9
    case .functionPreGA, .function2: 10
    case .slotInfo: 12
    case .keyMetadata: 13
    }
  }

  /// Its name in `rdb.h`.
  var name: String {
    switch self {
    case .keyMetadata: "KEY_META"
    case .slotInfo: "SLOT_INFO"
    case .function2: "FUNCTION2"
    case .functionPreGA: "FUNCTION_PRE_GA"
    case .moduleAuxiliary: "MODULE_AUX"
    case .idle: "IDLE"
    case .frequency: "FREQ"
    case .auxiliary: "AUX"
    case .resizeDatabase: "RESIZEDB"
    case .expireMilliseconds: "EXPIRETIME_MS"
    case .expireSeconds: "EXPIRETIME"
    case .selectDatabase: "SELECTDB"
    case .end: "EOF"
    }
  }

  /// The first byte value that is an opcode in some version; below are value types.
  static let first: UInt8 = 242
}
