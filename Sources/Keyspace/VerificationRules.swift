internal import BinaryInput

extension FormatRule {
  /// The data end before they should.
  static let truncated = FormatRule("truncated")
  /// Bytes follow the end of the file.
  static let trailingBytes = FormatRule("trailing-bytes")
  /// No checksum was stored.
  static let checksumDisabled = FormatRule("checksum-disabled")
  /// A database does not have as many keys as the file announces.
  static let resizeDatabase = FormatRule("resizedb")
  /// A file announces more keys than a server could make room for.
  static let resizeDatabaseSize = FormatRule("resizedb-size")
  /// A cluster slot does not have as many keys as the file announces.
  static let slotInfo = FormatRule("slot-info")
  /// A length has a longer form than a server writes.
  static let longForm = FormatRule("non-canonical-length")
  /// An expiry, idle time or frequency is followed by no key.
  static let danglingAttributes = FormatRule("dangling-attributes")
  /// The file was written as the base of an append-only file.
  static let aofBase = FormatRule("aof-base")
  /// A type that only release candidates wrote.
  static let preRelease = FormatRule("pre-release-type")
  /// A key occurs twice, but of its copies a server keeps only one.
  static let duplicateLeftOut = FormatRule("duplicate-left-out")
  /// A server needs a module to load the file.
  static let module = FormatRule("module")
}
