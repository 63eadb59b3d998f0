/// Where the parts of a key's record stand, as offsets in the file, and what stands before its type: 64 bytes, as many as
/// a line of the processor's cache.
@usableFromInline
struct KeyOutline: Sendable {
  /// Where the attributes begin, or, without any, the type.
  @usableFromInline
  var record: Int
  /// Where the type stands.
  @usableFromInline
  var start: Int
  /// Where the value begins.
  @usableFromInline
  var value: Int
  /// Behind the record.
  @usableFromInline
  var end: Int
  /// What stands before the type.
  @usableFromInline
  var attributes: RDBKeyAttributes
  /// How many bytes stand between the type and those of the name, if they are in the file as they are; else 0.
  @usableFromInline
  var nameHeader: UInt8
  /// How the value stands in the file.
  @usableFromInline
  var type: RDBValueType
  /// Whether there is a departure in the record.
  var hasDeparture = false
}
