/// The part of a file that is in memory: a buffer that moves forward and grows only as bytes arrive.
///
/// Memory is bounded by the longest stretch that its user keeps, not by the file and not by what the
/// file claims. Reading rather than mapping keeps it so, and a file that shrinks meanwhile is an error
/// instead of a signal.
public struct InputWindow: ~Copyable, Sendable {
  /// How many bytes are read at a time, at least: small enough for a second look to hit the cache.
  public static let stride = 1 << 18
  /// Memory of this many bytes is not kept when so much is not needed any more.
  public static let large = 1 << 23

  private let file: InputFile
  private let stride: Int
  @usableFromInline
  var buffer: [UInt8] = []
  /// How many bytes of `buffer` hold data.
  @usableFromInline
  var filled = 0
  /// Where in `buffer` the first byte stands that has not been consumed.
  @usableFromInline
  var consumed = 0
  /// Where in `buffer` the first byte stands that the checksum has not seen.
  private var summed = 0
  /// The offset in the file of `buffer[0]`.
  @usableFromInline
  var start: Int
  private var checksum = CRC64()
  private let checksums: Bool

  /// Opens a window at `offset`; with `checksums`, everything consumed is added to a checksum. At least
  /// `stride` bytes are read at a time.
  public init(
    _ file: InputFile, at offset: Int = 0, checksums: Bool = false,
    stride: Int = InputWindow.stride
  ) {
    self.file = file
    self.stride = stride
    self.start = offset
    self.checksums = checksums
  }

  /// The offset in the file of the first byte not consumed.
  @inlinable public var offset: Int { start + consumed }

