internal import AOF
internal import BinaryInput
internal import RDB

extension Command {
  /// Commands on streams. `XREADGROUP` is in logs as the `XCLAIM` of what it delivered.
  static let streamCommands = [
    Command("xadd", -5, StreamCommands.add),
    Command("xtrim", -4, StreamCommands.trim),
    Command("xdel", -3, StreamCommands.delete),
    Command("xsetid", -3, StreamCommands.setID),
    Command("xack", -4, StreamCommands.acknowledge),
    Command("xclaim", -6, StreamCommands.claim),
    Command("xgroup create", -5, StreamCommands.createGroup),
    Command("xgroup setid", -5, StreamCommands.setGroupID),
    Command("xgroup destroy", 4, StreamCommands.destroyGroup),
    Command("xgroup createconsumer", 5, StreamCommands.createConsumer),
    Command("xgroup delconsumer", 5, StreamCommands.deleteConsumer),
  ]
}

private enum StreamCommands {
  /// How a stream is cut off.
  private enum Trim {
    case length(Int)
    case before(StreamID)
  }

  @Sendable
  static func add(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var makesStream = true
    var trim: Trim?
    var index = 2
    while index < command.count {
      if command.has("nomkstream", at: index) {
        makesStream = false
        index += 1
      } else if let (found, size) = try parseTrim(command, at: index) {
        trim = found
        index += size
      } else {
        break
      }
    }
    let fields = command.count - index - 1
    guard fields >= 2, fields % 2 == 0 else { throw .syntax }
    let id = try explicitID(command[index])
    let known = try data.stream(command[1])
    if known == nil && !makesStream { return }
    guard id > known?.value.lastID ?? .zero else { throw .refused(.streamID) }
    let stream = try data.makeStream(command[1])
    var entry = LiveStream.begin(id)
    for field in (index + 1)..<command.count { LiveStream.add(command[field], to: &entry) }
    stream.value.append(entry)
    stream.value.lastID = id
    stream.value.entriesAdded &+= 1
    if let trim { cut(stream, trim) }
  }

  @Sendable
  static func trim(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let (trim, size) = try parseTrim(command, at: 2), 2 + size == command.count else {
      throw .syntax
    }
    if let stream = try data.stream(command[1]) { cut(stream, trim) }
  }

  private static func cut(_ stream: Box<LiveStream>, _ trim: Trim) {
    switch trim {
    case .length(let length): stream.value.trim(toLength: length)
    case .before(let id): stream.value.trim(before: id)
    }
  }

  /// `MAXLEN|MINID [=] threshold`; nil if something else stands there. How far `~` goes depends on the
  /// server's nodes, and servers log what came of it.
  private static func parseTrim(
    _ command: LoggedCommand, at start: Int
  ) throws(CommandFailure) -> (Trim, size: Int)? {
    let isLength = command.has("maxlen", at: start)
    guard isLength || command.has("minid", at: start) else { return nil }
    var index = start + 1
    if command.has("~", at: index) { throw .unsupported("trimming a stream with ~") }
    if command.has("=", at: index) { index += 1 }
    try command.needs(index + 1)
    if isLength { return (.length(try command.size(index)), index + 1 - start) }
    return (.before(try id(command[index])), index + 1 - start)
  }

  @Sendable
  static func delete(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let stream = try data.stream(command[1]) else { return }
    for index in 2..<command.count {
      _ = stream.value.delete(try id(command[index]))
    }
  }

