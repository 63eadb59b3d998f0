internal import BinaryInput
internal import Hashing
internal import RDB

/// What is known of a key that one of two sides has, and that is not the same on the other.
struct KeyRecord: Sendable {
  /// Which side has it.
  enum Side: UInt8, Sendable { case old, new }

  /// What keys are brought into order by before anything else: the category where the answer is grouped.
  var group: UInt32
  var database: UInt64
  var side: Side
  var type: RedisType
  /// Whether the filter means such values.
  var isSelected: Bool
  var expiry: Int64?
  /// The index of the category in the policy; nil if it has none.
  var category: Int?
  var value: Fingerprint
  var place: Place
  var name: [UInt8]

  /// Whether it comes before `other`: by group, database, name, side, place.
  func precedes(_ other: KeyRecord) -> Bool {
    if (group, database) != (other.group, other.database) {
      return (group, database) < (other.group, other.database)
    }
    if name != other.name { return name.lexicographicallyPrecedes(other.name) }
    if side != other.side { return side.rawValue < other.side.rawValue }
    return place < other.place
  }

  func hasName(of other: KeyRecord) -> Bool {
    database == other.database && name == other.name
  }
}

extension KeyRecord {
  /// Adds the record to bytes.
  func encode(into bytes: inout [UInt8]) {
    let flags =
      side.rawValue | (isSelected ? 2 : 0) | (expiry != nil ? 4 : 0) | (category != nil ? 8 : 0)
    bytes.append(flags)
    bytes.append(type.rawValue)
    PlaceCoding.append(UInt64(group), to: &bytes)
    PlaceCoding.append(database, to: &bytes)
    if let expiry { bytes.append(littleEndian: UInt64(bitPattern: expiry)) }
    if let category { PlaceCoding.append(UInt64(category), to: &bytes) }
    bytes.append(littleEndian: value.low)
    bytes.append(littleEndian: value.high)
    PlaceCoding.append(UInt64(place.source), to: &bytes)
    bytes.append(littleEndian: UInt64(bitPattern: Int64(place.offset)))
    PlaceCoding.append(UInt64(name.count), to: &bytes)
    bytes += name
  }

  /// Reads the record at `position`, which `encode` has written.
  init(_ bytes: borrowing [UInt8], at position: inout Int) {
    func word() -> UInt64 {
      position += 8
      return bytes.littleEndianWord(at: position - 8)
    }
    let flags = bytes[position]
    type = RedisType(rawValue: bytes[position + 1]) ?? .string
    position += 2
    side = flags & 1 == 0 ? .old : .new
    isSelected = flags & 2 != 0
    group = UInt32(PlaceCoding.number(bytes, &position))
    database = PlaceCoding.number(bytes, &position)
    expiry = flags & 4 != 0 ? Int64(bitPattern: word()) : nil
    category = flags & 8 != 0 ? Int(PlaceCoding.number(bytes, &position)) : nil
    let low = word()
    value = Fingerprint(low: low, high: word())
    let source = UInt32(PlaceCoding.number(bytes, &position))
    place = Place(source: source, offset: Int(Int64(bitPattern: word())))
    let count = Int(PlaceCoding.number(bytes, &position))
    name = Array(bytes[position..<(position + count)])
    position += count
  }

  /// The most bytes that a record takes beside its name.
  static let longestHead = 96
}

extension KeyRecord {
  /// How many bytes the record at `position` takes, of which `longestHead` or all are there.
  static func length(_ bytes: borrowing [UInt8], at position: inout Int) -> Int {
    let start = position
    let flags = bytes[position]
    position += 2
    _ = PlaceCoding.number(bytes, &position)
    _ = PlaceCoding.number(bytes, &position)
    if flags & 4 != 0 { position += 8 }
    if flags & 8 != 0 { _ = PlaceCoding.number(bytes, &position) }
    position += 16
    _ = PlaceCoding.number(bytes, &position)
    position += 8
    let count = Int(PlaceCoding.number(bytes, &position))
    return position - start + count
  }
}
