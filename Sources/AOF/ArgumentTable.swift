/// Where an argument stands in the bytes of its command.
@usableFromInline
struct ArgumentRange {
  /// From the first byte of the command.
  @usableFromInline let start: Int
  @usableFromInline let count: Int

  @inlinable
  init(start: Int, count: Int) {
    self.start = start
    self.count = count
  }
}

/// The arguments of a command, in memory that every command uses again.
///
/// It grows as arguments are found, never on a claim of how many there are.
struct ArgumentTable: ~Copyable {
  private var storage: [ArgumentRange] = []
  private(set) var count = 0

  /// What was added since it was emptied.
  var ranges: Span<ArgumentRange> {
    @_lifetime(borrow self) get { storage.span.extracting(0..<count) }
  }

  /// Forgets the arguments, not the memory.
  mutating func empty() { count = 0 }

  @inline(__always)
  mutating func append(_ range: ArgumentRange) {
    if count < storage.count { storage[count] = range } else { storage.append(range) }
    count &+= 1
  }
}
