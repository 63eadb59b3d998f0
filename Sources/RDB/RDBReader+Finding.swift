internal import BinaryInput

extension RDBReader {
  static func header(
    _ window: inout InputWindow, toleratesDepartures: Bool
  ) throws(FormatError) -> (version: RDBVersion, departure: FormatError?) {
    while true {
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: 0)
        let version = try RDBVersion(parsing: &reader)
        let departure = reader.departure
        if let departure, !toleratesDepartures { throw departure }
        window.consume(RDBVersion.headerLength)
        return (version, departure)
      } catch {
        guard error.isTruncation, try window.fill() else { throw error.within("header") }
      }
    }
  }

  /// Finds the next record that is no attribute, and its end; attributes are taken in on the way.
  mutating func findRecord() throws(FormatError) {
    while let shortage = try findRecordAtHand() { try readOn(shortage) }
  }

  /// Reads on, for there was not enough of the file in memory.
  ///
  /// - Throws: the shortage, if the file has no more either.
  mutating func readOn(_ shortage: FormatError) throws(FormatError) {
    guard window.couldHold(shortage) else { throw window.settled(shortage) }
    guard try window.fill(upTo: Self.end(of: shortage)) else { throw shortage }
  }

  /// Where the bytes end that a read was short of, which the file has been found to hold.
  static func end(of shortage: FormatError) -> Int? {
    guard case .truncated(let needed, _) = shortage.reason else { return nil }
    let (end, overflow) = shortage.offset.addingReportingOverflow(Int(clamping: needed))
    return overflow ? nil : end
  }

  /// Finds the next record if all of it is in memory; else returns what is missing. Another call goes on where this
  /// one stopped, behind the attributes that it has met.
  @inline(__always)
  mutating func findRecordAtHand() throws(FormatError) -> FormatError? {
    forgetRecord()
    if findString() { return nil }
    return try findAnyRecord()
  }

  /// Forgets the record at hand, except attributes that no key has followed.
  @inline(__always)
  mutating func forgetRecord() {
    if attributesOffset != nil, case .value = kind {
      attributes = RDBKeyAttributes()
      attributesOffset = nil
    }
    kind = .opcode(.end)
  }

  /// Finds the next record, whatever it is.
  @inline(never)
  mutating func findAnyRecord() throws(FormatError) -> FormatError? {
    while true {
      let outline: RecordOutline
      let met: FormatError?
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: window.offset)
        outline = try RecordOutline(parsing: &reader, kinds)
        let longForm = reader.firstLongForm
        met = Self.departure(&reader, outline.kind)
        if let longForm { firstLongForm = firstLongForm ?? longForm }
        if let met, !kinds.toleratesLaterFeatures { throw met }
      } catch {
        guard error.isTruncation else { throw error }
        return error
      }
      start = window.offset
      if laterFeature == nil && kinds.isLater(window.bytes[0]) { noteLaterFeature() }
      window.consume(outline.end - start)
      kind = outline.kind
      if case .opcode(let opcode) = kind, attributes.add(opcode, outline.operand) {
        attributesOffset = attributesOffset ?? start
        attributesDeparture = attributesDeparture ?? met
        continue
      }
      departure = attributesDeparture ?? met
      attributesDeparture = nil
      nameStart = outline.nameStart
      valueStart = outline.valueStart
      end = outline.end
      return nil
    }
  }

  /// The departure in the record that `reader` has just read.
  @inline(__always)
  private static func departure(_ reader: inout ByteReader, _ kind: RecordKind) -> FormatError? {
    reader.departure.map { placed($0, &reader, kind) }
  }

  /// An error with the record that it is in, which `reader` has just read.
  @inline(never)
  private static func placed(
    _ error: FormatError, _ reader: inout ByteReader, _ kind: RecordKind
  ) -> FormatError {
    switch kind {
    case .opcode(let opcode): return error.within(opcode.name)
    case .slotImport: return error.within("SLOT_IMPORT")
    case .value(let type):
      reader.rewind(to: 1)
      return error.reading(type, key: &reader)
    }
  }

  @inline(never)
  private mutating func noteLaterFeature() {
    let byte = window.bytes[0]
    do throws(FormatError) {
      _ = try version.kind(of: byte, at: start)
    } catch {
      laterFeature = error
    }
  }

  /// Compares the checksum behind the end with that of everything before it.
  mutating func readChecksum() throws(FormatError) -> RDBChecksum {
    guard version.hasChecksum else { return .absent }
    let computed = window.checksumOfConsumed()
    let offset = window.offset
    let stored: UInt64
    while true {
      do throws(FormatError) {
        var reader = ByteReader(window.bytes, at: offset)
        stored = try reader.uint64()
        break
      } catch {
        guard error.isTruncation, try window.fill() else { throw error.within("checksum") }
      }
    }
    window.consume(8)
    if stored == 0 { return .disabled }
    guard stored == computed || isRandomAccess else {
      throw FormatError(.checksumMismatch(stored: stored, computed: computed), at: offset)
    }
    return .ok
  }
}
