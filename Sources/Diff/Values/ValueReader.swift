internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// Reads the values of keys that differ, and says what changed inside.
public struct ValueReader: ~Copyable {
  private var old: SideReader
  private var new: SideReader
  private var scratch = ValueScratch()

  init(old: (DiffSide, [DiffSource]), new: (DiffSide, [DiffSource])) {
    self.old = SideReader(side: old.0, sources: old.1)
    self.new = SideReader(side: new.0, sources: new.1)
  }

  /// What changed inside the value of a key that both sides have with the same type; nil for others.
  ///
  /// - Throws: `BackupError` if a file has changed since it was read.
  public mutating func changes(of key: Difference) throws(BackupError) -> ValueDifference? {
    guard key.change == .changed, let before = key.old, let after = key.new,
      before.type == after.type
    else { return nil }
    let old = try self.old.capture(before.place, &scratch)
    let new = try self.new.capture(after.place, &scratch)
    return ValueComparison(from: old, to: new, after.type).result
  }
}

/// Reads values of one side.
private struct SideReader: ~Copyable {
  private let side: DiffSide
  private let sources: [DiffSource]
  /// Looks into the file that was asked for last: making another takes longer than a look.
  private var lookup: SnapshotLookup
  private var file = 0

  init(side: DiffSide, sources: [DiffSource]) {
    self.side = side
    self.sources = sources
    lookup = SnapshotLookup(side.files[0])
  }

  mutating func capture(
    _ place: Place, _ scratch: inout ValueScratch
  ) throws(BackupError) -> CapturedValue {
    let source = sources[Int(place.source)]
    if source.file != file {
      file = source.file
      lookup = SnapshotLookup(side.files[file])
    }
    var captured = CapturedValue()
    do throws(FormatError) {
      try lookup.key(at: place.offset, in: source.database) { (key) throws(FormatError) in
        try key.value.decode(into: &captured, scratch: &scratch)
      }
    } catch {
      throw BackupError(path: side.files[file].path, error: error)
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