  /// `XSETID key id [ENTRIESADDED n] [MAXDELETEDID id]`.
  @Sendable
  static func setID(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let lastID = try id(command[2])
    var entriesAdded: UInt64?
    var maxDeletedID: StreamID?
    for index in stride(from: 3, to: command.count, by: 2) {
      try command.needs(index + 2)
      if command.has("entriesadded", at: index) {
        entriesAdded = UInt64(try command.size(index + 1))
      } else if command.has("maxdeletedid", at: index) {
        maxDeletedID = try id(command[index + 1])
      } else {
        throw .syntax
      }
    }
    guard let stream = try data.stream(command[1]) else { throw .refused(.noSuchKey) }
    if let last = stream.value.entries.last {
      let lastEntry = LiveStream.id(of: stream.value.entries.element(at: last).span)
      guard lastID >= lastEntry else { throw .refused(.streamID) }
    }
    stream.value.lastID = lastID
    if let entriesAdded { stream.value.entriesAdded = entriesAdded }
    if let maxDeletedID, maxDeletedID != .zero { stream.value.maxDeletedID = maxDeletedID }
  }

  // MARK: Groups

  @Sendable
  static func acknowledge(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let stream = try data.stream(command[1]), let group = stream.value.group(command[2])
    else { return }
    for index in 3..<command.count {
      stream.value.groups[group].pending[try id(command[index])] = nil
    }
  }

  /// What `XCLAIM` says behind its ids.
  private struct ClaimOptions {
    var time: Int64
    var count: UInt64?
    var forces = false
    var onlyID = false
    var lastID: StreamID?
  }

  /// `XCLAIM key group consumer idle id … [options]`. An id whose entry has been deleted stops to be pending.
  @Sendable
  static func claim(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let (ids, options) = try parseClaim(command, now: data.now)
    let leastIdle = try command.integer(4)
    guard let stream = try data.stream(command[1]), let number = stream.value.group(command[2])
    else { throw .refused(.noGroup) }
    if let lastID = options.lastID {
      stream.value.groups[number].lastID = max(stream.value.groups[number].lastID, lastID)
    }
    let consumer =
      stream.value.groups[number].consumer(command[3])
      ?? stream.value.groups[number].addConsumer(
        [UInt8](copying: command[3]), seenTime: options.time, activeTime: nil)
    for id in ids {
      guard stream.value.find(id) != nil else {
        stream.value.groups[number].pending[id] = nil
        continue
      }
      let known = stream.value.groups[number].pending[id]
      guard known != nil || options.forces else { continue }
      var delivery = known ?? LiveGroup.Delivery(time: options.time, count: 1)
      if delivery.consumer != nil, leastIdle > 0, data.now &- delivery.time < leastIdle { continue }
      delivery.time = options.time
      if let count = options.count {
        delivery.count = count
      } else if !options.onlyID {
        delivery.count &+= 1
      }
      delivery.consumer = consumer
      delivery.isGivenBack = false
      stream.value.groups[number].pending[id] = delivery
      stream.value.groups[number].touch(consumer, at: options.time)
    }
  }

  private static func parseClaim(
    _ command: LoggedCommand, now: Int64
  ) throws(CommandFailure) -> ([StreamID], ClaimOptions) {
    var ids: [StreamID] = []
    var index = 5
    while index < command.count, let id = StreamID(text: command[index]) {
      ids.append(id)
      index += 1
    }
    var options = ClaimOptions(time: now)
    while index < command.count {
      if command.has("force", at: index) {
        options.forces = true
      } else if command.has("justid", at: index) {
        options.onlyID = true
      } else {
        try command.needs(index + 2)
        if command.has("idle", at: index) {
          options.time = now &- (try command.integer(index + 1))
        } else if command.has("time", at: index) {
          options.time = try command.integer(index + 1)
        } else if command.has("retrycount", at: index) {
          options.count = UInt64(try command.size(index + 1))
        } else if command.has("lastid", at: index) {
          options.lastID = try id(command[index + 1])
        } else {
          throw .syntax
        }
        index += 1
      }
      index += 1
    }
    return (ids, options)
  }

