internal import BinaryInput
internal import Hashing
internal import RDB

/// The state that commands change: databases over a base, and function libraries.
struct LiveData: ~Copyable {
  /// The databases by number, those that have ever been selected or are in the base.
  private(set) var databases: [UInt64: LiveDatabase] = [:]
  /// The database at hand, taken out of `databases`.
  var selected: LiveDatabase
  private(set) var selectedNumber: UInt64 = 0
  /// Function libraries.
  var functions = LiveLibraries()
  /// How the server that wrote the log held small sorted sets.
  var packedForm = LiveSortedSet.PackedForm.listpack
  /// What the server's clock shows, in Unix milliseconds, for commands that count from now.
  var now: Int64
  /// Where long strings stay that commands set.
  let strings: LoggedStrings
  /// The number of the part of the log whose commands are being run.
  var part = 0

  /// The base; nil if the log begins with nothing.
  private var base: BaseReader?
  static let hasher = FingerprintHasher()

  /// No keys; `parts` are the files of the log.
  init(now: Int64, parts: [InputFile]) {
    strings = LoggedStrings(of: parts)
    selected = LiveDatabase(baseNumber: 0)
    self.now = now
  }

  /// Lays a base under everything, of which `add(_:ofBase:)` says what it has.
  mutating func lay(_ file: InputFile, _ version: RDBVersion) {
    base = BaseReader(file, version)
  }

  /// Takes in which keys a database of the base has.
  ///
  /// - Throws: `FormatError` if one is there twice.
  mutating func add(
    _ keys: [(hash: UInt64, offset: Int)], ofBase number: UInt64
  ) throws(FormatError) {
    let back = selectedNumber
    select(number)
    var duplicate: FormatError?
    selected.base = try BaseKeys(keys) { (first, second) throws(FormatError) in
      guard duplicate == nil, let name = try base?.name(at: first, in: number),
        try base?.find(name.span, at: second, in: number) == true
      else { return }
      duplicate = FormatError.malformed(
        .duplicateKey, "the key is there twice: a server that loads the file aborts", at: second
      ).inside(key: name.span)
    }
    if let duplicate { throw duplicate }
    select(back)
  }

  // MARK: Databases

  /// Goes to another database.
  mutating func select(_ number: UInt64) {
    guard number != selectedNumber else { return }
    databases[selectedNumber] = selected
    selected = databases.removeValue(forKey: number) ?? LiveDatabase(baseNumber: number)
    selectedNumber = number
  }

  /// Exchanges what two databases hold.
  mutating func swap(_ first: UInt64, _ second: UInt64) {
    guard first != second else { return }
    let back = selectedNumber
    // Neither is at hand any more, so that both are in the table.
    databases[selectedNumber] = selected
    let left = databases[first] ?? LiveDatabase(baseNumber: first)
    databases[first] = databases[second] ?? LiveDatabase(baseNumber: second)
    databases[second] = left
    selected = databases.removeValue(forKey: back) ?? LiveDatabase(baseNumber: back)
  }

  /// Empties the database at hand.
  mutating func flushSelected() {
    selected = LiveDatabase(baseNumber: selected.baseNumber)
  }

  /// Empties every database.
  mutating func flushAll() {
    databases = [:]
    flushSelected()
  }

  /// How many keys there are in all databases.
  var count: Int { databases.values.reduce(selected.count) { $0 + $1.count } }

  /// The databases by number, all of them.
  consuming func finish() -> [UInt64: LiveDatabase] {
    var databases = databases
    databases[selectedNumber] = selected
    return databases
  }

  // MARK: Keys

  /// The number of a key's entry in the database at hand; nil if there is no such key. One of the base comes
  /// into memory.
  mutating func find(_ name: Span<UInt8>) throws(CommandFailure) -> Int? {
    if let number = selected.find(name) { return number }
    guard selected.base.count > 0 else { return nil }
    return try load(name)
  }

