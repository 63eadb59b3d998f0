internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// Reads the values of keys that differ, and says what changed inside.
public struct ValueReader: ~Copyable {
  private let old: DiffSide
  private let new: DiffSide
  private let oldSources: [DiffSource]
  private let newSources: [DiffSource]
  private var scratch = ValueScratch()

  init(old: (DiffSide, [DiffSource]), new: (DiffSide, [DiffSource])) {
    (self.old, oldSources) = old
    (self.new, newSources) = new
  }

  /// What changed inside the value of a key that both sides have with the same type; nil for others.
  ///
  /// - Throws: `BackupError` if a file has changed since it was read.
  public mutating func changes(of key: Difference) throws(BackupError) -> ValueDifference? {
    guard key.change == .changed, let before = key.old, let after = key.new,
      before.type == after.type
    else { return nil }
    let old = try capture(before.place, of: old, oldSources)
    let new = try capture(after.place, of: new, newSources)
    return ValueComparison(from: old, to: new, after.type).result
  }

  private mutating func capture(
    _ place: Place, of side: DiffSide, _ sources: [DiffSource]
  ) throws(BackupError) -> CapturedValue {
    let source = sources[Int(place.source)]
    let snapshot = side.files[source.file]
    var captured = CapturedValue()
    do throws(FormatError) {
      var lookup = SnapshotLookup(snapshot)
      try lookup.key(at: place.offset, in: source.database) { (key) throws(FormatError) in
        try key.value.decode(into: &captured, scratch: &scratch)
      }
    } catch {
      throw BackupError(path: snapshot.file.path, error: error)
    }
    return captured
  }
}

extension Differences {
  /// Reads values of keys that differ.
  public func values() -> ValueReader {
    ValueReader(old: (old, oldSources), new: (new, newSources))
  }
}
