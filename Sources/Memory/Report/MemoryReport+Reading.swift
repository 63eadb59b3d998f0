internal import BinaryInput
public import Impact
public import Keyspace
public import RDB

extension MemoryReport {
  /// Reads a backup, on up to `threads` threads, and adds up what the keys that `selector` means take.
  ///
  /// - Throws: `BackupError` if it is damaged. Values are not decoded, unless a server would encode them anew.
  public init(
    of snapshot: Snapshot, _ question: MemoryQuestion, _ classifier: KeyClassifier,
    _ selector: KeySelector, threads: Int = 1
  ) throws(BackupError) {
    do throws(FormatError) {
      let policy = classifier.policy
      let (description, census) = try snapshot.memoryCensus(
        question, policy, selector.filter, threads: threads)
      self.init(
        backup: BackupDescription(of: snapshot, description), target: question.rules.release,
        at: question.at, policy: policy)
      census.fill(&self)
      try lookInside(snapshot, question.rules)
    } catch {
      throw BackupError(path: snapshot.path, error: error)
    }
  }

  /// Counts the elements of the keys that are listed: they are read again, in their order in the file.
  private mutating func lookInside(
    _ snapshot: Snapshot, _ rules: EncodingRules
  ) throws(FormatError) {
    var lookup = SnapshotLookup(snapshot)
    for index in largest.indices.sorted(by: { largest[$0].offset < largest[$1].offset }) {
      let key = largest[index]
      let elements = try lookup.key(at: key.offset, in: key.database) { (key) throws(FormatError) in
        var estimator = MemoryEstimator(rules)
        return try estimator.elements(of: key.value)
      }
      largest[index].elements = elements.count
      largest[index].largestElement = elements.largest
    }
  }
}

extension Snapshot {
  /// Calls `visit` for each key that `selector` means, in the order of the file, its elements counted.
  ///
  /// - Throws: `BackupError` where the backup is damaged; nothing that was visited counts then.
  public func eachMemory(
    _ question: MemoryQuestion, _ selector: KeySelector, _ visit: (RankedKey) -> Void
  ) throws(BackupError) {
    do throws(FormatError) {
      var estimator = MemoryEstimator(question.rules)
      _ = try walk(at: question.at ?? .min) { (key) throws(FormatError) in
        guard key.isAlive, selector.selects(key) else { return }
        var line = RankedKey(key, try estimator.memory(of: key), wholeName: true)
        let elements = try estimator.elements(of: key.value)
        line.elements = elements.count
        line.largestElement = elements.largest
        visit(line)
      }
    } catch {
      throw BackupError(path: path, error: error)
    }
  }
}

extension Snapshot {
  /// The release line that wrote the backup, as far as it says so; else the last that writes its version; for
  /// a log without a base, Redis 7.0.
  public var writer: ServerRelease {
    let words = server?.split(separator: " ") ?? []
    if words.count == 2 {
      let numbers = words[1].split(separator: ".").prefix(2).joined(separator: ".")
      if let release = ServerRelease(name: "\(words[0])-\(numbers)") { return release }
    }
    let newest = ServerRelease.all.last { $0.version == version }
    return newest ?? ServerRelease(name: "redis-7.0") ?? ServerRelease.all[0]
  }
}
