import BinaryInput
import RDB

/// A stream as `XINFO STREAM FULL` shows it.
struct StreamInformation: ValueVisitor {
  struct Entry {
    let id: StreamID
    /// Names and values in turn.
    var fields: [[UInt8]?] = []
  }

  struct Consumer {
    let name: [UInt8]
    let state: StreamConsumerState
    var owned: [StreamID] = []
  }

  struct Group {
    let name: [UInt8]
    let state: StreamGroupState
    var pending: [StreamPendingEntry] = []
    var consumers: [Consumer] = []
  }

  private(set) var entries: [Entry] = []
  private(set) var state: StreamState?
  private(set) var groups: [Group] = []

  mutating func streamEntry(_ id: StreamID) { entries.append(Entry(id: id)) }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    entries[entries.count - 1].fields += [[UInt8](copying: name), [UInt8](copying: value)]
  }

  mutating func streamState(_ state: StreamState) { self.state = state }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    groups.append(Group(name: [UInt8](copying: name), state: state))
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) {
    groups[groups.count - 1].pending.append(entry)
  }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    groups[groups.count - 1].consumers.append(
      Consumer(name: [UInt8](copying: name), state: state))
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) {
    let group = groups.count - 1
    groups[group].consumers[groups[group].consumers.count - 1].owned.append(id)
  }
}
