public import BinaryInput

extension FormatRule {
  /// What should be a command or an annotation begins neither with `*` nor with `#`.
  public static let commandStart = FormatRule("resp-command")
  /// A command claims to have no arguments.
  public static let argumentCount = FormatRule("resp-argument-count")
  /// What should be an argument does not begin with `$`.
  public static let argumentStart = FormatRule("resp-argument")
  /// An argument has a negative length.
  public static let argumentLength = FormatRule("resp-argument-length")
  /// The line end behind an argument is another one; servers do not look.
  public static let argumentEnd = FormatRule("resp-argument-end")
  /// A count or a length is more than digits and a line end; servers take what they can.
  public static let numberLine = FormatRule("resp-number")
  /// The file ends inside an annotation; servers do not notice, and write on behind it.
  public static let annotationEnd = FormatRule("annotation-end")
  /// An annotation claims to be a time and is none.
  public static let annotationTimestamp = FormatRule("annotation-timestamp")
}

/// What stands at the beginning of bytes, and how many bytes it takes.
///
/// Every decision is that of `aof.c`, `loadSingleAppendOnlyFile`: lines are what `fgets` returns, numbers what
/// `strtol` makes of them, and the two bytes behind an argument are not looked at.
struct RecordOutline {
  let kind: LogRecord
  let count: Int

  /// aof.h, `AOF_ANNOTATION_LINE_MAX_LEN`: `fgets` returns at most one byte less.
  static let longestLine = 1023

  /// Finds the end of the record at the beginning of `bytes`, which stand at `offset` of the file; nil if there
  /// are none and none follow (`isEnd`).
  ///
  /// - Throws: `FormatError`; if it is a truncation and the file does not end here, more bytes may help.
  @inline(__always)
  init?(
    of bytes: Span<UInt8>, at offset: Int, isEnd: Bool, _ arguments: inout ArgumentTable,
    _ irregularity: inout Irregularity?
  ) throws(FormatError) {
    guard bytes.count > 0 else {
      if isEnd { return nil }
      throw .truncated(needed: 1, available: 0, at: offset)
    }
    switch bytes[0] {
    case UInt8(ascii: "*"):
      var framing = CommandFraming(bytes, at: offset, isEnd: isEnd)
      try framing.read(into: &arguments, &irregularity)
      (kind, count) = (.command, framing.position)
    case UInt8(ascii: "#"):
      let end = try lineEnd(bytes, from: 0, at: offset, isEnd: isEnd)
      if bytes[end - 1] != UInt8(ascii: "\n") {
        irregularity.note(.annotationEnd, at: offset)
      }
      (kind, count) = (.annotation, end)
    case let byte:
      throw .malformed(
        .commandStart, "a command begins with '*', here stands \(quoted(byte))", at: offset)
    }
  }
}

/// A cursor over the bytes of one command.
private struct CommandFraming: ~Escapable {
  private let bytes: Span<UInt8>
  private let base: Int
  private let isEnd: Bool
  private(set) var position = 0

