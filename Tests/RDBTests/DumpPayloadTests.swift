import BinaryInput
import RDB
import TestSupport
import Testing

struct DumpPayloadTests {
  /// What a payload holds; `payload` stands at the offset 100.
  private func decode(_ payload: [UInt8]) throws -> (version: RDBVersion, value: [String]) {
    let dump = try DumpPayload(payload.span, at: 100)
    var transcript = Transcript()
    var scratch = ValueScratch()
    try dump.value.decode(into: &transcript, scratch: &scratch)
    return (dump.version, transcript.lines)
  }

  /// A type and a value with the footer of a version and its checksum.
  private func payload(_ record: [UInt8], version: Int64 = 14) -> [UInt8] {
    RDBBuilder.closed(record + littleEndian(version, 2))
  }

  private func expectFailure(
    _ payload: [UInt8], _ code: String, at offset: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let error = try #require(
      #expect(throws: FormatError.self, sourceLocation: sourceLocation) { try decode(payload) },
      sourceLocation: sourceLocation)
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    #expect(error.offset == 100 + offset, "\(error)", sourceLocation: sourceLocation)
  }

  @Test func `the worked payload of the reference is read`() throws {
    let (version, value) = try decode(hex("00 C0 00 0A 00 98 40 A7 78 F8 50 03 08"))
    #expect(version == RDBVersion(.redis, 10))
    #expect(value == ["string 0"])
  }

  @Test(arguments: WorkedExample.all)
  func `a value is in a payload as it is in a file`(example: WorkedExample) throws {
    let isValkey = example.header.hasPrefix("VALKEY")
    let payload = payload(example.record, version: isValkey ? 80 : 14)
    let (version, value) = try decode(payload)
    #expect(value == example.value)
    #expect(version == (isValkey ? RDBVersion(.valkey, 80) : RDBVersion(.redis, 14)))
  }

  @Test(arguments: WorkedExample.all)
  func `every beginning of a payload is rejected`(example: WorkedExample) {
    let payload = payload(example.record)
    for count in payload.indices {
      #expect(throws: FormatError.self) { try decode(Array(payload[..<count])) }
    }
  }

  @Test func `a checksum that is not that of the bytes is rejected, none is accepted`() throws {
    let record = hex("00 C0 00 0A 00")
    try expectFailure(RDBBuilder.closed(record, .wrong), FormatRule.payloadChecksum.code, at: 5)
    #expect(try decode(RDBBuilder.closed(record, .disabled)).value == ["string 0"])
  }

  @Test func `bytes behind the value are rejected`() throws {
    try expectFailure(
      payload(hex("00 03 61 62 63 58 58")), FormatRule.payloadRest.code, at: 5)
  }

  @Test(arguments: [0, 15, 79, 81, 65_535])
  func `other versions are not supported`(version: Int64) throws {
    try expectFailure(payload(hex("00 01 61"), version: version), "unsupported", at: 3)
  }

  @Test func `a payload begins with a value type`() throws {
    try expectFailure(payload(hex("FA 01 61 01 62")), FormatRule.valueType.code, at: 0)
    try expectFailure(payload(hex("08 01 61")), FormatRule.valueType.code, at: 0)
    try expectFailure(payload(hex("1D 01 61")), "unsupported", at: 0)
    try expectFailure(payload(hex("10 01 61"), version: 9), FormatRule.notInVersion.code, at: 0)
  }

  @Test func `a payload has at least a value`() throws {
    try expectFailure([], "truncated", at: 0)
    try expectFailure(payload([]), "truncated", at: 0)
  }
}
