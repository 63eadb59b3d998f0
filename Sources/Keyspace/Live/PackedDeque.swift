internal import BinaryInput

/// A sequence of byte strings that grows and shrinks at both ends, packed in chunks.
///
/// In a chunk, elements stand one behind the other: length, bytes, and how long both are together, written
/// so that it can be read backwards.
struct PackedDeque {
  /// How many elements there are.
  private(set) var count = 0
  private var chunks: [Chunk] = []

  /// A chunk that has more bytes than this takes no further element.
  private static let fullAt = 4096

  /// Where an element is. Holds until the next change.
  struct Position: Equatable {
    fileprivate var chunk: Int
    fileprivate var offset: Int
  }

  private struct Chunk {
    var bytes: [UInt8] = []
    /// Where the first element begins; what is before it is free.
    var head = 0
    var count = 0
  }

  // MARK: Reading

  /// How many bytes the elements take.
  var size: Int { chunks.reduce(0) { $0 + $1.bytes.count - $1.head } }

  /// Whether there are no elements.
  var isEmpty: Bool { count == 0 }

  /// The first element.
  var first: Position? { chunks.isEmpty ? nil : Position(chunk: 0, offset: chunks[0].head) }

  /// The last element.
  var last: Position? { chunks.isEmpty ? nil : lastPosition(in: chunks.count - 1) }

  /// The element behind one.
  func position(after position: Position) -> Position? {
    let end = Self.end(of: position.offset, in: chunks[position.chunk].bytes)
    if end < chunks[position.chunk].bytes.count {
      return Position(chunk: position.chunk, offset: end)
    }
    guard position.chunk + 1 < chunks.count else { return nil }
    return Position(chunk: position.chunk + 1, offset: chunks[position.chunk + 1].head)
  }

  /// The element before one.
  func position(before position: Position) -> Position? {
    if position.offset > chunks[position.chunk].head {
      let start = Self.start(endingAt: position.offset, in: chunks[position.chunk].bytes)
      return Position(chunk: position.chunk, offset: start)
    }
    return position.chunk > 0 ? lastPosition(in: position.chunk - 1) : nil
  }

  /// The element with a number, which must be there.
  func position(of index: Int) -> Position {
    var chunk = 0
    var rest = index
    if index < count / 2 {
      while rest >= chunks[chunk].count {
        rest -= chunks[chunk].count
        chunk += 1
      }
    } else {
      chunk = chunks.count - 1
      var start = count - chunks[chunk].count
      while start > index {
        chunk -= 1
        start -= chunks[chunk].count
      }
      rest = index - start
    }
    var offset = chunks[chunk].head
    for _ in 0..<rest { offset = Self.end(of: offset, in: chunks[chunk].bytes) }
    return Position(chunk: chunk, offset: offset)
  }

  /// An element.
  func element(at position: Position) -> PackedElement {
    let bytes = chunks[position.chunk].bytes
    return PackedElement(bytes: bytes, range: Self.content(of: position.offset, in: bytes))
  }

