internal import BinaryInput

// How a divider finds records.
extension RDBReader {
  /// Finds keys until something else comes.
  mutating func findKeys(
    _ run: inout RecordRun, _ keys: inout KeyCounts
  ) throws(FormatError) -> FindingStop {
    while true {
      forgetRecord()
      if attributesOffset == nil { findStrings(&run, &keys) }
      if run.isFull { return .fullRun }
      if let shortage = try findAnyRecord() { return .shortage(shortage) }
      guard case .value(let type) = kind else { return .otherRecord }
      keys.count(expires: attributes.expiry != nil)
      let outline = KeyOutline(
        record: recordOffset, start: start, value: valueStart, end: end, attributes: attributes,
        nameHeader: nameStart > 0 ? UInt8(nameStart - start - 1) : 0, type: type)
      if let departure { run.append(outline, departure) } else { run.append(outline) }
    }
  }

  /// Finds the strings that come next (`StringOutline`), as many as are in memory.
  @inline(__always)
  private mutating func findStrings(_ run: inout RecordRun, _ keys: inout KeyCounts) {
    let base = window.offset
    var position = 0
    do {
      let bytes = window.bytes
      while !run.isFull, let string = StringOutline(bytes, at: position, kinds.stringForms) {
        keys.count(expires: string.attributes.expiry != nil)
        run.append(
          KeyOutline(
            record: base &+ position, start: base &+ string.type, value: base &+ string.value,
            end: base &+ string.end, attributes: string.attributes,
            nameHeader: UInt8(truncatingIfNeeded: string.name &- string.type &- 1), type: .string))
        position = string.end
      }
    }
    window.consume(position)
  }

  /// Whether the record at hand is the end of the data.
  var isAtEnd: Bool { kind == .opcode(.end) }

  /// How many bytes the record at hand takes as far as is known from what it was short of, or of what is in memory.
  func bytesWanted(_ shortage: FormatError) -> Int {
    max(window.bytes.count, (Self.end(of: shortage) ?? 0) - window.offset)
  }

  /// Gives away what has been consumed, in exchange for the memory of `spare`.
  mutating func handOver(reusing spare: inout [UInt8]) -> WindowBytes {
    window.handOver(reusing: &spare)
  }

  /// Adds what stands before the first record to the checksum; the rest of the file is given away.
  mutating func startHandingOver() -> CRC64 { window.startHandingOver() }

  /// Goes on with the checksum of everything that was given away.
  mutating func resumeChecksum(_ sum: CRC64) { window.resumeChecksum(sum) }
}

/// Why no further key was found.
enum FindingStop {
  /// Not all of the next record is in memory; the attributes before it have been taken in.
  case shortage(FormatError)
  /// The record at hand is none of a key.
  case otherRecord
  /// The run has as many keys as one may have.
  case fullRun
}
