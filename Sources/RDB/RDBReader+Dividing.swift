internal import BinaryInput

// How a reader gets records from a divider.
extension RDBReader {
  /// Finds the next record of those that the divider has for this reader; false if there are no more.
  @inline(__always)
  mutating func findSharedRecord() throws(FormatError) -> Bool {
    if window.bytes.isEmpty { guard takeRun() else { return false } }
    // Runs hold whole records; where they can't be read, the divider has said so.
    if let shortage = try findRecordAtHand() { throw shortage }
    return true
  }

  /// Takes the next records of the divider; false if there are no more.
  @inline(never)
  private mutating func takeRun() -> Bool {
    guard let divider else { return false }
    while window.bytes.isEmpty {
      var spare = window.release()
      // The memory of a large run goes back before there may be another.
      if spare.count >= RecordRun.large { spare = [] }
      lease = nil
      guard let run = divider.next(reusing: &spare) else { return false }
      window.adopt(run.bytes)
      window.consume(run.start - run.bytes.offset)
      context = run.context
      lease = run.lease
    }
    return true
  }
}

// How a divider finds them.
extension RDBReader {
  /// Moves over keys and counts them, until a record comes that is something else; nil then, and what is missing if
  /// not all of the next record is in memory. In any case `place` is where the record begins.
  mutating func findKeys(
    _ keys: inout KeyCounts, _ place: inout RecordPlace
  ) throws(FormatError) -> FormatError? {
    place = self.place
    while true {
      if let shortage = try findRecordAtHand() { return shortage }
      guard case .value = kind else { return nil }
      keys.count(attributes)
      place.offset = offset
      // No attributes go beyond a key.
      if place.context.attributesOffset != nil {
        place.context = RecordContext(database: database)
      }
    }
  }

  /// Whether the record at hand is the end of the data.
  var isAtEnd: Bool { kind == .opcode(.end) }

  /// How many bytes the record at hand takes as far as is known from what it was short of, or of what is in memory.
  func bytesWanted(_ shortage: FormatError) -> Int {
    max(window.bytes.count, (Self.end(of: shortage) ?? 0) - window.offset)
  }

  /// What counts behind the record at hand.
  var context: RecordContext {
    get {
      if case .value = kind { return RecordContext(database: database) }
      return RecordContext(
        database: database, attributes: attributes, attributesOffset: attributesOffset)
    }
    set {
      database = newValue.database
      attributes = newValue.attributes
      attributesOffset = newValue.attributesOffset
      kind = .opcode(.end)
    }
  }

  /// Where the next record begins.
  var place: RecordPlace { RecordPlace(offset: offset, context: context) }

  /// Goes back to where a record begins.
  mutating func restart(at place: RecordPlace) {
    window.rewind(to: place.offset)
    context = place.context
  }

  /// Gives away what has been consumed, in exchange for the memory of `spare`.
  mutating func handOver(reusing spare: inout [UInt8]) -> WindowBytes {
    window.handOver(reusing: &spare)
  }
}

/// What counts where a record begins and does not stand there.
struct RecordContext: Sendable {
  var database: UInt64 = 0
  /// Attributes that no key has followed yet.
  var attributes = RDBKeyAttributes()
  var attributesOffset: Int?
}

/// Where a record begins, and what counts there.
struct RecordPlace: Sendable {
  var offset: Int
  var context: RecordContext
}
