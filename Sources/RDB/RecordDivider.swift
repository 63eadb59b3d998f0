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
    var isDone = false
    /// Whether the end of the data has been found.
    var isAtEnd = false
    /// Where the file can't be read on, if somebody has come there.
    var error: FormatError?
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
      guard !state.isDone else { return false }
      do throws(FormatError) {
        state.isAtEnd = try !find(&run, &state, &spare)
        state.isDone = state.isAtEnd
      } catch {
        state.isDone = true
        state.error = error
      }
      return !state.isDone
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

  /// Finds the next records; returns false at the end of the data.
  private func find(
    _ run: inout RecordRun, _ state: inout State, _ spare: inout [UInt8]
  ) throws(FormatError) -> Bool {
    var place = state.reader.place
    let start = place.offset
    run.select(state.reader.database)
    while true {
      do throws(FormatError) {
        if let shortage = try state.reader.findKeys(&run, &state.keys, &place) {
          state.reader.restart(at: place)
          guard place.offset == start else { break }
          if run.lease == nil && state.reader.bytesWanted(shortage) >= RecordRun.large {
            run.lease = LargeRunLease(large)
          }
          try state.reader.readOn(shortage)
        } else if state.reader.isAtEnd {
          guard place.offset > start else { return false }
          state.reader.restart(at: place)
          break
        } else {
          let record = try state.reader.record(state.reader.kind)
          try state.observer.observe(record, after: state.keys, state.reader)
          state.keys = KeyCounts()
          run.select(state.reader.database)
        }
      } catch {
        // What is whole is given out first; then the error is met again.
        guard place.offset > start else { throw error }
        state.reader.restart(at: place)
        break
      }
    }
    run.adopt(state.reader.handOver(reusing: &spare))
    return true
  }
}

/// Takes in the checksums of runs, each on the thread that looks at the run.
final class RunChecksums: Sendable {
  private let parts: Mutex<PartChecksums>
  private let isShared: Bool

  /// Goes on with `parts`; runs that are not shared come in their order.
  init(_ parts: PartChecksums, isShared: Bool) {
    self.parts = Mutex(parts)
    self.isShared = isShared
  }

  /// The checksum of all runs.
  var sum: CRC64 { parts.withLock { $0.sum } }

  func add(_ bytes: Span<UInt8>, at offset: Int) {
    guard isShared else { return parts.withLock { $0.add(bytes) } }
    var sum = CRC64()
    sum.update(bytes)
    parts.withLock { $0.add(sum, of: bytes.count, at: offset) }
  }
}

/// The right to have a large run in memory; given back when nobody holds it any more.
final class LargeRunLease: Sendable {
  private let semaphore: DispatchSemaphore

  init(_ semaphore: DispatchSemaphore) {
    semaphore.wait()
    self.semaphore = semaphore
  }

  deinit { semaphore.signal() }
}