  /// `XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD n]`.
  @Sendable
  static func createGroup(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var makesStream = false
    var entriesRead: UInt64?
    var index = 5
    while index < command.count {
      if command.has("mkstream", at: index) {
        makesStream = true
      } else if command.has("entriesread", at: index) {
        entriesRead = try self.entriesRead(command, at: index + 1)
        index += 1
      } else {
        throw .syntax
      }
      index += 1
    }
    if !makesStream, try data.stream(command[2]) == nil { throw .refused(.noSuchKey) }
    let stream = try data.makeStream(command[2])
    guard stream.value.group(command[3]) == nil else { throw .refused(.keyExists) }
    let lastID = try groupID(command[4], stream.value)
    stream.value.groups.append(
      LiveGroup(name: [UInt8](copying: command[3]), lastID: lastID, entriesRead: entriesRead))
  }

  /// `XGROUP SETID key group id|$ [ENTRIESREAD n]`.
  @Sendable
  static func setGroupID(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var entriesRead: UInt64?
    if command.count > 5 {
      guard command.has("entriesread", at: 5), command.count == 7 else { throw .syntax }
      entriesRead = try self.entriesRead(command, at: 6)
    }
    let (stream, group) = try group(&data, command)
    stream.value.groups[group].lastID = try groupID(command[4], stream.value)
    stream.value.groups[group].entriesRead = entriesRead
  }

  @Sendable
  static func destroyGroup(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard let stream = try data.stream(command[2]), let group = stream.value.group(command[3])
    else { return }
    stream.value.groups.remove(at: group)
  }

  @Sendable
  static func createConsumer(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let (stream, group) = try group(&data, command)
    guard stream.value.groups[group].consumer(command[4]) == nil else { return }
    stream.value.groups[group].addConsumer(
      [UInt8](copying: command[4]), seenTime: data.now, activeTime: nil)
  }

  @Sendable
  static func deleteConsumer(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let (stream, group) = try group(&data, command)
    guard let consumer = stream.value.groups[group].consumer(command[4]) else { return }
    stream.value.groups[group].removeConsumer(consumer)
  }

  private static func group(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) -> (Box<LiveStream>, Int) {
    guard let stream = try data.stream(command[2]) else { throw .refused(.noSuchKey) }
    guard let group = stream.value.group(command[3]) else { throw .refused(.noGroup) }
    return (stream, group)
  }

  /// −1 says that it is not known.
  private static func entriesRead(
    _ command: LoggedCommand, at index: Int
  ) throws(CommandFailure) -> UInt64? {
    let number = try command.integer(index)
    guard number >= -1 else { throw .refused(.outOfRange) }
    return number == -1 ? nil : UInt64(number)
  }

  // MARK: Ids

  /// The id of a group: `$` stands for the last of the stream.
  private static func groupID(
    _ text: Span<UInt8>, _ stream: LiveStream
  ) throws(CommandFailure) -> StreamID {
    if isWord(text, "$") { return stream.lastID }
    return try id(text)
  }

  private static func id(_ text: Span<UInt8>) throws(CommandFailure) -> StreamID {
    guard let id = StreamID(text: text) else { throw .refused(.streamID) }
    return id
  }

  /// The id of a new entry. Servers log the id that they have chosen.
  private static func explicitID(_ text: Span<UInt8>) throws(CommandFailure) -> StreamID {
    if !text.isEmpty, text[text.count - 1] == UInt8(ascii: "*") {
      throw .unsupported("XADD with an id that the server chooses")
    }
    return try id(text)
  }
}

extension StreamID {
  /// Reads `1000-0`, or `1000` for `1000-0`; nil for anything else.
  init?(text: Span<UInt8>) {
    var dash = text.count
    for index in text.indices where text[index] == UInt8(ascii: "-") {
      dash = index
      break
    }
    guard let milliseconds = Self.number(text.extracting(0..<dash)) else { return nil }
    var sequence: UInt64 = 0
    if dash < text.count {
      guard let number = Self.number(text.extracting((dash + 1)..<text.count)) else { return nil }
      sequence = number
    }
    self.init(milliseconds: milliseconds, sequence: sequence)
  }

  private static func number(_ text: Span<UInt8>) -> UInt64? {
    guard (1...20).contains(text.count) else { return nil }
    var number: UInt64 = 0
    for index in text.indices {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return nil }
      number = sum
    }
    return number
  }
}
