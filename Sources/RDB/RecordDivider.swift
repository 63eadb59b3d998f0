internal import BinaryInput
internal import Dispatch
internal import Synchronization

/// Where readers that work side by side get their records.
protocol RecordSource: AnyObject, Sendable {
  var file: InputFile { get }
  var version: RDBVersion { get }
  var kinds: RecordKindTable { get }

  /// The next whole records, in the memory of `spare` if there is enough of it; nil if there are no more that can be
  /// read.
  func next(reusing spare: inout [UInt8]) -> RecordRun?
}

/// Divides the records of a file among readers that work side by side.
///
/// One reader after the other finds where the next records end, and then looks at them while the others go on: only
/// finding is done one at a time, which takes a fraction of what looking does. What is no key is looked at while it is
/// found, so its order is kept. At a place where the file can't be read, nothing more is given out; all records before it
/// have been by then.
final class RecordDivider<Observer: RecordObserver>: RecordSource {
  let file: InputFile
  let version: RDBVersion
  let kinds: RecordKindTable
  private let state: Mutex<State>
  private let large = DispatchSemaphore(value: 1)

  private struct State: ~Copyable, Sendable {
    var reader: RDBReader
    var observer: Observer
    var keys = KeyCounts()
    var isDone = false
    /// Where the file can't be read on, if somebody has come there.
    var error: FormatError?
  }

  /// Divides the records that `reader` has.
  init(_ reader: consuming RDBReader, _ observer: Observer) {
    file = reader.file
    version = reader.version
    kinds = reader.kinds
    state = Mutex(State(reader: reader, observer: observer))
  }

  func next(reusing spare: inout [UInt8]) -> RecordRun? {
    state.withLock { (state) -> RecordRun? in
      guard !state.isDone else { return nil }
      do throws(FormatError) {
        let run = try next(&state, &spare)
        state.isDone = run.isEnd
        return run.isEnd ? nil : run
      } catch {
        state.isDone = true
        state.error = error
        return nil
      }
    }
  }

  /// How the reading ended, once all readers are through.
  func outcome(_ observer: inout Observer) -> RecordEnd {
    state.withLock { state in
      observer = state.observer
      return RecordEnd(state.reader, state.error)
    }
  }

  private func next(
    _ state: inout State, _ spare: inout [UInt8]
  ) throws(FormatError) -> RecordRun {
    var place = state.reader.place
    let start = place.offset
    var run = RecordRun(at: start, in: place.context)
    while true {
      do throws(FormatError) {
        if let shortage = try state.reader.findKeys(&state.keys, &place) {
          state.reader.restart(at: place)
          guard place.offset == start else { break }
          if run.lease == nil && state.reader.bytesWanted(shortage) >= RecordRun.large {
            run.lease = LargeRunLease(large)
          }
          try state.reader.readOn(shortage)
        } else if state.reader.isAtEnd && place.offset > start {
          state.reader.restart(at: place)
          break
        } else {
          let record = try state.reader.record(state.reader.kind)
          try state.observer.observe(record, after: state.keys, state.reader)
          state.keys = KeyCounts()
          if record == .end {
            run.isEnd = true
            return run
          }
        }
      } catch {
        // What is whole is given out first; then the error is met again.
        guard place.offset > start else { throw error }
        state.reader.restart(at: place)
        break
      }
    }
    run.bytes = state.reader.handOver(reusing: &spare)
    return run
  }
}

/// Whole records that stand one behind the other.
struct RecordRun: Sendable {
  /// Of runs that take as much memory as this, in bytes, one is in use at a time.
  static let large = 1 << 23

  /// The offset in the file of the first one.
  let start: Int
  /// What counts there.
  let context: RecordContext
  var bytes = WindowBytes()
  /// Whether this is the end of the data, and no records.
  var isEnd = false
  /// Held while the records are in use, if they take much memory.
  var lease: LargeRunLease?

  init(at start: Int, in context: RecordContext) {
    self.start = start
    self.context = context
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
