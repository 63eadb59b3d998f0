import BinaryInput
import RDB
import TestSupport
import Testing

/// A key as a file has it, its value written down.
struct KeyRead: Equatable {
  var database: UInt64 = 0
  var name: String
  var type: RDBValueType
  var attributes = RDBKeyAttributes()
  var value: [String]
}

/// Everything that a file has.
struct FileRead {
  var version: RDBVersion
  var records: [RDBRecord] = []
  var keys: [KeyRead] = []
  var checksum: RDBChecksum?
  /// Where reading ended.
  var offset = 0
}

/// In a file of one key named `k`, the value stands behind a header of 9 bytes, a type and a name of two.
let valueOffset = 12

/// Reads bytes as a file to its end, values included.
func read(_ bytes: [UInt8]) throws -> FileRead {
  var reader = try RDBReader(input(bytes))
  var file = FileRead(version: reader.version)
  var scratch = ValueScratch()
  var nameScratch = ScratchBuffer()
  while let record = try reader.next() {
    file.records.append(record)
    guard record == .key else { continue }
    let name = try reader.key()
    let text = EscapedBytes(try name.bytes(in: &nameScratch)).description
    var transcript = Transcript()
    do throws(FormatError) {
      try reader.value.decode(into: &transcript, scratch: &scratch)
    } catch {
      var error = error
      error.key = Array(text.utf8)
      throw error
    }
    file.keys.append(
      KeyRead(
        database: reader.database, name: text, type: reader.valueType,
        attributes: reader.attributes, value: transcript.lines))
  }
  file.checksum = reader.checksum
  file.offset = reader.offset
  return file
}

/// Bytes as a file.
func input(_ bytes: [UInt8]) -> InputFile { InputFile(bytes, named: "dump.rdb") }

/// A file with nothing but the key `k`; `record` is its type and its value.
func file(_ record: [UInt8], _ header: String = "REDIS0014") -> [UInt8] {
  RDBBuilder.file(record, header: header)
}

/// What a value consists of; `record` is its type and its bytes.
func decode(_ record: [UInt8], _ header: String = "REDIS0014") throws -> [String] {
  try read(file(record, header)).keys[0].value
}

/// Requires that reading a file fails, with this code at this offset, and returns the error.
@discardableResult
func expectFailure(
  _ bytes: [UInt8], _ code: String, at offset: Int,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> FormatError {
  let error = try #require(
    #expect(throws: FormatError.self, sourceLocation: sourceLocation) { try read(bytes) },
    sourceLocation: sourceLocation)
  #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
  #expect(error.offset == offset, "\(error)", sourceLocation: sourceLocation)
  return error
}

/// Requires that the value of a key breaks `rule` at `offset`, counted from the first byte of the value.
@discardableResult
func expectFailure(
  _ record: [UInt8], _ rule: FormatRule, at offset: Int, _ header: String = "REDIS0014",
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> FormatError {
  let error = try expectFailure(
    file(record, header), rule.code, at: valueOffset + offset, sourceLocation: sourceLocation)
  #expect(error.key == Array("k".utf8), sourceLocation: sourceLocation)
  return error
}

/// Reads everything that a file has, and keeps nothing.
func exhaust(_ file: InputFile) throws(FormatError) {
  var reader = try RDBReader(file)
  var visitor = EveryElement()
  var scratch = ValueScratch()
  var strings = ScratchBuffer()
  while let record = try reader.next() {
    switch record {
    case .key:
      _ = try reader.key().bytes(in: &strings)
      try reader.value.decode(into: &visitor, scratch: &scratch)
    case .auxiliary:
      _ = try reader.auxiliary().name.bytes(in: &strings)
      _ = try reader.auxiliary().value.bytes(in: &strings)
    case .function: _ = try reader.functionSource().bytes(in: &strings)
    case .resizeDatabase, .slotInfo: _ = try reader.counts()
    case .moduleAuxiliary: _ = try reader.moduleType()
    case .selectDatabase, .slotImport, .end: break
    }
  }
}

/// Has every element decoded, and does nothing with it.
private struct EveryElement: ValueVisitor {}
