internal import BinaryInput

/// A key that commands have touched.
struct LiveEntry {
  /// When it expires; `never`, which no expiry is, if it does not: an optional would take eight bytes more.
  private var storedExpiry: Int64
  var value: LiveValue

  private static let never = Int64.min

  init(value: LiveValue, expiry: Int64?) {
    storedExpiry = Self.stored(expiry)
    self.value = value
  }

  /// An expiry that looks like none, 292 million years ago, is a millisecond later.
  private static func stored(_ expiry: Int64?) -> Int64 {
    expiry.map { max($0, never + 1) } ?? never
  }

  /// When it expires, in Unix milliseconds; nil if never.
  var expiry: Int64? {
    get { storedExpiry == Self.never ? nil : storedExpiry }
    set { storedExpiry = Self.stored(newValue) }
  }
}

/// A database: keys in memory, and those of the base that nothing has touched.
struct LiveDatabase {
  /// From a name to the number of its entry.
  private(set) var names = PackedMap()
  private var entries = EntryTable()
  /// Keys that are only in the base, and the number of their database there.
  var base = BaseKeys()
  let baseNumber: UInt64

  private static let width = 5

  /// A database without keys, which has that of this number in the base.
  init(baseNumber: UInt64) { self.baseNumber = baseNumber }

  /// How many keys there are.
  var count: Int { names.count + base.count }

  /// The number of a key's entry; nil if it is not in memory.
  func find(_ name: Span<UInt8>) -> Int? {
    names.find(name).map { Int(names.number(at: $0, width: Self.width)) }
  }

  /// The entry with a number.
  subscript(number: Int) -> LiveEntry {
    get {
      guard let entry = entries[number] else { preconditionFailure("numbers come from find(_:)") }
      return entry
    }
    set { entries[number] = newValue }
  }

  /// Changes the value of an entry in its place.
  mutating func change(_ number: Int, _ body: (inout LiveValue) -> Void) {
    guard var entry = entries[number] else { return }
    // Nothing else may hold the value while it changes, or it would be copied.
    entries[number] = nil
    body(&entry.value)
    entries[number] = entry
  }

  /// Adds a key that is not there.
  mutating func insert(_ name: Span<UInt8>, _ entry: LiveEntry) {
    let number = entries.add(entry)
    names.insert(name, number: UInt64(number), width: Self.width)
  }

  /// Removes a key from memory; returns what it was.
  @discardableResult
  mutating func remove(_ name: Span<UInt8>) -> LiveEntry? {
    guard let place = names.find(name) else { return nil }
    let number = Int(names.number(at: place, width: Self.width))
    names.remove(at: place)
    return entries.remove(number)
  }

  /// The place of the first key in memory.
  var first: Int? { names.first }

  /// The entry of the key at a place in `names`.
  func entry(at place: Int) -> LiveEntry {
    self[Int(names.number(at: place, width: Self.width))]
  }
}
