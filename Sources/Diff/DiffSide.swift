public import Keyspace

/// One side of a comparison: the files of one data set, which may be shards of a cluster.
public struct DiffSide: Sendable {
  /// The files.
  public let files: [Snapshot]

  /// Takes files, at least one, for one side.
  public init(_ files: [Snapshot]) {
    precondition(!files.isEmpty, "a side has a file")
    self.files = files
  }
}

/// A database of a file of a side.
struct DiffSource: Hashable, Sendable {
  let file: Int
  let database: UInt64
}