  /// Whether the database at hand has a key.
  mutating func contains(_ name: Span<UInt8>) throws(CommandFailure) -> Bool {
    try find(name) != nil
  }

  /// Sets a key to a value, whatever it was (`setKey`).
  mutating func set(
    _ name: Span<UInt8>, to value: LiveValue, expiry: Int64? = nil
  ) throws(CommandFailure) {
    if let number = selected.find(name) {
      selected[number] = LiveEntry(value: value, expiry: expiry)
      return
    }
    try removeFromBase(name)
    selected.insert(name, LiveEntry(value: value, expiry: expiry))
  }

  /// Removes a key; returns whether it was there.
  @discardableResult
  mutating func remove(_ name: Span<UInt8>) throws(CommandFailure) -> Bool {
    if selected.remove(name) != nil { return true }
    return try removeFromBase(name)
  }

  /// Takes a key away, to put it somewhere else.
  mutating func take(_ name: Span<UInt8>) throws(CommandFailure) -> LiveEntry? {
    guard try find(name) != nil else { return nil }
    return selected.remove(name)
  }

  private mutating func load(_ name: Span<UInt8>) throws(CommandFailure) -> Int? {
    let hash = Self.hasher.hash(name).low
    for offset in selected.base.candidates(hash) {
      do throws(FormatError) {
        guard try base?.find(name, at: offset, in: selected.baseNumber) == true else { continue }
        selected.base.remove(hash, at: offset)
        guard let entry = try base?.entry(packedForm) else { return nil }
        selected.insert(name, entry)
        return selected.find(name)
      } catch {
        var error = error
        error.key = error.key ?? [UInt8](copying: name)
        throw .damaged(error)
      }
    }
    return nil
  }

  @discardableResult
  private mutating func removeFromBase(_ name: Span<UInt8>) throws(CommandFailure) -> Bool {
    guard selected.base.count > 0 else { return false }
    let hash = Self.hasher.hash(name).low
    for offset in selected.base.candidates(hash) {
      do throws(FormatError) {
        guard try base?.find(name, at: offset, in: selected.baseNumber) == true else { continue }
      } catch {
        throw .damaged(error)
      }
      selected.base.remove(hash, at: offset)
      return true
    }
    return false
  }
}

/// Looks at the keys of a base one by one, in no order.
struct BaseReader: ~Copyable {
  private var reader: RDBReader

  /// A page each.
  private static let stride = 1 << 12

  init(_ file: InputFile, _ version: RDBVersion) {
    reader = RDBReader(file, version: version, stride: Self.stride)
  }

  /// Moves to the record at `offset`; returns whether its key has this name.
  ///
  /// - Throws: `FormatError` if the file has changed since it was read.
  mutating func find(
    _ name: Span<UInt8>, at offset: Int, in database: UInt64
  ) throws(FormatError) -> Bool {
    var scratch = ScratchBuffer()
    reader.seek(to: offset, in: database)
    while let record = try reader.next() {
      guard record == .key else { continue }
      let key = try reader.key()
      return try key.bytes(in: &scratch).hasSameBytes(as: name)
    }
    return false
  }

  /// The name of the key whose record stands at `offset`.
  mutating func name(at offset: Int, in database: UInt64) throws(FormatError) -> [UInt8]? {
    var scratch = ScratchBuffer()
    reader.seek(to: offset, in: database)
    while let record = try reader.next() {
      guard record == .key else { continue }
      let key = try reader.key()
      return [UInt8](copying: try key.bytes(in: &scratch))
    }
    return nil
  }

  /// The key that `find` has moved to; nil for an empty value, which a server does not keep.
  ///
  /// - Throws: `FormatError` where the value breaks a rule of its encoding.
  func entry(_ packed: LiveSortedSet.PackedForm) throws(FormatError) -> LiveEntry? {
    var scratch = ValueScratch()
    let expiry = reader.attributes.expiry
    return try LiveValue.load(reader.value, packed, scratch: &scratch).map {
      LiveEntry(value: $0, expiry: expiry)
    }
  }
}
