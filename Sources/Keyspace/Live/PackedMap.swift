internal import BinaryInput
internal import Hashing

/// A map from byte strings to byte strings, all of them in one run of memory.
///
/// Records stand one behind the other: length of the key, length of the payload, key, payload. A small map
/// has nothing else and is searched from its beginning; a larger one has an open-addressing index of eight
/// bytes a slot. That is what makes a key of a replayed log cost no more here than in a server.
///
/// A *place* is where a record begins. It holds until the next change of the map.
struct PackedMap {
  private var bytes: [UInt8] = []
  /// The upper 24 bits of the key's hash, then its place plus one; 0 is free.
  private var slots: [UInt64] = []
  /// Slots that are not free: those of records, and graves.
  private var usedSlots = 0
  /// How many bytes belong to records that were removed.
  private var deadBytes = 0
  /// How many keys there are.
  private(set) var count = 0
  /// Changes when places of records that stay do.
  private(set) var generation = 0

  /// Up to so many keys, a search from the beginning is as fast as an index.
  private static let mostWithoutIndex = 12
  private static let placeBits: UInt64 = 40
  private static let placeMask: UInt64 = 1 << placeBits - 1
  /// A slot whose record was removed: searches go on behind it.
  private static let grave = placeMask
  /// Names come from outside: nobody can prepare keys that share a slot.
  private static let hasher = FingerprintHasher()

  /// Where the parts of a record are.
  private struct Record {
    var isDead: Bool
    var keyStart: Int
    var payloadStart: Int
    var end: Int
  }

  // MARK: Reading

  /// How many bytes the records take.
  var size: Int { bytes.count - deadBytes }

  /// Whether there are no keys.
  var isEmpty: Bool { count == 0 }

  /// The place of the first record.
  var first: Int? { live(from: 0) }

  /// The place of the record behind that at `place`.
  func place(after place: Int) -> Int? { live(from: record(at: place).end) }

  /// The key at `place`.
  @_lifetime(borrow self)
  func key(at place: Int) -> Span<UInt8> {
    let record = record(at: place)
    return bytes.span.extracting(record.keyStart..<record.payloadStart)
  }

  /// What belongs to the key at `place`.
  @_lifetime(borrow self)
  func payload(at place: Int) -> Span<UInt8> {
    let record = record(at: place)
    return bytes.span.extracting(record.payloadStart..<record.end)
  }

  /// The payload at `place` as a number of `width` bytes.
  func number(at place: Int, width: Int = 8) -> UInt64 {
    let start = record(at: place).payloadStart
    var number: UInt64 = 0
    for index in 0..<width { number |= UInt64(bytes[start &+ index]) << UInt64(8 &* index) }
    return number
  }

  /// The place of `key`; nil if it is not there.
  func find(_ key: Span<UInt8>) -> Int? {
    if slots.isEmpty { return search(key) }
    let slot = slot(of: key, hash: Self.hasher.hash(key).low)
    return slots[slot] == 0 ? nil : Int(slots[slot] & Self.placeMask) - 1
  }

  // MARK: Changing

  /// Adds a key that is not there yet; returns its place.
  @discardableResult
  mutating func insert(_ key: Span<UInt8>, payload: Span<UInt8>) -> Int {
    let place = begin(key, payloadSize: payload.count)
    bytes.append(copying: payload)
    return place
  }

