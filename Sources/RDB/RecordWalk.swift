public import BinaryInput
internal import Dispatch
internal import Synchronization

/// What looks at the records of a file that are no keys, in their order.
public protocol RecordObserver: Sendable, SendableMetatype {
  /// Looks at the record at hand; `keys` have come since the one before.
  ///
  /// - Throws: `FormatError` if the file can't be read on.
  mutating func observe(
    _ record: RDBRecord, after keys: KeyCounts, _ reader: borrowing RDBReader
  ) throws(FormatError)
}

/// What looks at keys: those of some runs of records, in their order, where several share the work.
public protocol KeyVisitor: ~Copyable, SendableMetatype {
  /// What a visitor has found.
  associatedtype Outcome: Sendable

  /// Looks at a key.
  ///
  /// - Throws: `FormatError` if the file can't be read on.
  mutating func visit(_ key: borrowing RDBKey) throws(FormatError)

  /// What was found in the keys that this visitor has seen.
  consuming func finish() -> Outcome
}

/// How many keys have come.
public struct KeyCounts: Equatable, Sendable {
  /// The number of keys.
  public var keys: UInt64 = 0
  /// How many of them expire.
  public var expires: UInt64 = 0

  /// No keys.
  public init() {}

  @inline(__always)
  mutating func count(expires: Bool) {
    keys &+= 1
    if expires { self.expires &+= 1 }
  }
}

/// What is known once the records of a file have been read.
public struct RecordEnd: Sendable {
  /// Why reading stopped before the end; nil if it did not.
  public internal(set) var error: FormatError?
  /// What the checksum said; nil if the end was not reached.
  public let checksum: RDBChecksum?
  /// Where the file ends, checksum included.
  public let offset: Int
  /// The first type or opcode that came later than the version of the file, where that is tolerated.
  public let laterFeature: FormatError?
  /// The offset of the first length that has a longer form than a server would write; nil if none was met.
  public let firstLongForm: Int?

  init(_ reader: borrowing RDBReader, _ error: FormatError?) {
    self.error = error
    checksum = reader.checksum
    offset = reader.offset
    laterFeature = reader.laterFeature
    firstLongForm = reader.firstLongForm
  }
}

/// Reads the records of a file from the first to the last, with as many visitors as one likes.
public struct RecordWalk: ~Copyable {
  private let reader: RDBReader
  private let size: Int

  /// A file with less than this for each visitor is read by fewer of them.
  private static let smallest = 1 << 21

  /// Opens a file and reads its header, as `RDBReader` does.
  ///
  /// - Throws: `FormatError` if the header is not that of an RDB file, or its version not supported.
  public init(_ file: InputFile, toleratesLaterFeatures: Bool = false) throws(FormatError) {
    reader = try RDBReader(file, toleratesLaterFeatures: toleratesLaterFeatures)
    size = file.size
  }

  /// The version that the header states.
  public var version: RDBVersion { reader.version }

  /// What servers read although none writes it, in the header.
  public var departure: FormatError? { reader.departure }

  /// Reads all records. The keys go to visitors that `visitor` makes: to one, or to several that work side by side,
  /// one to a thread.
  ///
  /// Returns what the visitors have found, and how the reading ended: with the error that comes first in the file, if
  /// there was one, where it is damaged or as a visitor or the observer threw. Visitors may have seen keys that come
  /// later then.
  public consuming func run<Observer: RecordObserver, Visitor: KeyVisitor & ~Copyable>(
    threads: Int, _ observer: inout Observer, visitor: @Sendable () -> Visitor
  ) -> (outcomes: [Visitor.Outcome], end: RecordEnd) {
    let threads = min(threads, 1 + size / Self.smallest)
    let divider = RecordDivider(reader, observer, visitors: threads)
    let results = concurrently(threads) { Self.readShare(of: divider, visitor()) }
    var end = divider.outcome(&observer)
    for case let error? in results.map(\.error) {
      if let first = end.error, first.offset <= error.offset { continue }
      end.error = error
    }
    return (results.map(\.outcome), end)
  }

  /// Shows a visitor the keys that `divider` has for it; one that fails leaves the rest to the others.
  private static func readShare<Observer: RecordObserver, Visitor: KeyVisitor & ~Copyable>(
    of divider: RecordDivider<Observer>, _ visitor: consuming Visitor
  ) -> (outcome: Visitor.Outcome, error: FormatError?) {
    var run = RecordRun()
    do throws(FormatError) {
      while divider.next(&run) { try run.forEachKey(&visitor) }
    } catch {
      return (visitor.finish(), error)
    }
    return (visitor.finish(), nil)
  }
}

/// Does `work` several times at the same time, and returns what it came to.
private func concurrently<Result: Sendable>(
  _ count: Int, _ work: @Sendable () -> Result
) -> [Result] {
  guard count > 1 else { return [work()] }
  let results = Mutex<[Result]>([])
  DispatchQueue.concurrentPerform(iterations: count) { _ in
    let result = work()
    results.withLock { $0.append(result) }
  }
  return results.withLock { $0 }
}