  /// The first element for which `isBehind` holds, of elements in ascending order.
  func firstPosition(where isBehind: (Span<UInt8>) -> Bool) -> Position? {
    var (low, high) = (0, chunks.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(element(at: Position(chunk: middle, offset: chunks[middle].head)).span) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    var position =
      low == 0 ? first : Position(chunk: low - 1, offset: chunks[low - 1].head)
    while let found = position, !isBehind(element(at: found).span) {
      position = self.position(after: found)
    }
    return position
  }

  // MARK: Changing

  /// Adds an element behind the others.
  mutating func append(_ element: Span<UInt8>) {
    if chunks.isEmpty || chunks[chunks.count - 1].bytes.count > Self.fullAt {
      chunks.append(Chunk())
    }
    Self.write(element, to: &chunks[chunks.count - 1].bytes)
    chunks[chunks.count - 1].count += 1
    count += 1
  }

  /// Adds an element before the others.
  mutating func prepend(_ element: Span<UInt8>) {
    if chunks.isEmpty || chunks[0].bytes.count - chunks[0].head > Self.fullAt {
      chunks.insert(Chunk(), at: 0)
    }
    var encoded: [UInt8] = []
    encoded.reserveCapacity(element.count + 10)
    Self.write(element, to: &encoded)
    if chunks[0].head < encoded.count {
      // Room for a quarter of what there is, so that a long run of them costs little each.
      let used = chunks[0].bytes.count - chunks[0].head
      let room = encoded.count + min(used, Self.fullAt) / 4
      var bytes: [UInt8] = []
      bytes.reserveCapacity(room + used)
      bytes += repeatElement(0, count: room)
      bytes += chunks[0].bytes[chunks[0].head...]
      chunks[0].bytes = bytes
      chunks[0].head = room
    }
    chunks[0].head -= encoded.count
    chunks[0].bytes.overwrite(at: chunks[0].head, copying: encoded.span)
    chunks[0].count += 1
    count += 1
  }

  /// Removes the first elements, at most as many as there are.
  mutating func removeFirst(_ number: Int) {
    var rest = min(number, count)
    count -= rest
    var emptied = 0
    while rest > 0 {
      if chunks[emptied].count <= rest {
        rest -= chunks[emptied].count
        emptied += 1
      } else {
        for _ in 0..<rest {
          chunks[emptied].head = Self.end(of: chunks[emptied].head, in: chunks[emptied].bytes)
        }
        chunks[emptied].count -= rest
        rest = 0
      }
    }
    chunks.removeFirst(emptied)
  }

  /// Removes the last elements, at most as many as there are.
  mutating func removeLast(_ number: Int) {
    var rest = min(number, count)
    count -= rest
    while rest > 0 {
      let last = chunks.count - 1
      if chunks[last].count <= rest {
        rest -= chunks[last].count
        chunks.removeLast()
      } else {
        var end = chunks[last].bytes.count
        for _ in 0..<rest { end = Self.start(endingAt: end, in: chunks[last].bytes) }
        chunks[last].bytes.removeSubrange(end...)
        chunks[last].count -= rest
        rest = 0
      }
    }
  }

  /// Puts another element in the place of one.
  mutating func replace(at position: Position, with element: Span<UInt8>) {
    var encoded: [UInt8] = []
    Self.write(element, to: &encoded)
    let end = Self.end(of: position.offset, in: chunks[position.chunk].bytes)
    chunks[position.chunk].bytes.replaceSubrange(position.offset..<end, with: encoded)
  }

  /// Adds an element before one.
  mutating func insert(_ element: Span<UInt8>, before position: Position) {
    var encoded: [UInt8] = []
    Self.write(element, to: &encoded)
    chunks[position.chunk].bytes.insert(contentsOf: encoded, at: position.offset)
    chunks[position.chunk].count += 1
    count += 1
    split(position.chunk)
  }

  /// Removes an element; returns the one behind it.
  mutating func remove(at position: Position) -> Position? {
    let end = Self.end(of: position.offset, in: chunks[position.chunk].bytes)
    count -= 1
    if chunks[position.chunk].count == 1 {
      chunks.remove(at: position.chunk)
      guard position.chunk < chunks.count else { return nil }
      return Position(chunk: position.chunk, offset: chunks[position.chunk].head)
    }
    chunks[position.chunk].bytes.removeSubrange(position.offset..<end)
    chunks[position.chunk].count -= 1
    if position.offset < chunks[position.chunk].bytes.count { return position }
    guard position.chunk + 1 < chunks.count else { return nil }
    return Position(chunk: position.chunk + 1, offset: chunks[position.chunk + 1].head)
  }

  // MARK: Elements in a chunk

  /// Divides a chunk that has become much too long, so that insertions in the middle stay cheap.
  private mutating func split(_ index: Int) {
    guard chunks[index].bytes.count > 4 * Self.fullAt, chunks[index].count > 1 else { return }
    let chunk = chunks[index]
    var front = Chunk()
    var offset = chunk.head
    while offset - chunk.head < (chunk.bytes.count - chunk.head) / 2, front.count + 1 < chunk.count
    {
      offset = Self.end(of: offset, in: chunk.bytes)
      front.count += 1
    }
    guard front.count > 0 else { return }
    front.bytes = Array(chunk.bytes[chunk.head..<offset])
    let back = Chunk(
      bytes: Array(chunk.bytes[offset...]), head: 0, count: chunk.count - front.count)
    chunks.replaceSubrange(index...index, with: [front, back])
  }

  private func lastPosition(in chunk: Int) -> Position {
    let bytes = chunks[chunk].bytes
    return Position(chunk: chunk, offset: Self.start(endingAt: bytes.count, in: bytes))
  }

  private static func write(_ element: Span<UInt8>, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.makeRoom(for: element.count + 4)
    bytes.appendVariable(UInt64(element.count))
    bytes.append(copying: element)
    // Seven bits a byte, the highest first; every byte but the first has its top bit set.
    let size = bytes.count - start
    var shift = 0
    while size >> (shift + 7) > 0 { shift += 7 }
    bytes.append(UInt8(truncatingIfNeeded: size >> shift & 0x7F))
    while shift > 0 {
      shift -= 7
      bytes.append(UInt8(truncatingIfNeeded: size >> shift & 0x7F) | 0x80)
    }
  }

  private static func content(of offset: Int, in bytes: [UInt8]) -> Range<Int> {
    var position = offset
    var length = 0
    var shift = 0
    while true {
      let byte = bytes[position]
      position &+= 1
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift &+= 7
    }
    return position..<(position + length)
  }

  private static func end(of offset: Int, in bytes: [UInt8]) -> Int {
    let end = content(of: offset, in: bytes).upperBound
    var size = (end - offset) >> 7
    var width = 1
    while size > 0 {
      width += 1
      size >>= 7
    }
    return end + width
  }

  private static func start(endingAt end: Int, in bytes: [UInt8]) -> Int {
    var position = end
    var size = 0
    var shift = 0
    while true {
      position &-= 1
      size |= Int(bytes[position] & 0x7F) << shift
      if bytes[position] < 0x80 { break }
      shift &+= 7
    }
    return position - size
  }
}

/// An element of a `PackedDeque`, which shares its chunk's bytes.
struct PackedElement {
  fileprivate let bytes: [UInt8]
  fileprivate let range: Range<Int>

  /// The bytes.
  var span: Span<UInt8> {
    @_lifetime(borrow self) get { bytes.span.extracting(range) }
  }
}
