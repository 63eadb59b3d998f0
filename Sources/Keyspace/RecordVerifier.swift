internal import BinaryInput
internal import RDB

/// Looks at the records of a file that are no keys, and holds what they announce against the keys that come.
struct RecordVerifier: RecordObserver {
  private(set) var problems = ProblemList()
  private(set) var description: SnapshotDescription
  private(set) var highestDatabase: UInt64 = 0
  /// The names of the function libraries.
  private var libraries: Set<String> = []
  /// How many function libraries there are.
  private(set) var libraryCount = 0
  /// The modules that have data outside of keys, each with the record in which it came first.
  private(set) var modules: [String: Int] = [:]
  private var database = AnnouncedCounts()
  private var slot = AnnouncedCounts()

  /// A server makes room for all keys that a file announces: for more than this, no machine has it.
  private static let mostKeys: UInt64 = 1 << 36

  init(_ version: RDBVersion) {
    description = SnapshotDescription(version: version)
  }

  mutating func observe(
    _ record: RDBRecord, after keys: KeyCounts, _ reader: borrowing RDBReader
  ) throws(FormatError) {
    database.add(keys)
    slot.add(keys)
    if let departure = reader.departure { problems.add(departure, record: reader.recordOffset) }
    try description.add(record, reader)
    switch record {
    case .function:
      var scratch = ScratchBuffer()
      let source = [UInt8](copying: try reader.functionSource().bytes(in: &scratch))
      checkLibrary(source, at: reader.recordOffset)
    case .moduleAuxiliary:
      let module = try reader.moduleType().name
      modules[module] = modules[module] ?? reader.recordOffset
    case .selectDatabase:
      checkCounts(at: reader.recordOffset)
      highestDatabase = max(highestDatabase, reader.database)
    case .resizeDatabase:
      let counts = try reader.counts()
      database.announced = counts
      if max(counts.keys, counts.expires) > Self.mostKeys {
        let error = FormatError.malformed(
          .resizeDatabaseSize, "no server has room for \(max(counts.keys, counts.expires)) keys",
          at: reader.recordOffset)
        problems.add(error, record: reader.recordOffset)
      }
    case .slotInfo:
      checkSlot(at: reader.recordOffset)
      slot.announced = try reader.counts()
    case .end:
      checkCounts(at: reader.recordOffset)
    case .auxiliary, .key, .slotImport: break
    }
    if record != .key, reader.attributes != RDBKeyAttributes() {
      warn(.danglingAttributes, at: reader.recordOffset, "an expiry or idle time precedes no key")
    }
  }

  /// Holds what was announced for the database, and for its last slot, against what came.
  private mutating func checkCounts(at offset: Int) {
    checkSlot(at: offset)
    if let difference = database.difference {
      warn(.resizeDatabase, at: offset, "the database should have \(difference)")
    }
    database = AnnouncedCounts()
  }

  private mutating func checkSlot(at offset: Int) {
    if let difference = slot.difference {
      warn(.slotInfo, at: offset, "the slot should have \(difference)")
    }
    slot = AnnouncedCounts()
  }

  private mutating func checkLibrary(_ source: [UInt8], at offset: Int) {
    libraryCount += 1
    guard let library = FunctionLibrary(source: source) else {
      let error = FormatError.malformed(
        .functionLibrary, "a function library does not begin with #!lua name=NAME", at: offset)
      return problems.add(error, record: offset)
    }
    guard libraries.insert(library.name).inserted else {
      let error = FormatError.malformed(
        .duplicateLibrary, "function library \(library.name) is there twice", at: offset)
      return problems.add(error, record: offset)
    }
  }

  private mutating func warn(_ rule: FormatRule, at offset: Int, _ message: String) {
    problems.warn(rule, at: offset, record: offset, message)
  }
}

/// How many keys a file announces, and how many came.
private struct AnnouncedCounts: Sendable {
  var announced: RDBCounts?
  private var keys: UInt64 = 0
  private var expires: UInt64 = 0

  mutating func add(_ counts: KeyCounts) {
    keys += counts.keys
    expires += counts.expires
  }

  /// The two in words; nil if they agree or nothing was announced.
  var difference: String? {
    guard let announced, announced.keys != keys || announced.expires != expires else { return nil }
    return
      "\(announced.keys) keys, \(announced.expires) with an expiry; it has \(keys) and \(expires)"
  }
}