  @inline(__always)
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, at base: Int, isEnd: Bool) {
    self.bytes = bytes
    self.base = base
    self.isEnd = isEnd
  }

  @inline(__always)
  mutating func read(
    into arguments: inout ArgumentTable, _ irregularity: inout Irregularity?
  ) throws(FormatError) {
    arguments.empty()
    let count = try argumentCount(&irregularity)
    for index in 0..<count {
      let length: Int
      do throws(FormatError) {
        length = try argumentLength(&irregularity)
        guard length <= bytes.count - position else {
          throw .truncated(
            needed: UInt64(length), available: bytes.count - position, at: base + position)
        }
        // Two bytes follow, which the server skips unseen.
        guard bytes.count - position - length >= 2 else {
          throw .truncated(
            needed: 2, available: bytes.count - position - length, at: base + position + length)
        }
      } catch {
        throw inside(error, index, arguments)
      }
      arguments.append(ArgumentRange(start: position, count: length))
      position += length
      if bytes[position] != UInt8(ascii: "\r") || bytes[position + 1] != UInt8(ascii: "\n") {
        irregularity.note(.argumentEnd, at: base + position)
      }
      position += 2
    }
  }

  /// Reads `*3`: the server takes an `int` (`atoi`) and refuses what is below 1.
  @inline(__always)
  private mutating func argumentCount(_ irregularity: inout Irregularity?) throws(FormatError)
    -> Int
  {
    let start = position
    if let count = plainNumber(), count > 0, count <= Int(Int32.max) { return count }
    position = start
    let number = try number(&irregularity)
    let count = Int32(truncatingIfNeeded: number)
    if Int64(count) != number { irregularity.note(.numberLine, at: base + start) }
    guard count > 0 else {
      throw .malformed(.argumentCount, "a command with \(count) arguments", at: base + start)
    }
    return Int(count)
  }

  /// Reads `$12`.
  @inline(__always)
  private mutating func argumentLength(_ irregularity: inout Irregularity?) throws(FormatError)
    -> Int
  {
    guard position < bytes.count else {
      throw .truncated(needed: 1, available: 0, at: base + position)
    }
    guard bytes[position] == UInt8(ascii: "$") else {
      throw .malformed(
        .argumentStart, "an argument begins with '$', here stands \(quoted(bytes[position]))",
        at: base + position)
    }
    if let length = plainNumber() { return length }
    let start = position
    let length = try number(&irregularity)
    guard length >= 0 else {
      throw .malformed(.argumentLength, "an argument of \(length) bytes", at: base + start)
    }
    return Int(length)
  }

  /// Reads digits and a line end behind one byte, as servers write them; nil, and nothing read, if that is not
  /// what stands here.
  @inline(__always)
  private mutating func plainNumber() -> Int? {
    var cursor = position &+ 1
    // Eighteen digits can't overflow.
    let limit = min(bytes.count, cursor &+ 18)
    var value = 0
    let first = cursor
    while cursor < limit {
      let digit = bytes[cursor] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ Int(digit)
      cursor &+= 1
    }
    guard cursor > first, bytes.count - cursor >= 2, bytes[cursor] == UInt8(ascii: "\r"),
      bytes[cursor &+ 1] == UInt8(ascii: "\n")
    else { return nil }
    position = cursor &+ 2
    return value
  }

  /// Reads a line as the server does, whatever stands in it.
  @inline(never)
  private mutating func number(_ irregularity: inout Irregularity?) throws(FormatError) -> Int64 {
    let start = position
    let end = try lineEnd(bytes, from: start, at: base, isEnd: isEnd)
    let line = bytes.extracting(start..<end)
    guard let number = DecimalLine(line, from: 1) else {
      throw .truncated(needed: 1, available: 0, at: base + end)
    }
    if !number.isCanonical { irregularity.note(.numberLine, at: base + start) }
    position = end
    return number.value
  }

  /// The error as one inside the argument at `index` of the command whose first arguments are known.
  @inline(never)
  private func inside(
    _ error: FormatError, _ index: Int, _ arguments: borrowing ArgumentTable
  ) -> FormatError {
    guard index > 0 else { return error.within("command name") }
    let name = arguments.ranges[0]
    let bytes = bytes.extracting(name.start..<(name.start + name.count))
    return error.within("argument \(index)").within(
      "command \(EscapedBytes([UInt8](copying: bytes), limit: 40))")
  }
}

/// The offset behind the line that begins at `start`, as `fgets` takes it: at most 1023 bytes, or the rest of
/// the file.
///
/// - Throws: a truncation if the line goes on behind the bytes.
private func lineEnd(
  _ bytes: Span<UInt8>, from start: Int, at base: Int, isEnd: Bool
) throws(FormatError) -> Int {
  let limit = min(bytes.count, start + RecordOutline.longestLine)
  for index in start..<limit where bytes[index] == UInt8(ascii: "\n") { return index + 1 }
  guard limit - start == RecordOutline.longestLine || isEnd else {
    throw .truncated(needed: 1, available: 0, at: base + limit)
  }
  return limit
}

/// A byte for a message, without letting it do anything to a terminal.
private func quoted(_ byte: UInt8) -> String { "'\(EscapedBytes([byte]))'" }
