internal import BinaryInput
internal import Dispatch
internal import Synchronization

/// Divides the records of a file among visitors that work side by side.
///
/// One after the other finds where the next records are, and then looks at them while the others go on: what a thread
/// has just read is in its cache. Only finding is done one at a time, which takes a fraction of what looking does. What
/// is no key is looked at while it is found, so its order is kept. At a place where the file can't be read, nothing more
/// is given out; all records before it have been by then.
final class RecordDivider<Observer: RecordObserver>: Sendable {
  private let state: Mutex<State>
  private let checksums: RunChecksums?
  private let large = DispatchSemaphore(value: 1)

  private struct State: ~Copyable, Sendable {
    var reader: RDBReader
    var observer: Observer
    var keys = KeyCounts()
    /// Whether the end of the data has been found.
    var isAtEnd = false
    /// Why the file can't be read on, once everything before that place has been given out.
    var error: FormatError?
    /// The same while there is something to give out.
    var pending: FormatError?
  }

  /// Divides the records that `reader` has among as many `visitors`.
  init(_ reader: consuming RDBReader, _ observer: Observer, visitors: Int) {
    var reader = reader
    let sum = reader.startHandingOver()
    checksums =
      reader.version.hasChecksum
      ? RunChecksums(PartChecksums(sum, upTo: reader.offset), isShared: visitors > 1) : nil
    state = Mutex(State(reader: reader, observer: observer))
  }

  /// Makes `run` the next whole records; returns false if there are no more that can be read.
  func next(_ run: inout RecordRun) -> Bool {
    var spare = run.removeAll()
    let isFound = state.withLock { (state) -> Bool in
      guard !state.isAtEnd, state.error == nil else { return false }
      do throws(FormatError) {
        try find(&run, &state, &spare)
        return true
      } catch {
        state.error = error
        return false
      }
    }
    if isFound, let checksums { run.add(to: checksums) }
    return isFound
  }

  /// How the reading ended, once all visitors are through.
  func outcome(_ observer: inout Observer) -> RecordEnd {
    state.withLock { state in
      if state.isAtEnd {
        do throws(FormatError) {
          try finish(&state)
        } catch {
          state.error = error
        }
      }
      observer = state.observer
      return RecordEnd(state.reader, state.error)
    }
  }

  /// Reads the end, with the checksum of all that stands before it.
  private func finish(_ state: inout State) throws(FormatError) {
    if let checksums { state.reader.resumeChecksum(checksums.sum) }
    let record = try state.reader.record(.opcode(.end))
    try state.observer.observe(record, after: state.keys, state.reader)
  }

  /// Finds the next records.
  private func find(
    _ run: inout RecordRun, _ state: inout State, _ spare: inout [UInt8]
  ) throws(FormatError) {
    if let error = state.pending { throw error }
    let start = state.reader.offset
    run.select(state.reader.database)
    search: while true {
      do throws(FormatError) {
        switch try state.reader.findKeys(&run, &state.keys) {
        case .fullRun: break search
        case .shortage(let shortage):
          guard state.reader.offset == start else { break search }
          if run.lease == nil && state.reader.bytesWanted(shortage) >= RecordRun.large {
            run.lease = LargeRunLease(large)
          }
          try state.reader.readOn(shortage)
        case .otherRecord where state.reader.isAtEnd:
          state.isAtEnd = true
          break search
        case .otherRecord:
          let record = try state.reader.record(state.reader.kind)
          try state.observer.observe(record, after: state.keys, state.reader)
          state.keys = KeyCounts()
          run.select(state.reader.database)
        }
      } catch {
        guard state.reader.offset > start else { throw error }
        state.pending = error
        break
      }
    }
    run.adopt(state.reader.handOver(reusing: &spare))
  }
}
