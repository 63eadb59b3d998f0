public import BinaryInput

extension FormatRule {
  /// The checksum of a DUMP payload is not that of its bytes.
  public static let payloadChecksum = FormatRule("payload-checksum")
  /// Bytes are left between the value of a DUMP payload and its end.
  public static let payloadRest = FormatRule("payload-rest")
}

/// A value as `DUMP` gives it and `RESTORE` takes it: type, value, version, checksum.
///
/// The version stands for the magic of a file: from 80 on, it is Valkey's.
public struct DumpPayload: ~Escapable {
  /// The version of the server that made the payload.
  public let version: RDBVersion
  /// The value.
  public let value: RDBValue

  private static let footerLength = 10

  /// Reads a payload, whose first byte stands at `offset`.
  ///
  /// Stricter than the server, which ignores bytes between the value and the footer.
  ///
  /// - Throws: `payloadChecksum` and `payloadRest`, *unsupported* for a version or type beyond this build.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at offset: Int) throws(FormatError) {
    guard bytes.count > Self.footerLength else {
      throw .truncated(
        needed: UInt64(Self.footerLength + 1), available: bytes.count, at: offset)
    }
    let valueEnd = bytes.count - Self.footerLength
    var footer = ByteReader(bytes.extracting(valueEnd..<bytes.count), at: offset + valueEnd)
    let number = Int(try footer.uint16())
    version = RDBVersion(number >= 80 ? .valkey : .redis, number)
    guard version.isSupported else {
      throw .unsupported("a payload of RDB version \(number)", at: offset + valueEnd)
    }
    var checksum = CRC64()
    checksum.update(bytes.extracting(0..<(bytes.count - 8)))
    let stored = try footer.uint64()
    // Zero says that none was computed; servers use that among themselves since 8.8.
    guard stored == checksum.value || stored == 0 else {
      throw .malformed(
        .payloadChecksum, "the payload's checksum is wrong", at: offset + valueEnd + 2)
    }
    var reader = ByteReader(bytes.extracting(0..<valueEnd), at: offset)
    guard case .value(let type) = try version.kind(of: try reader.byte(), at: offset) else {
      throw .malformed(.valueType, "the payload does not begin with a value type", at: offset)
    }
    var visitor = SkippingVisitor()
    var scratch = ValueScratch()
    try type.parse(&reader, &visitor, &scratch.blob, &scratch.element)
    if let departure = reader.departure { throw departure }
    guard reader.isAtEnd else {
      throw .malformed(
        .payloadRest, "\(reader.remaining) bytes are left behind the value", at: reader.offset)
    }
    value = RDBValue(type: type, bytes: bytes.extracting(1..<valueEnd), at: offset + 1)
  }
}
