public import BinaryInput
public import RDB

/// What the server's `OBJECT ENCODING` calls strings.
public enum StringEncoding: Int, CaseIterable, Sendable {
  case integer, embedded, raw

  /// The server's own word.
  public var name: String {
    switch self {
    case .integer: "int"
    case .embedded: "embstr"
    case .raw: "raw"
    }
  }

  /// OBJ_ENCODING_EMBSTR_SIZE_LIMIT: up to here a string shares its allocation with its object.
  package static let longestEmbedded = 44

  /// The encoding of a string with these bytes (`tryObjectEncoding`).
  package init(of bytes: Span<UInt8>) {
    if bytes.count <= longestIntegerText && canonicalInteger(bytes) != nil {
      self = .integer
    } else {
      self = bytes.count <= Self.longestEmbedded ? .embedded : .raw
    }
  }
}

/// How a value that a walk visits is encoded.
public enum ValueEncoding: Sendable {
  /// A string, which a server encodes by its bytes.
  case string(StringEncoding)
  /// As the file says.
  case other(RDBValueType)
  /// A value that commands have made, which a server encodes by its own settings.
  case inMemory(RedisType)
}

extension SnapshotValue {
  /// How the value is encoded.
  ///
  /// - Throws: `FormatError` if it is a string that can't be read.
  public func encoding() throws(FormatError) -> ValueEncoding {
    switch form {
    case .live(.integer, _): return .string(.integer)
    case .live(.string(let bytes), _): return .string(StringEncoding(of: bytes.span))
    case .live(.logged(let string), _):
      return .string(string.count <= StringEncoding.longestEmbedded ? .embedded : .raw)
    case .live(let value, _): return .inMemory(value.type)
    case .encoded(let value):
      guard value.type == .string else { return .other(value.type) }
      // The forms of most strings of most files.
      if let bytes = value.shortString { return .string(StringEncoding(of: bytes)) }
      if value.isIntegerString { return .string(.integer) }
      switch try value.stringForm() {
      case .integer: return .string(.integer)
      case .plain(let bytes): return .string(StringEncoding(of: bytes))
      case .compressed(_, let length, _):
        return .string(length <= UInt64(StringEncoding.longestEmbedded) ? .embedded : .raw)
      }
    }
  }
}

extension SnapshotValue {
  /// How the value stands in its file; nil for one that commands have made.
  package var fileType: RDBValueType? {
    switch form {
    case .encoded(let value): value.type
    case .live: nil
    }
  }

  /// How a string stands in its file; nil for another value, and for one that commands have made.
  ///
  /// - Throws: `FormatError` if it can't be read.
  @_lifetime(copy self)
  package func fileString() throws(FormatError) -> EncodedString? {
    switch form {
    case .encoded(let value) where value.type == .string: return try value.stringForm()
    case .encoded, .live: return nil
    }
  }
}
