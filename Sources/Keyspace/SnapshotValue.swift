public import BinaryInput
public import RDB

/// The value of a key that a walk visits, borrowed: as its file has it, or in memory.
public struct SnapshotValue: ~Escapable {
  /// Where the value is.
  enum Form: ~Escapable {
    case encoded(RDBValue)
    /// In memory, of which long strings stay in the log.
    case live(LiveValue, LoggedStrings)
  }

  let form: Form

  /// A value as its file has it.
  @_lifetime(copy value)
  init(_ value: RDBValue) {
    form = .encoded(value)
  }

  /// A value in memory, which the caller holds.
  @_lifetime(borrow owner)
  init(_ value: LiveValue, _ strings: LoggedStrings, heldBy owner: borrowing LiveDatabase) {
    form = .live(value, strings)
  }

  /// What the value is to a user.
  public var type: RedisType {
    switch form {
    case .encoded(let value): value.type.type
    case .live(let value, _): value.type
    }
  }

  /// How many bytes the value takes in its file, or in memory.
  public var size: Int {
    switch form {
    case .encoded(let value): value.bytes.count
    case .live(let value, _): value.size
    }
  }

  /// Where the value begins in its file; 0 in memory.
  var offset: Int {
    switch form {
    case .encoded(let value): value.offset
    case .live: 0
    }
  }

  /// Decodes the value and tells `visitor` what it consists of.
  ///
  /// - Throws: `FormatError` where the bytes break a rule of the encoding, or what the visitor throws.
  public func decode<V: ValueVisitor & ~Copyable>(
    into visitor: inout V, scratch: inout ValueScratch
  ) throws(FormatError) {
    switch form {
    case .encoded(let value): try value.decode(into: &visitor, scratch: &scratch)
    case .live(let value, let strings):
      try value.decode(into: &visitor, from: strings, scratch: &scratch)
    }
  }
}
