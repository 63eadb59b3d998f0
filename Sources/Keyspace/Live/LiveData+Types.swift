internal import AOF
internal import BinaryInput
internal import RDB

/// Keys as commands of one family see them: a key of another type is refused.
extension LiveData {
  /// The value of a key; nil if there is no such key.
  mutating func value(_ name: Span<UInt8>) throws(CommandFailure) -> LiveValue? {
    try find(name).map { selected[$0].value }
  }

  /// A list; nil if there is no such key.
  mutating func list(_ name: Span<UInt8>) throws(CommandFailure) -> Box<PackedDeque>? {
    guard let value = try value(name) else { return nil }
    guard case .list(let list) = value else { throw .wrongType }
    return list
  }

  /// A list, which is made if there is no such key.
  mutating func makeList(_ name: Span<UInt8>) throws(CommandFailure) -> Box<PackedDeque> {
    if let list = try list(name) { return list }
    let list = Box(PackedDeque())
    selected.insert(name, LiveEntry(value: .list(list), expiry: nil))
    return list
  }

  /// A set; nil if there is no such key.
  mutating func set(_ name: Span<UInt8>) throws(CommandFailure) -> Box<PackedMap>? {
    guard let value = try value(name) else { return nil }
    guard case .set(let set) = value else { throw .wrongType }
    return set
  }

  /// A set, which is made if there is no such key.
  mutating func makeSet(_ name: Span<UInt8>) throws(CommandFailure) -> Box<PackedMap> {
    if let set = try set(name) { return set }
    let set = Box(PackedMap())
    selected.insert(name, LiveEntry(value: .set(set), expiry: nil))
    return set
  }

  /// A sorted set; nil if there is no such key.
  mutating func sortedSet(_ name: Span<UInt8>) throws(CommandFailure) -> Box<LiveSortedSet>? {
    guard let value = try value(name) else { return nil }
    guard case .sortedSet(let set) = value else { throw .wrongType }
    return set
  }

  /// A hash; nil if there is no such key.
  mutating func hash(_ name: Span<UInt8>) throws(CommandFailure) -> Box<LiveHash>? {
    guard let value = try value(name) else { return nil }
    guard case .hash(let hash) = value else { throw .wrongType }
    return hash
  }

  /// A hash, which is made if there is no such key.
  mutating func makeHash(_ name: Span<UInt8>) throws(CommandFailure) -> Box<LiveHash> {
    if let hash = try hash(name) { return hash }
    let hash = Box(LiveHash())
    selected.insert(name, LiveEntry(value: .hash(hash), expiry: nil))
    return hash
  }

  /// A stream; nil if there is no such key.
  mutating func stream(_ name: Span<UInt8>) throws(CommandFailure) -> Box<LiveStream>? {
    guard let value = try value(name) else { return nil }
    guard case .stream(let stream) = value else { throw .wrongType }
    return stream
  }

  /// A stream, which is made if there is no such key.
  mutating func makeStream(_ name: Span<UInt8>) throws(CommandFailure) -> Box<LiveStream> {
    if let stream = try stream(name) { return stream }
    let stream = Box(LiveStream())
    selected.insert(name, LiveEntry(value: .stream(stream), expiry: nil))
    return stream
  }

  // MARK: Strings

  /// An argument of a command as a value. A long one stays in the log.
  func string(_ command: LoggedCommand, _ index: Int) -> LiveValue {
    let offset = command.offset(of: index)
    guard let string = strings.string(part: part, at: offset, command[index].count) else {
      return LiveValue(string: command[index])
    }
    return .logged(string)
  }

  /// Refuses a key of another type.
  mutating func needsString(_ name: Span<UInt8>) throws(CommandFailure) {
    if let value = try value(name), value.type != .string { throw .wrongType }
  }

  /// The bytes of a string; nil if there is no such key.
  mutating func string(_ name: Span<UInt8>) throws(CommandFailure) -> [UInt8]? {
    guard let value = try value(name) else { return nil }
    return try value.stringBytes(strings)
  }

  /// Takes the bytes of a string out of its key, to be changed and put back; nil if there is no such key.
  mutating func takeString(
    _ name: Span<UInt8>
  ) throws(CommandFailure) -> (bytes: [UInt8], entry: Int)? {
    guard let number = try find(name) else { return nil }
    let bytes = try selected[number].value.stringBytes(strings)
    // Nothing else may hold the bytes while they change, or they would be copied.
    selected.change(number) { $0 = .integer(0) }
    return (bytes, number)
  }

  /// Puts the bytes of a string into its key, whose expiry stays as it is.
  mutating func putString(_ bytes: [UInt8], _ name: Span<UInt8>, entry: Int?) {
    if let entry {
      selected.change(entry) { $0 = .string(bytes) }
    } else {
      selected.insert(name, LiveEntry(value: .string(bytes), expiry: nil))
    }
  }
}

extension LiveValue {
  /// The bytes of a string; another type is refused.
  func stringBytes(_ strings: LoggedStrings) throws(CommandFailure) -> [UInt8] {
    switch self {
    case .integer(let number): return Array(String(number).utf8)
    case .string(let bytes): return bytes
    case .logged(let string):
      do throws(FormatError) {
        return try strings.bytes(of: string)
      } catch {
        throw .damaged(error)
      }
    case .list, .set, .sortedSet, .hash, .stream, .opaque: throw .wrongType
    }
  }
}
