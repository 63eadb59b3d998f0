internal import BinaryInput
internal import RDB

/// Writes the commands that make a value, where the key is not there yet.
///
/// Elements go into commands of about a hundred; nothing is kept of a value but the command at hand. A long
/// element is written from where it stands.
struct ValueWriter: ValueVisitor, ~Copyable {
  private let writer: CommandWriter
  private let dialect: CommandDialect
  private var key: [UInt8] = []
  /// When a string expires, if its own command can say so.
  private var expiry: Int64?
  /// The command that the waiting arguments belong to.
  private var command = ""
  private var batch = ArgumentBatch()
  /// Fields that the waiting arguments make, and when they expire.
  private var fieldExpiries: [(field: [UInt8], expiry: Int64)] = []
  private var stream: StreamWriter

  /// An element longer than this does not wait.
  private static let longElement = 1 << 14

  init(_ writer: CommandWriter, _ dialect: CommandDialect) {
    self.writer = writer
    self.dialect = dialect
    stream = StreamWriter(writer, dialect)
  }

  /// Begins the value of `key`. `expiry` is what the command of a string is to say; `pending` are the ids of
  /// a stream's pending entries.
  mutating func begin(_ key: [UInt8], expiry: Int64?, pending: [StreamID]) {
    self.key = key
    self.expiry = expiry
    command = ""
    stream.begin(key, pending: pending)
  }

  /// Ends the value.
  mutating func end(_ type: RedisType) {
    flush()
    if type == .stream { stream.end() }
  }

  // MARK: Elements

  mutating func string(_ value: Span<UInt8>) {
    writer.begin(expiry == nil ? 3 : 5)
    writer.add("SET")
    writer.add(key)
    writer.add(value)
    if let expiry {
      writer.add("PXAT")
      writer.add("\(expiry)")
    }
    writer.end()
  }

  mutating func listElement(_ element: Span<UInt8>) { add("RPUSH", element) }

  mutating func setMember(_ member: Span<UInt8>) { add("SADD", member) }

  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    let text = Array(Self.text(of: score).utf8)
    add("ZADD", text.span, member)
  }

  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    if let expiry { fieldExpiries.append(([UInt8](copying: field), expiry)) }
    add(dialect.setsManyFields ? "HSET" : "HMSET", field, value)
  }

  /// A text that reads back to the same number; whole numbers without a fraction.
  private static func text(of score: Double) -> String {
    if score == 0 && score.sign == .minus { return "-0" }
    guard let whole = Int64(exactly: score), whole.magnitude < 1 << 53 else { return "\(score)" }
    return "\(whole)"
  }

  /// Adds an element to the command at hand, which writes it once it is long enough.
  private mutating func add(
    _ command: String, _ first: Span<UInt8>, _ second: Span<UInt8>? = nil
  ) {
    self.command = command
    let length = first.count + (second?.count ?? 0)
    guard length <= Self.longElement else { return write(long: first, second) }
    writer.append(first, to: &batch)
    if let second { writer.append(second, to: &batch) }
    if batch.isFull { flush() }
  }

  private mutating func write(long first: Span<UInt8>, _ second: Span<UInt8>?) {
    flushElements()
    writer.begin(second == nil ? 3 : 4)
    writer.add(command)
    writer.add(key)
    writer.add(first)
    if let second { writer.add(second) }
    writer.end()
    flushExpiries()
  }

  private mutating func flush() {
    flushElements()
    flushExpiries()
  }

  private mutating func flushElements() {
    guard batch.count > 0 else { return }
    writer.begin(2 + batch.count)
    writer.add(command)
    writer.add(key)
    writer.add(batch)
    writer.end()
    batch.removeAll()
  }

  /// A field that expires in a command of its own: its time is its own as a rule.
  private mutating func flushExpiries() {
    for (field, expiry) in fieldExpiries {
      // A time before 1970 is as past as the first millisecond, which servers take.
      writer.write("HPEXPIREAT", key: key, more: ["\(max(1, expiry))", "FIELDS", "1"], last: field)
    }
    fieldExpiries.removeAll(keepingCapacity: true)
  }

  // MARK: Streams

  mutating func streamEntry(_ id: StreamID) { stream.entry(id) }

  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    stream.field(name, value)
  }

  mutating func streamState(_ state: StreamState) { stream.state(state) }

  mutating func streamGroup(_ name: Span<UInt8>, _ state: StreamGroupState) {
    stream.group([UInt8](copying: name), state)
  }

  mutating func streamPendingEntry(_ entry: StreamPendingEntry) { stream.delivery(entry) }

  mutating func streamConsumer(_ name: Span<UInt8>, _ state: StreamConsumerState) {
    stream.consumer([UInt8](copying: name))
  }

  mutating func streamConsumerPendingEntry(_ id: StreamID) { stream.owned(id) }
}
