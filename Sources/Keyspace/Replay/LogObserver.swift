internal import AOF
internal import BinaryInput

/// What a command of a log did to a key.
public enum KeyEvent: Int, CaseIterable, Sendable {
  /// The key was not there before.
  case created
  /// The key was there, and is.
  case changed
  /// The key is gone.
  case deleted
  /// The key is gone, and its time had come: how a server logs an expiry.
  case expired
}

/// Where in a log something happened.
public struct LogPlace: Sendable {
  /// The number of the part, from 0.
  public let part: Int
  /// The offset in the part.
  public let offset: Int
  /// The seconds of the last `#TS` annotation before it; nil if there is none.
  public let time: Int64?
}

/// Is told what the commands of a log do, while it is replayed.
public protocol LogObserver: AnyObject {
  /// A command did something to a key.
  func note(_ event: KeyEvent, _ key: Span<UInt8>, at place: LogPlace)
  /// A command removed every key of a database or of all, so many.
  func noteFlush(of keys: Int, at place: LogPlace)
}

/// Keys that a command is about to write, as they were before.
struct KeysBefore {
  /// Whether a key was there, and when it would expire.
  struct State {
    let name: [UInt8]
    let isThere: Bool
    let expiry: Int64?
  }

  let keys: [State]
  let count: Int
  let isFlush: Bool
  let isRemoval: Bool
  /// Whether the key goes to another database, which is not at hand.
  let isMove: Bool
  let isCopy: Bool

  init(_ command: borrowing LoggedCommand, _ data: inout LiveData) throws(CommandFailure) {
    var names: [[UInt8]] = []
    WrittenKeys.each(of: command) { names.append([UInt8](copying: $0)) }
    var keys: [State] = []
    for name in names {
      let entry = try data.find(name.span).map { data.selected[$0] }
      keys.append(State(name: name, isThere: entry != nil, expiry: entry?.expiry))
    }
    self.keys = keys
    isFlush = command.isNamed("FLUSHALL") || command.isNamed("FLUSHDB")
    isRemoval = command.isNamed("DEL") || command.isNamed("UNLINK")
    isMove = command.isNamed("MOVE")
    isCopy = command.isNamed("COPY")
    count = isFlush || isCopy ? data.count : 0
  }

  /// Tells what has become of the keys.
  func compare(
    _ data: inout LiveData, at place: LogPlace, _ observer: any LogObserver
  ) throws(CommandFailure) {
    if isFlush { observer.noteFlush(of: count - data.count, at: place) }
    if isCopy {
      guard let target = keys.first else { return }
      return observer.note(
        data.count > count ? .created : .changed, target.name.span, at: place)
    }
    for key in keys {
      switch (key.isThere, try data.contains(key.name.span)) {
      case (false, false): continue
      case (false, true): observer.note(.created, key.name.span, at: place)
      case (true, true): observer.note(.changed, key.name.span, at: place)
      case (true, false) where isMove: observer.note(.changed, key.name.span, at: place)
      case (true, false):
        observer.note(isExpiry(key, at: place) ? .expired : .deleted, key.name.span, at: place)
      }
    }
  }

  /// A server logs the expiry of a key as its deletion. An annotation stands for the second that it begins.
  private func isExpiry(_ key: State, at place: LogPlace) -> Bool {
    guard isRemoval, let expiry = key.expiry, let time = place.time else { return false }
    return expiry / 1000 <= time
  }
}
