import TestSupport

/// The bundled restore: a BITRUN backup over the state of a day later.
enum Story {
  static let backup = "Fixtures/bitrun/backup.rdb"
  static let current = "Fixtures/bitrun/incident.rdb"
  static let moment = "2026-03-11T01:00:00Z"

  /// The arguments of `impact` for it.
  static func impact(_ more: String...) -> [String] {
    ["impact", backup, "--current", current, "--at", moment] + more
  }
}

/// A file with one key whose value breaks a rule: an intset of three bytes is none.
func malformedFile(key: String = "bad") -> [UInt8] {
  var builder = RDBBuilder()
  builder.auxiliary("redis-ver", "7.0.15")
  builder.string("good", "1")
  builder.key(key, [11] + RDBBuilder.string([1, 2, 3]))
  return builder.file()
}

/// A file with one sound key.
func soundFile(key: String = "good") -> [UInt8] {
  var builder = RDBBuilder()
  builder.string(key, "1")
  return builder.file()
}
