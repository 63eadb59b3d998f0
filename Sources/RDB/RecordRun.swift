internal import BinaryInput

/// Whole records that stand one behind the other, and where their keys are. What is no key has been dealt with.
struct RecordRun: ~Copyable, Sendable {
  /// Of runs that take as much memory as this, in bytes, one is in use at a time.
  static let large = InputWindow.large
  /// No run has more keys: where their parts stand takes more memory than the smallest records do.
  private static let mostKeys = 1 << 13

  private var bytes = WindowBytes()
  private var keys: [KeyOutline] = []
  /// Of the keys that have one.
  private var departures: [FormatError] = []
  /// The databases of the keys, each with the position of the first key that belongs to it.
  private var databases: [(first: Int, number: UInt64)] = []
  /// Held while the records are in use, if they take much memory.
  var lease: LargeRunLease?

  /// Forgets the records and gives away their memory for those that follow.
  mutating func removeAll() -> [UInt8] {
    keys.removeAll(keepingCapacity: true)
    departures.removeAll(keepingCapacity: true)
    databases.removeAll(keepingCapacity: true)
    lease = nil
    return bytes.takeMemory()
  }

  /// Whether no key can be added.
  var isFull: Bool { keys.count >= Self.mostKeys }

  /// The keys that follow belong to a database.
  mutating func select(_ database: UInt64) {
    guard databases.last?.number != database else { return }
    if databases.last?.first == keys.count { databases.removeLast() }
    databases.append((keys.count, database))
  }

  /// Adds a key of the last database.
  @inline(__always)
  mutating func append(_ key: KeyOutline) { keys.append(key) }

  /// Adds a key in whose record there is something that servers do not write.
  mutating func append(_ key: KeyOutline, _ departure: FormatError) {
    departures.append(departure)
    keys.append(key)
    keys[keys.count - 1].hasDeparture = true
  }

  /// Takes over the memory that the records stand in.
  mutating func adopt(_ bytes: WindowBytes) { self.bytes = bytes }

  /// Adds the bytes that the records take to the checksum of the file.
  func add(to sums: borrowing RunChecksums) {
    sums.add(bytes.span, at: bytes.offset)
  }

  /// Shows the keys to a visitor, in their order.
  ///
  /// - Throws: what the visitor throws.
  @inline(__always)
  func forEachKey<Visitor: KeyVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(FormatError) {
    let outlines = keys.span
    var departed = 0
    for (index, database) in databases.enumerated() {
      let end = index + 1 < databases.count ? databases[index + 1].first : outlines.count
      for position in database.first..<end {
        var departure: FormatError?
        if outlines[position].hasDeparture {
          departure = departures[departed]
          departed += 1
        }
        let key = RDBKey(
          outlines[position], in: database.number, bytes.span, at: bytes.offset, departure)
        try visitor.visit(key)
      }
    }
  }
}
