import BinaryInput
import Diff
import Impact
import Keyspace
import Synchronization
import TestSupport

/// What a test's data set holds: strings and lists, with and without expiries, in some databases.
struct DataSet {
  enum Value: Equatable {
    case string(String)
    case list([String])
  }

  struct Content: Equatable {
    var value: Value
    var expiry: Int64?
  }

  var keys: [KeyName: Content] = [:]

  /// A data set of random keys.
  static func random(_ count: Int, using random: inout SeededRandom) -> DataSet {
    var set = DataSet()
    for _ in 0..<count {
      let name = random.bytes(Int.random(in: 0...12, using: &random))
      set.keys[KeyName(UInt64.random(in: 0...2, using: &random), name)] = content(&random)
    }
    return set
  }

  private static func content(_ random: inout SeededRandom) -> Content {
    let text = "\(UInt8.random(in: 0...9, using: &random))"
    return Content(
      value: Bool.random(using: &random) ? .string(text) : .list([text, "end"]),
      expiry: Bool.random(using: &random) ? Int64.random(in: 1...5, using: &random) : nil)
  }

  /// The data set with some keys taken out, some put in, some changed.
  func mutated(using random: inout SeededRandom) -> DataSet {
    var set = self
    for name in keys.keys.sorted(by: { $0.description < $1.description }) {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: set.keys[name] = nil
      case 1: set.keys[name] = Self.content(&random)
      case 2: set.keys[name]?.expiry = Int64.random(in: 6...9, using: &random)
      case 3: set.keys[KeyName(name.database, name.name + [1])] = Self.content(&random)
      default: continue
      }
    }
    return set
  }

  /// The data set as files, each key in one of them.
  func files(_ count: Int, using random: inout SeededRandom) -> [[UInt8]] {
    var builders = Array(repeating: RDBBuilder(), count: count)
    var names = keys.keys.sorted { $0.description < $1.description }
    names.shuffle(using: &random)
    for name in names {
      guard let content = keys[name] else { continue }
      let file = Int.random(in: 0..<count, using: &random)
      builders[file].selectDatabase(name.database)
      builders[file].add(name.name, content)
    }
    return builders.map { $0.file() }
  }

  /// What differs from here to `other`, as lines in their order.
  func differences(to other: DataSet) -> [String] {
    let names = Set(keys.keys).union(other.keys.keys).sorted { left, right in
      left.database == right.database
        ? left.name.lexicographicallyPrecedes(right.name) : left.database < right.database
    }
    return names.compactMap { name in
      let (old, new) = (keys[name], other.keys[name])
      if old == new { return nil }
      let change: DiffChange =
        old == nil ? .added : new == nil ? .removed : old?.value != new?.value ? .changed : .expiry
      return "\(change.rawValue) \(name)"
    }
  }
}

extension RDBBuilder {
  mutating func add(_ name: [UInt8], _ content: DataSet.Content) {
    if let expiry = content.expiry { self.expiry(expiry) }
    switch content.value {
    case .string(let text): append([0] + Self.string(name) + Self.string(text))
    case .list(let elements):
      append([1] + Self.string(name) + Self.length(UInt64(elements.count)))
      for element in elements { append(Self.string(element)) }
    }
  }
}

/// Opens bytes as backups.
func side(_ files: [[UInt8]], _ label: String = "f") throws -> DiffSide {
  DiffSide(
    try files.enumerated().map { index, bytes in
      try Snapshot(InputFile(bytes, named: "\(label)\(index).rdb"))
    })
}

/// Compares two sides in as much memory as `limit` says.
func differences(
  _ old: DiffSide, _ new: DiffSide, filter: KeyFilter = KeyFilter(), at time: Int64? = nil,
  grouped: Bool = false, limit: Int = 1 << 30, storage: MemoryStorage = MemoryStorage()
) throws -> Differences {
  try DiffAnalysis(
    policy: Policy.builtIn(), filter: filter, at: time, groupedByCategory: grouped,
    memory: MemoryBudget(exactly: limit), storage: storage
  ).differences(from: old, to: new)
}

extension Differences {
  /// What differs, as lines.
  func lines() throws -> [String] {
    var lines: [String] = []
    try forEach { lines.append("\($0.change.rawValue) \(KeyName($0.database, $0.name))") }
    return lines
  }
}

/// "Files" in memory, which count what goes through them.
final class MemoryStorage: SpillStorage {
  private let total = Mutex(0)

  /// How many bytes were written.
  var written: Int { total.withLock { $0 } }

  func makeFile() throws(SpillError) -> any SpillFile { File(self) }

  private final class File: SpillFile {
    private let storage: MemoryStorage
    private let contents = Mutex<[UInt8]>([])

    init(_ storage: MemoryStorage) { self.storage = storage }

    func append(_ bytes: [UInt8]) throws(SpillError) -> Int {
      storage.total.withLock { $0 += bytes.count }
      return contents.withLock { known in
        known += bytes
        return known.count - bytes.count
      }
    }

    func read(at offset: Int, _ count: Int) throws(SpillError) -> [UInt8] {
      contents.withLock { Array($0[offset..<(offset + count)]) }
    }
  }
}

/// A storage that has no room.
struct FullStorage: SpillStorage {
  func makeFile() throws(SpillError) -> any SpillFile { throw SpillError("no room") }
}
