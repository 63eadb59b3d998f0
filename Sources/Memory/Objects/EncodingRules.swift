public import RDB

/// Which encoding a server chooses for a value: the thresholds of its default configuration, and the sizes
/// of its structures.
public struct EncodingRules: Sendable {
  /// The release.
  public let release: ServerRelease
  let sizes: ObjectSizes

  /// hash-max-listpack-entries.
  static let mostPackedFields = 512
  /// hash-max-listpack-value, in bytes; that of other types is the same.
  static let longestPacked = 64

  /// hash-max-listpack-entries, and -value in bytes.
  let packedHash = (entries: Self.mostPackedFields, longest: Self.longestPacked)
  /// zset-max-listpack-entries, and -value in bytes.
  let packedSortedSet = (entries: 128, longest: 64)
  /// set-max-listpack-entries, and -value in bytes; before 7.2 only integers are packed.
  let packedSet: (entries: Int, longest: Int)
  /// set-max-intset-entries.
  let integerSet = 512
  /// list-max-listpack-size -2: bytes of a list's node.
  let listNode = 8192
  /// stream-node-max-bytes and -entries.
  let streamNode = (bytes: 4096, entries: 100)

  /// The rules of a release. The sizes of structures are those of Redis 7.0 for all from there on.
  public init(_ release: ServerRelease) {
    self.release = release
    let isRedis = release.name.hasPrefix("redis-")
    let isBeforeListpacks = isRedis && release.version.number <= 9
    sizes = isBeforeListpacks ? .redis6 : .redis7
    let packsSets = !isRedis || release.version.number >= 11
    packedSet = packsSets ? (128, 64) : (0, 0)
  }
}