  /// Adds a key that is not there yet, with a number of `width` bytes for payload; returns its place.
  @discardableResult
  mutating func insert(_ key: Span<UInt8>, number: UInt64, width: Int = 8) -> Int {
    let place = begin(key, payloadSize: width)
    for index in 0..<width {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 &* index)))
    }
    return place
  }

  /// Changes the number at `place`, which stays where it is.
  mutating func setNumber(_ number: UInt64, at place: Int, width: Int = 8) {
    let start = record(at: place).payloadStart
    for index in 0..<width {
      bytes[start &+ index] = UInt8(truncatingIfNeeded: number >> UInt64(8 &* index))
    }
  }

  /// Sets what belongs to `key`, which may be there: a mark of whether a stamp follows, the stamp, the
  /// payload. Returns whether the key was not there.
  @discardableResult
  mutating func set(_ key: Span<UInt8>, stamp: Int64?, payload: Span<UInt8>) -> Bool {
    let head = stamp == nil ? 1 : 9
    let known = find(key)
    if let known {
      let record = record(at: known)
      if record.end - record.payloadStart == head + payload.count,
        (bytes[record.payloadStart] == 0) == (stamp == nil)
      {
        if let stamp { write(stamp, at: record.payloadStart + 1) }
        bytes.overwrite(at: record.payloadStart + head, copying: payload)
        return false
      }
      remove(at: known)
    }
    _ = begin(key, payloadSize: head + payload.count)
    bytes.append(stamp == nil ? 0 : 1)
    if let stamp {
      for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: stamp >> Int64(8 &* index))) }
    }
    bytes.append(copying: payload)
    return known == nil
  }

  private mutating func write(_ number: Int64, at start: Int) {
    for index in 0..<8 {
      bytes[start &+ index] = UInt8(truncatingIfNeeded: number >> Int64(8 &* index))
    }
  }

  /// Removes a key; returns whether it was there.
  @discardableResult
  mutating func remove(_ key: Span<UInt8>) -> Bool {
    guard let place = find(key) else { return false }
    remove(at: place)
    return true
  }

  /// Removes the record at `place`.
  mutating func remove(at place: Int) {
    let record = record(at: place)
    if !slots.isEmpty {
      let hash = hash(record.keyStart..<record.payloadStart)
      slots[slot(ofPlace: place, hash: hash)] = Self.grave
    }
    bytes[place] |= 1
    deadBytes += record.end - place
    count -= 1
    if deadBytes > 64 && deadBytes > bytes.count / 2 { compact() }
  }

  // MARK: Records

  private func record(at place: Int) -> Record {
    var position = place
    let first = number(at: &position)
    let payloadSize = number(at: &position)
    let payloadStart = position &+ first >> 1
    return Record(
      isDead: first & 1 == 1, keyStart: position, payloadStart: payloadStart,
      end: payloadStart &+ payloadSize)
  }

  private func live(from place: Int) -> Int? {
    var place = place
    while place < bytes.count {
      let record = record(at: place)
      if !record.isDead { return place }
      place = record.end
    }
    return nil
  }

  private func search(_ key: Span<UInt8>) -> Int? {
    var place = 0
    while place < bytes.count {
      let record = record(at: place)
      if !record.isDead, record.payloadStart &- record.keyStart == key.count,
        bytes.span.extracting(record.keyStart..<record.payloadStart).hasSameBytes(as: key)
      {
        return place
      }
      place = record.end
    }
    return nil
  }

  /// Writes a record up to its payload and makes it known to the index.
  private mutating func begin(_ key: Span<UInt8>, payloadSize: Int) -> Int {
    let place = bytes.count
    bytes.makeRoom(for: key.count + payloadSize + 6)
    bytes.appendVariable(UInt64(key.count) << 1)
    bytes.appendVariable(UInt64(payloadSize))
    bytes.append(copying: key)
    count += 1
    if slots.isEmpty {
      if count > Self.mostWithoutIndex { rebuildIndex(upTo: place, adding: (key.count, place)) }
    } else {
      if (usedSlots + 1) * 4 > slots.count * 3 {
        rebuildIndex(upTo: place, adding: nil)
      }
      let hash = Self.hasher.hash(key).low
      add(place, hash: hash)
    }
    return place
  }

  private func number(at position: inout Int) -> Int {
    var byte = bytes[position]
    position &+= 1
    if byte < 0x80 { return Int(byte) }
    var value = Int(byte & 0x7F)
    var shift = 7
    repeat {
      byte = bytes[position]
      position &+= 1
      value |= Int(byte & 0x7F) << shift
      shift &+= 7
    } while byte >= 0x80
    return value
  }

  private mutating func compact() {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count - deadBytes)
    var place = live(from: 0)
    while let start = place {
      let end = record(at: start).end
      kept += bytes[start..<end]
      place = live(from: end)
    }
    bytes = kept
    deadBytes = 0
    generation += 1
    if count > Self.mostWithoutIndex {
      rebuildIndex(upTo: bytes.count, adding: nil)
    } else {
      slots = []
      usedSlots = 0
    }
  }

  // MARK: The index

  private func slot(of key: Span<UInt8>, hash: UInt64) -> Int {
    let mask = slots.count - 1
    let tag = hash & ~Self.placeMask
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let entry = slots[slot]
      if entry & ~Self.placeMask == tag, entry != Self.grave {
        let record = record(at: Int(entry & Self.placeMask) - 1)
        if bytes.span.extracting(record.keyStart..<record.payloadStart).hasSameBytes(as: key) {
          return slot
        }
      }
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  private func slot(ofPlace place: Int, hash: UInt64) -> Int {
    let mask = slots.count - 1
    let entry = hash & ~Self.placeMask | UInt64(place + 1)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != entry { slot = (slot &+ 1) & mask }
    return slot
  }

  private mutating func add(_ place: Int, hash: UInt64) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = hash & ~Self.placeMask | UInt64(place + 1)
    usedSlots += 1
  }

  /// Indexes the records before `end`, and one whose payload has not been written yet.
  private mutating func rebuildIndex(upTo end: Int, adding last: (keySize: Int, place: Int)?) {
    var size = 32
    while size * 5 < (count + 1) * 8 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    usedSlots = 0
    var place = 0
    while place < end {
      let record = record(at: place)
      if !record.isDead {
        add(place, hash: hash(record.keyStart..<record.payloadStart))
      }
      place = record.end
    }
    if let last {
      let start = record(at: last.place).keyStart
      add(last.place, hash: hash(start..<(start + last.keySize)))
    }
  }

  private func hash(_ key: Range<Int>) -> UInt64 {
    Self.hasher.hash(bytes.span.extracting(key)).low
  }
}

extension [UInt8] {
  /// Makes room for so many bytes more, and where that needs another block of memory for a quarter more than
  /// there are. Adding them alone would take twice as much.
  @inline(__always)
  mutating func makeRoom(for more: Int) {
    let needed = count + more
    if needed > capacity { reserveCapacity(Swift.max(needed, count + count / 4 + 16)) }
  }

  /// Adds a number, seven bits a byte, the lowest first; the last byte has its top bit clear.
  mutating func appendVariable(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
