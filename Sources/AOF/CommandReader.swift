public import BinaryInput

/// What the record at hand of a `CommandReader` is.
public enum LogRecord: Equatable, Sendable {
  /// A command: `command()`.
  case command
  /// A line about the log, mostly a time (`#TS:`): `timestamp`, `annotation()`.
  case annotation
}

/// Reads the commands of a log, one record at a time, in one pass and in bounded memory.
///
///     var reader = CommandReader(file)
///     while let record = try reader.next() {
///       if record == .command { … reader.command() … }
///     }
///
/// It takes what a server takes when it loads the log (`aof.c`, `loadSingleAppendOnlyFile`), and remembers in
/// `irregularity` where that is more than a server writes.
public struct CommandReader: ~Copyable {
  /// The seconds of the last `#TS` annotation read; nil before the first.
  public private(set) var timestamp: Int64?
  /// Where the record at hand deviates from what servers write, though they load it; nil if it does not.
  public var irregularity: FormatError? { oddity?.error }
  private var oddity: Irregularity?

  private var window: InputWindow
  private let size: Int
  private var arguments = ArgumentTable()
  /// The offset of the record at hand.
  public private(set) var recordOffset: Int
  /// The offset behind the record at hand.
  private var end: Int

  /// Opens the commands of `file`, which begin at `offset`: behind an RDB part, if there is one.
  public init(_ file: InputFile, at offset: Int = 0) {
    window = InputWindow(file, at: offset)
    size = file.size
    recordOffset = offset
    end = offset
  }

  /// The offset of the next record.
  public var offset: Int { end }

  /// Moves to the next record; nil at the end of the file, if that is behind a whole record.
  ///
  /// - Throws: `FormatError` at the first bytes for which a server stops: `truncated` if the file ends inside
  ///   a command, or a length says so; a rule if they are no command. The next call throws it again.
  public mutating func next() throws(FormatError) -> LogRecord? {
    oddity = nil
    var atEnd = false
    while true {
      let outline: RecordOutline?
      do throws(FormatError) {
        outline = try Self.outline(window, isEnd: atEnd, &arguments, &oddity)
      } catch {
        guard error.isTruncation, !atEnd else { throw held(against: error) }
        // A claim beyond the file is not read for: that could only fill the memory.
        atEnd = window.couldHold(error) ? try !window.fill() : true
        continue
      }
      guard let outline else { return nil }
      recordOffset = window.offset
      end = recordOffset + outline.count
      window.consume(outline.count)
      if outline.kind == .annotation { readTimestamp() }
      return outline.kind
    }
  }

  /// Goes to the first place at or behind `offset` where a command could begin: a star that begins a line, with
  /// a digit behind it. False if there is none.
  mutating func seekCommand(from offset: Int) throws(FormatError) -> Bool {
    oddity = nil
    window.seek(to: max(0, offset - 1))
    while true {
      if let distance = Self.commandStart(window) {
        window.consume(distance)
        (recordOffset, end) = (window.offset, window.offset)
        return true
      }
      // The last two bytes may be the beginning of the three that are looked for.
      window.consume(max(0, window.bytes.count - 2))
      guard try window.fill() else { return false }
    }
  }

  /// How far behind the beginning of the window a command could begin.
  private static func commandStart(_ window: borrowing InputWindow) -> Int? {
    let bytes = window.bytes
    var index = 1
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "*"), bytes[index - 1] == UInt8(ascii: "\n"),
        (0x31...0x39).contains(bytes[index + 1])
      {
        return index
      }
      index += 1
    }
    return nil
  }

  /// A truncation counts what is left of the file, not of the window.
  private func held(against error: FormatError) -> FormatError {
    guard case .truncated(let needed, _) = error.reason else { return error }
    var error = error
    error.reason = .truncated(needed: needed, available: UInt64(max(0, size - error.offset)))
    return error
  }

  /// The command at hand.
  @_lifetime(borrow self)
  public func command() -> LoggedCommand {
    LoggedCommand(
      bytes: window.bytes(recordOffset..<end), arguments: arguments.ranges, at: recordOffset)
  }

  /// The annotation at hand, from `#` to the line end.
  @_lifetime(borrow self)
  public func annotation() -> Span<UInt8> {
    window.bytes(recordOffset..<end)
  }

  /// Apart from `self`, because the bytes are borrowed from one part of it while others change.
  @inline(__always)
  private static func outline(
    _ window: borrowing InputWindow, isEnd: Bool, _ arguments: inout ArgumentTable,
    _ irregularity: inout Irregularity?
  ) throws(FormatError) -> RecordOutline? {
    try RecordOutline(
      of: window.bytes, at: window.offset, isEnd: isEnd, &arguments, &irregularity)
  }

  private mutating func readTimestamp() {
    switch TimestampAnnotation(annotation()) {
    case .none: break
    case .seconds(let seconds): timestamp = seconds
    case .malformed: oddity.note(.annotationTimestamp, at: recordOffset)
    }
  }
}

/// What an annotation says about the time.
private enum TimestampAnnotation {
  case none
  case seconds(Int64)
  case malformed

  /// Reads `#TS:1773190800` with its line end (`aof.c`, `genAofTimestampAnnotationIfNeeded`).
  init(_ line: Span<UInt8>) {
    let prefix: [4 of UInt8] = [0x23, 0x54, 0x53, 0x3A]
    guard line.count >= prefix.count, prefix.indices.allSatisfy({ line[$0] == prefix[$0] }) else {
      self = .none
      return
    }
    guard let number = DecimalLine(line, from: prefix.count), number.isCanonical else {
      self = .malformed
      return
    }
    self = .seconds(number.value)
  }
}
