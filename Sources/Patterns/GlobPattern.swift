/// A pattern as `KEYS` and `SCAN … MATCH` take it, on bytes (`stringmatchlen` in the server's `util.c`).
///
/// `*` is any bytes, `?` one byte, `[a-z]` one of these, `[^a-z]` one other; a backslash takes the byte behind
/// it for itself. What is never closed or escaped at the end counts as the server counts it.
public struct GlobPattern: Equatable, Sendable {
  private enum Piece: Equatable {
    case literal(UInt8)
    case anyByte
    case anyBytes
    case oneOf(Choice)
  }

  /// A set of bytes.
  private struct Choice: Equatable {
    private var words: [UInt64] = [0, 0, 0, 0]

    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    /// Adds a range, whose ends may be swapped.
    ///
    /// The server compares them as `char`, which is signed on x86-64: 0xFF is before 0x00.
    mutating func insert(_ first: UInt8, through last: UInt8) {
      let (start, end) = (Int8(bitPattern: first), Int8(bitPattern: last))
      for value in min(start, end)...max(start, end) { insert(UInt8(bitPattern: value)) }
    }

    mutating func invert() { for index in words.indices { words[index] = ~words[index] } }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }
  }

  private let pieces: [Piece]
  /// The server does not look at the key at all then: only so, the empty key matches a star.
  private let isEverything: Bool

  /// Understands a pattern; each is one.
  public init(_ pattern: [UInt8]) {
    isEverything = pattern == [UInt8(ascii: "*")]
    var pieces: [Piece] = []
    var rest = pattern[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"):
        if pieces.last != .anyBytes { pieces.append(.anyBytes) }
      case UInt8(ascii: "?"): pieces.append(.anyByte)
      case UInt8(ascii: "["): pieces.append(.oneOf(Self.choice(&rest)))
      case UInt8(ascii: "\\"): pieces.append(.literal(rest.popFirst() ?? byte))
      default: pieces.append(.literal(byte))
      }
    }
    self.pieces = pieces
  }

  /// Reads what stands behind an opening bracket, up to the closing one or the end.
  private static func choice(_ rest: inout ArraySlice<UInt8>) -> Choice {
    var choice = Choice()
    let isInverted = rest.first == UInt8(ascii: "^")
    if isInverted { rest.removeFirst() }
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
        choice.insert(escaped)
      } else if byte == UInt8(ascii: "]") {
        break
      } else if rest.count >= 2, rest.first == UInt8(ascii: "-") {
        rest.removeFirst()
        choice.insert(byte, through: rest.removeFirst())
      } else {
        choice.insert(byte)
      }
    }
    if isInverted { choice.invert() }
    return choice
  }

  /// Whether the whole of `key` matches.
  public func matches(_ key: Span<UInt8>) -> Bool {
    if isEverything { return true }
    if key.isEmpty { return pieces.isEmpty }
    var (piece, position) = (0, 0)
    // Where to go on when what follows the last star does not fit: one byte further.
    var retry: (piece: Int, position: Int)?
    while true {
      if position == key.count {
        while piece < pieces.count, pieces[piece] == .anyBytes { piece += 1 }
        if piece == pieces.count { return true }
        return false
      }
      if piece < pieces.count {
        if pieces[piece] == .anyBytes {
          piece += 1
          retry = (piece, position)
          continue
        }
        if Self.matches(pieces[piece], key[position]) {
          piece += 1
          position += 1
          continue
        }
      }
      guard let again = retry else { return false }
      (piece, position) = (again.piece, again.position + 1)
      retry = (piece, position)
    }
  }

  private static func matches(_ piece: Piece, _ byte: UInt8) -> Bool {
    switch piece {
    case .literal(let literal): literal == byte
    case .anyByte: true
    case .anyBytes: false
    case .oneOf(let choice): choice.contains(byte)
    }
  }
}
