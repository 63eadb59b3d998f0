public import BinaryInput
public import Keyspace
internal import RDB

/// What a key takes in a server's memory.
public struct KeyMemory: Sendable {
  /// What `MEMORY USAGE key SAMPLES 0` answers once the file is loaded, in the encoding that the file has,
  /// and what the allocator gives for it; the expiry's entry and the buckets of the database are not part of it.
  public var footprint: Footprint
  /// How much more the server's own choice of an encoding takes, as the allocator gives it.
  public var conversion = 0
  /// How many elements the value has; nil if that takes a closer look.
  public var elements: Int?
  /// How the value is encoded in the file, by the server's names.
  public var encoding: ValueEncoding
}

/// Estimates what keys take. Belongs to one thread at a time.
public struct MemoryEstimator: ~Copyable {
  private let rules: EncodingRules
  /// What a key's entry takes in the table of its database.
  private let entry: Footprint
  private var scratch = ValueScratch()

  /// An estimator for a server with these rules.
  public init(_ rules: EncodingRules) {
    self.rules = rules
    entry = .structures(rules.sizes.tableEntry)
  }

  /// What `key` takes.
  ///
  /// - Throws: `FormatError` where a value is damaged that had to be looked at.
  @inline(__always)
  public mutating func memory(
    of key: borrowing SnapshotKey
  ) throws(FormatError) -> KeyMemory {
    var memory = try memory(of: key.value)
    memory.footprint += entry + Footprint(stringAllocation(key.name.count))
    return memory
  }

  /// How many elements a value has, and how long the largest is; a field counts with its value.
  ///
  /// - Throws: `FormatError` where the value is damaged.
  public mutating func elements(
    of value: borrowing SnapshotValue
  ) throws(FormatError) -> (count: Int, largest: Int) {
    if let string = try value.fileString() { return (1, string.plausibleCount) }
    let tally = try tally(value)
    return (tally.count, tally.largest)
  }

  private mutating func memory(
    of value: borrowing SnapshotValue
  ) throws(FormatError) -> KeyMemory {
    if let string = try value.fileString() { return KeyMemory(string) }
    guard let type = value.fileType else { return try liveMemory(of: value) }
    // Linked lists went with Redis 3.2.
    if type == .list { return try chosenMemory(of: value, encoding: .other(type)) }
    var layout = FileLayout(type, rules.sizes)
    try value.decode(into: &layout, scratch: &scratch)
    let footprint = layout.finished(size: value.size)
    var memory = KeyMemory(
      footprint: footprint, elements: layout.elements, encoding: .other(type))
    if let change = rules.change(of: type, layout) {
      switch change {
      case .shrinks(let bytes):
        memory.conversion = allocation(layout.packedBytes - bytes) - allocation(layout.packedBytes)
      case .unpacks:
        memory.conversion =
          try tally(value).unpacked(type.type).allocated - footprint.allocated
      case .chooses:
        memory.conversion = try tally(value).chosen(type.type).allocated - footprint.allocated
      }
    }
    return memory
  }

  /// A value that commands have made: the server chooses.
  private mutating func liveMemory(
    of value: borrowing SnapshotValue
  ) throws(FormatError) -> KeyMemory {
    let encoding = try value.encoding()
    guard case .string(let string) = encoding else {
      return try chosenMemory(of: value, encoding: encoding)
    }
    var length = StringLength()
    try value.decode(into: &length, scratch: &scratch)
    return KeyMemory(string, length: length.count, isShared: length.isShared)
  }

  private mutating func chosenMemory(
    of value: borrowing SnapshotValue, encoding: ValueEncoding
  ) throws(FormatError) -> KeyMemory {
    let tally = try tally(value)
    return KeyMemory(
      footprint: tally.chosen(value.type), elements: tally.count, encoding: encoding)
  }

  private mutating func tally(
    _ value: borrowing SnapshotValue
  ) throws(FormatError) -> ElementTally {
    var tally = ElementTally(rules)
    try value.decode(into: &tally, scratch: &scratch)
    return tally
  }
}

extension KeyMemory {
  /// A server keeps one object for each of the first integers (`OBJ_SHARED_INTEGERS`).
  static var sharedIntegers: Range<Int64> { 0..<10_000 }

  /// A string as a file has it.
  @inline(__always)
  init(_ string: EncodedString) {
    switch string {
    case .plain(let bytes):
      self.init(StringEncoding(of: bytes), length: bytes.count, isShared: false)
    case .integer(let value):
      self.init(.integer, length: 0, isShared: Self.sharedIntegers.contains(value))
    case .compressed:
      let length = string.plausibleCount
      self.init(
        length <= StringEncoding.longestEmbedded ? .embedded : .raw, length: length,
        isShared: false)
    }
  }

  /// A string of `length` bytes; of an integer, the length does not matter.
  @inline(__always)
  init(_ encoding: StringEncoding, length: Int, isShared: Bool) {
    switch encoding {
    case .integer: footprint = Footprint(reported: 16, allocated: isShared ? 0 : 16)
    // Object, header, bytes and a zero in one piece.
    case .embedded: footprint = Footprint(allocation(16 + 3 + length + 1))
    case .raw: footprint = Footprint(16 + stringAllocation(length))
    }
    elements = 1
    self.encoding = .string(encoding)
  }
}

/// How long a string is that commands have made.
private struct StringLength: ValueVisitor {
  var count = 0
  var isShared = false

  mutating func string(_ value: Span<UInt8>) {
    count = value.count
    isShared = canonicalInteger(value).map { KeyMemory.sharedIntegers.contains($0) } ?? false
  }
}

extension ValueEncoding {
  /// What `OBJECT ENCODING` calls it; of a value that commands have made, `replayed`.
  public var name: String {
    switch self {
    case .string(let encoding): encoding.name
    case .other(let type): type.encoding
    case .inMemory: "replayed"
    }
  }
}
