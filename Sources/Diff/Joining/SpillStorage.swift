internal import Synchronization

/// Why what memory had no room for could not be put aside, or not be found again.
public struct SpillError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, with the folder.
  public let description: String

  /// Says what went wrong.
  public init(_ description: String) {
    self.description = description
  }
}

/// Creates files for what memory has no room for.
///
/// Only the command opens files for writing; this is how it lends them out.
public protocol SpillStorage: Sendable {
  /// Creates an empty file that nobody else sees, and that is gone when the program is.
  func makeFile() throws(SpillError) -> any SpillFile
}

/// A file for what memory has no room for. Several threads may read at a time.
public protocol SpillFile: AnyObject, Sendable {
  /// Writes `bytes` behind everything else and returns where they begin.
  func append(_ bytes: [UInt8]) throws(SpillError) -> Int
  /// The bytes from `offset` on, exactly `count`.
  func read(at offset: Int, _ count: Int) throws(SpillError) -> [UInt8]
}

/// How much memory a comparison may take for its table, shared by the threads that fill it.
public final class MemoryBudget: Sendable {
  /// The limit in bytes.
  public let limit: Int
  private let used = Atomic<Int>(0)

  /// Less than this has no room for the buffers.
  public static let smallest = 16 << 20

  /// Allows `limit` bytes, and the least that it takes at any rate.
  public convenience init(limit: Int) {
    self.init(exactly: max(limit, Self.smallest))
  }

  /// Allows `limit` bytes, however few.
  package init(exactly limit: Int) {
    self.limit = limit
  }

  /// Takes in that `bytes` more are used; says whether that is too much.
  func use(_ bytes: Int) -> Bool {
    used.add(bytes, ordering: .relaxed).newValue > limit / 2
  }

  /// Takes in that `bytes` are used no longer.
  func free(_ bytes: Int) {
    used.subtract(bytes, ordering: .relaxed)
  }
}

/// One file for many pieces, created when the first comes.
final class SharedSpillFile: Sendable {
  private let storage: any SpillStorage
  private let file = Mutex<(any SpillFile)?>(nil)

  init(_ storage: any SpillStorage) {
    self.storage = storage
  }

  /// Writes `bytes` behind everything else; returns the file, and where they begin.
  func append(_ bytes: [UInt8]) throws(SpillError) -> (any SpillFile, Int) {
    let file = try file.withLock { (known) throws(SpillError) -> any SpillFile in
      if let known { return known }
      let created = try storage.makeFile()
      known = created
      return created
    }
    return (file, try file.append(bytes))
  }
}
