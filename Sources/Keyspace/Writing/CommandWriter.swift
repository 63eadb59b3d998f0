public import BinaryInput

/// How commands are written down.
public enum CommandForm: Sendable {
  /// As they go over the wire (RESP): for `redis-cli --pipe`, or as part of an append-only log.
  case resp
  /// A line each, quoted as `redis-cli` reads its input (`sds.c`, `sdssplitargs`): for people.
  case lines
}

/// Writes commands, whatever bytes their arguments have, with no more memory than a small buffer.
public final class CommandWriter {
  private let form: CommandForm
  private let sink: any ByteSink
  private var buffer: [UInt8] = []
  /// How many bytes the argument at hand still lacks.
  private var missing = 0
  /// Whether the next argument is the first of its command.
  private var isFirst = false
  /// How many commands were begun.
  public private(set) var commands = 0

  private static let capacity = 1 << 16
  /// How much of a long argument is taken at a time.
  private static let piece = 1 << 14

  /// Writes commands to `sink`.
  public init(_ form: CommandForm, to sink: any ByteSink) {
    self.form = form
    self.sink = sink
  }

  /// Begins a command of so many arguments, its name included.
  public func begin(_ arguments: Int) {
    precondition(missing == 0, "the argument before is not whole")
    commands += 1
    isFirst = true
    if form == .resp { buffer += "*\(arguments)\r\n".utf8 }
  }

  /// Adds an argument.
  public func add(_ argument: Span<UInt8>) {
    guard argument.count > Self.piece else {
      separate()
      Self.append(argument, to: &buffer, form)
      return flushIfFull()
    }
    beginArgument(argument.count)
    addPiece(argument)
    endArgument()
  }

  /// Adds an argument.
  public func add(_ argument: [UInt8]) { add(argument.span) }

  /// Adds an argument.
  public func add(_ argument: String) { add(Array(argument.utf8).span) }

  /// Adds arguments, or whole commands, that have waited.
  func add(_ batch: borrowing ArgumentBatch) {
    buffer += batch.bytes
    flushIfFull()
  }

  /// Ends the command at hand.
  public func end() {
    if form == .lines { buffer.append(UInt8(ascii: "\n")) }
  }

  /// Writes a command of words.
  func write(_ words: String...) {
    begin(words.count)
    for word in words { add(word) }
    end()
  }

  /// Writes a command of a name, a key, words, and bytes at the end.
  func write(_ name: String, key: [UInt8], more: [String] = [], last: [UInt8]? = nil) {
    begin(2 + more.count + (last == nil ? 0 : 1))
    add(name)
    add(key)
    for word in more { add(word) }
    if let last { add(last) }
    end()
  }

  /// Hands on what is left in the buffer.
  public func flush() {
    sink.write(buffer.span)
    buffer.removeAll(keepingCapacity: true)
  }

  private func flushIfFull() {
    if buffer.count >= Self.capacity { flush() }
  }

  // MARK: An argument in pieces

  /// Begins an argument of `count` bytes, which come in pieces.
  func beginArgument(_ count: Int) {
    missing = count
    separate()
    switch form {
    case .resp: buffer += "$\(count)\r\n".utf8
    case .lines: buffer.append(UInt8(ascii: "\""))
    }
  }

  /// Adds bytes to the argument at hand.
  func addPiece(_ bytes: Span<UInt8>) {
    missing -= bytes.count
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Self.piece)
      let piece = bytes.extracting(start..<end)
      switch form {
      case .resp: buffer.append(copying: piece)
      case .lines: buffer += EscapedBytes(piece).description.utf8
      }
      flushIfFull()
      start = end
    }
  }

  /// Ends the argument at hand.
  func endArgument() {
    precondition(missing == 0, "the argument has as many bytes as were announced")
    switch form {
    case .resp: buffer += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    case .lines: buffer.append(UInt8(ascii: "\""))
    }
  }

  // MARK: Rendering

  /// An argument that waits. It is not the first of its command.
  func append(_ argument: Span<UInt8>, to batch: inout ArgumentBatch) {
    if form == .lines { batch.bytes.append(UInt8(ascii: " ")) }
    Self.append(argument, to: &batch.bytes, form)
    batch.count += 1
  }

  private static func append(
    _ argument: Span<UInt8>, to buffer: inout [UInt8], _ form: CommandForm
  ) {
    switch form {
    case .resp:
      buffer += "$\(argument.count)\r\n".utf8
      buffer.append(copying: argument)
      buffer += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    case .lines:
      if isPlain(argument) {
        buffer.append(copying: argument)
      } else {
        // Between double quotes, redis-cli reads \xHH, \" and \\ as what they were made of.
        buffer += "\"\(EscapedBytes(argument))\"".utf8
      }
    }
  }

  /// A blank before every argument but the first of a line.
  private func separate() {
    if form == .lines && !isFirst { buffer.append(UInt8(ascii: " ")) }
    isFirst = false
  }

  /// Whether an argument needs no quotes: printable ASCII without blanks, quotes and backslashes.
  private static func isPlain(_ argument: Span<UInt8>) -> Bool {
    for index in argument.indices {
      switch argument[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): return false
      case 0x21...0x7E: continue
      default: return false
      }
    }
    return !argument.isEmpty
  }
}

/// Arguments that wait for their command, which says first how many it has.
struct ArgumentBatch: ~Copyable {
  fileprivate(set) var bytes: [UInt8] = []
  /// How many arguments wait.
  fileprivate(set) var count = 0

  private static let mostArguments = 128
  private static let mostBytes = 1 << 16

  /// Whether it is time to write the command.
  var isFull: Bool { count >= Self.mostArguments || bytes.count >= Self.mostBytes }

  /// Begins anew.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    count = 0
  }
}