  /// The bytes in memory that have not been consumed.
  @inlinable public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { buffer.span.extracting(consumed..<filled) }
  }

  /// The bytes of a part of the file that is still in memory, consumed or not.
  @inlinable @inline(__always)
  @_lifetime(borrow self)
  public func bytes(_ range: Range<Int>) -> Span<UInt8> {
    buffer.span.extracting((range.lowerBound - start)..<(range.upperBound - start))
  }

  /// Consumes `count` bytes. They stay readable until the next `fill()` or `seek(to:)`.
  @inlinable
  public mutating func consume(_ count: Int) {
    precondition(count >= 0 && count <= filled - consumed, "consumed more than is there")
    consumed += count
  }

  /// Whether the file is large enough for what a read that met the end of the window needed.
  ///
  /// A claim that goes beyond the file is refused at once: reading on could only fill the memory.
  public func couldHold(_ shortage: FormatError) -> Bool {
    guard case .truncated(let needed, _) = shortage.reason else { return false }
    let left = file.size - shortage.offset
    return left >= 0 && needed <= UInt64(left)
  }

  /// The error of a read that met the end of the window, told by what the file has left.
  public func settled(_ shortage: FormatError) -> FormatError {
    guard case .truncated(let needed, _) = shortage.reason else { return shortage }
    var error = shortage
    error.reason = .truncated(
      needed: needed, available: UInt64(max(0, file.size - shortage.offset)))
    return error
  }

  /// Reads on, keeping what has not been consumed, and as far as the offset `end` if that is known to be needed; returns
  /// false at the end of the file.
  public mutating func fill(upTo end: Int? = nil) throws(FormatError) -> Bool {
    updateChecksum()
    discardConsumed()
    // Growing by a part of what is there keeps the cost of a record that is larger than the window linear; where its
    // end is known, nothing behind it needs to be in memory, too.
    let room = max(stride, end.map { max($0 - start - filled, filled / 2) } ?? filled)
    if buffer.count >= Self.large && filled + room < buffer.count / 4 {
      buffer = [UInt8](buffer[..<filled])
    }
    if buffer.count < filled + room {
      // One byte more than the file holds, to meet its end; one that has grown since is read on.
      let fileHolds = max(0, file.size - start)
      let size = max(filled + 1, min(filled + room, fileHolds + 1))
      if buffer.count < size {
        buffer.reserveCapacity(size)
        buffer.append(contentsOf: repeatElement(0, count: size - buffer.count))
      }
    }
    let (source, target, offset) = (file, filled..<min(buffer.count, filled + room), start + filled)
    let count = try unsafe buffer.withUnsafeMutableBufferPointer {
      (bytes) throws(FormatError) -> Int in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: bytes[target])
      return try unsafe source.read(into: UnsafeMutableRawBufferPointer(room), at: offset)
    }
    filled += count
    return count > 0
  }

  /// Goes to another offset. What is in memory is used where it can be. Ends the checksum.
  public mutating func seek(to offset: Int) {
    if offset >= start && offset <= start + filled {
      consumed = offset - start
    } else {
      start = offset
      filled = 0
      consumed = 0
    }
    summed = consumed
  }

  /// Gives away the bytes that have been consumed since the last time. Whoever gets them adds them to the checksum
  /// (`resumeChecksum`).
  ///
  /// What is less is copied into the memory of `spare`, which is empty then: the bytes or what stands behind them.
  public mutating func handOver(reusing spare: inout [UInt8]) -> WindowBytes {
    let (given, kept) = (summed..<consumed, consumed..<filled)
    let copiesGiven =
      given.count < kept.count || given.count < Self.large && buffer.count >= Self.large
    let copied = copiesGiven ? given : kept
    if spare.count < copied.count {
      spare = [UInt8](repeating: 0, count: max(copied.count, stride))
    }
    unsafe buffer.withUnsafeBytes { source in
      unsafe spare.withUnsafeMutableBytes { target in
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[copied]))
      }
    }
    let offset = start + given.lowerBound
    var memory: [UInt8] = []
    swap(&memory, &spare)
    if copiesGiven {
      summed = consumed
      return WindowBytes(memory, 0..<given.count, at: offset)
    }
    swap(&buffer, &memory)
    start += consumed
    filled = kept.count
    consumed = 0
    summed = 0
    return WindowBytes(memory, given, at: offset)
  }

  /// Adds what has been consumed to the checksum and returns it, so that everything else can be handed over.
  public mutating func startHandingOver() -> CRC64 {
    updateChecksum()
    discardConsumed()
    return checksum
  }

  /// Goes on with the checksum of everything that was handed over.
  public mutating func resumeChecksum(_ sum: CRC64) { checksum = sum }

  /// The checksum of everything consumed.
  public mutating func checksumOfConsumed() -> UInt64 {
    updateChecksum()
    return checksum.value
  }

  private mutating func updateChecksum() {
    if checksums && summed < consumed {
      var sum = checksum
      sum.update(buffer.span.extracting(summed..<consumed))
      checksum = sum
    }
    summed = consumed
  }

  private mutating func discardConsumed() {
    guard consumed > 0 else { return }
    let kept = filled - consumed
    unsafe buffer.withUnsafeMutableBytes { bytes in
      guard kept > 0, let base = bytes.baseAddress else { return }
      unsafe base.copyMemory(from: base + consumed, byteCount: kept)
    }
    start += consumed
    filled = kept
    consumed = 0
    summed = 0
  }
}

/// A part of a file in memory, which a window has given away.
public struct WindowBytes: Sendable {
  private var memory: [UInt8] = []
  /// Which bytes of the memory count.
  private var range = 0..<0
  /// The offset in the file of the first one.
  public private(set) var offset = 0

  /// Nothing.
  public init() {}

  init(_ memory: consuming [UInt8], _ range: Range<Int>, at offset: Int) {
    self.memory = memory
    self.range = range
    self.offset = offset
  }

  /// The bytes.
  public var span: Span<UInt8> {
    @_lifetime(borrow self) get { memory.span.extracting(range) }
  }

  /// Gives up the memory for another use; a large one goes back to the system.
  public mutating func takeMemory() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &memory)
    range = 0..<0
    return taken.count < InputWindow.large ? taken : []
  }
}
