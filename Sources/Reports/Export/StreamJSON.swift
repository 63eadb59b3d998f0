internal import BinaryInput
internal import RDB

/// Writes a stream as JSON while it is decoded: entries, what it remembers, groups, messages of producers.
struct StreamJSON: ~Copyable {
  /// The array at hand.
  private enum Place {
    /// Of entries; `fields` of the one that began last.
    case entries, fields
    case groups
    /// In a group.
    case pending, consumers, owned, givenBack
    case messages
  }

  private let buffer: OutputBuffer
  private var place = Place.entries
  /// Whether something stands before the next item of the array at hand.
  private var needsComma = false
  /// How repeated messages are recognized, which is told at various places.
  var idempotence: StreamIdempotence?

  init(_ buffer: OutputBuffer) { self.buffer = buffer }

  mutating func begin() {
    place = .entries
    needsComma = false
    idempotence = nil
    buffer.append(literal: "{\"entries\":[")
  }

  mutating func end() {
    leave(for: .groups)
    buffer.append(UInt8(ascii: "]"))
    if let idempotence {
      buffer.append(literal: ",\"idempotence\":{\"duration\":")
      buffer.append(decimal: idempotence.duration)
      buffer.append(literal: ",\"max_entries\":")
      buffer.append(decimal: idempotence.maxEntries)
      buffer.append(literal: ",\"added\":")
      buffer.append(decimal: idempotence.added)
      buffer.append(literal: ",\"duplicates\":")
      buffer.append(decimal: idempotence.duplicates)
      buffer.append(UInt8(ascii: "}"))
    }
    buffer.append(UInt8(ascii: "}"))
  }

  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func open(_ next: Place, _ text: StaticString) {
    buffer.append(literal: text)
    place = next
    needsComma = false
  }

  private mutating func close(to next: Place, _ text: StaticString) {
    buffer.append(literal: text)
    place = next
    needsComma = true
  }

  /// Closes what is open until an item of `target`, or what holds it, can follow.
  private mutating func leave(for target: Place) {
    while place != target {
      switch place {
      case .fields: close(to: .entries, "]}")
      case .pending:
        if target == .consumers || target == .givenBack {
          open(.consumers, "],\"consumers\":[")
        } else {
          close(to: .groups, "],\"consumers\":[]}")
        }
      case .owned: close(to: .consumers, "]}")
      case .consumers:
        if target == .givenBack {
          open(.givenBack, "],\"given_back\":[")
        } else {
          close(to: .groups, "]}")
        }
      case .givenBack: close(to: .groups, "]}")
      // Messages come behind all groups, and nothing behind them.
      case .groups where target == .messages: open(.messages, "],\"messages\":[")
      case .entries, .groups, .messages: return
      }
    }
  }

  // MARK: Entries

  mutating func entry(_ id: StreamID) {
    leave(for: .entries)
    separate()
    buffer.append(literal: "{\"id\":")
    buffer.append(id: id)
    open(.fields, ",\"fields\":[")
  }

  mutating func field(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    separate()
    buffer.append(item: name)
    buffer.append(UInt8(ascii: ","))
    buffer.append(item: value)
  }

  mutating func state(_ state: StreamState) {
    leave(for: .entries)
    buffer.append(literal: "],\"last_id\":")
    buffer.append(id: state.lastID)
    buffer.append(literal: ",\"max_deleted_id\":")
    buffer.append(id: state.maxDeletedID)
    buffer.append(literal: ",\"entries_added\":")
    buffer.append(decimal: state.entriesAdded)
    open(.groups, ",\"groups\":[")
  }

  // MARK: Groups

  mutating func group(_ name: Span<UInt8>, _ state: StreamGroupState) {
    leave(for: .groups)
    separate()
    buffer.append(literal: "{\"name\":")
    buffer.append(text: name, named: "name")
    buffer.append(literal: ",\"last_delivered_id\":")
    buffer.append(id: state.lastDeliveredID)
    buffer.append(literal: ",\"entries_read\":")
    if let read = state.entriesRead {
      buffer.append(decimal: read)
    } else {
      buffer.append(literal: "null")
    }
    open(.pending, ",\"pending\":[")
  }

  mutating func pending(_ entry: StreamPendingEntry) {
    separate()
    buffer.append(literal: "{\"id\":")
    buffer.append(id: entry.id)
    buffer.append(literal: ",\"delivered_at\":")
    buffer.append(time: entry.deliveryTime)
    buffer.append(literal: ",\"deliveries\":")
    buffer.append(decimal: entry.deliveryCount)
    buffer.append(UInt8(ascii: "}"))
  }

  mutating func consumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    leave(for: .consumers)
    separate()
    buffer.append(literal: "{\"name\":")
    buffer.append(text: name, named: "name")
    buffer.append(literal: ",\"seen_at\":")
    buffer.append(time: state.seenTime)
    buffer.append(literal: ",\"active_at\":")
    buffer.append(time: state.activeTime)
    open(.owned, ",\"pending\":[")
  }

  mutating func owned(_ id: StreamID) {
    separate()
    buffer.append(id: id)
  }

  mutating func givenBack(_ id: StreamID) {
    leave(for: .givenBack)
    separate()
    buffer.append(id: id)
  }

  // MARK: Producers

  mutating func message(from producer: Span<UInt8>, _ message: Span<UInt8>, _ id: StreamID) {
    leave(for: .messages)
    separate()
    buffer.append(literal: "{\"producer\":")
    buffer.append(text: producer, named: "producer")
    buffer.append(literal: ",\"message\":")
    buffer.append(text: message, named: "message")
    buffer.append(literal: ",\"id\":")
    buffer.append(id: id)
    buffer.append(UInt8(ascii: "}"))
  }
}
