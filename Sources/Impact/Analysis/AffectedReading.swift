internal import BinaryInput
internal import Keyspace
internal import RDB

/// What a policy wants to know of a value.
enum WantedValue: Sendable {
  /// The number that it is.
  case count
  /// The number at a field of the JSON object that it is.
  case amount(field: String)

  /// Nil if the policy does not look at values of this kind.
  init?(_ kind: ValueKind) {
    switch kind {
    case .counter: self = .count
    case .amount(let field, _): self = .amount(field: field)
    default: return nil
    }
  }
}

/// Where an affected key stands on one side, and what is wanted of it.
struct AffectedPlace: Sendable {
  /// Which of the affected keys it is.
  let index: Int
  let offset: Int
  let database: UInt64
  let wantsName: Bool
  /// Nil if the value does not matter.
  let wanted: WantedValue?
}

/// What one side says of an affected key.
struct AffectedReading: Sendable {
  /// What a value says; nil where it holds nothing of the kind.
  enum Value: Sendable {
    case count(Int64?)
    case amount(Double?)
  }

  /// Which of the affected keys it is.
  let index: Int
  /// The name; nil if it was not wanted.
  let name: [UInt8]?
  /// The value; nil if it was not wanted.
  let value: Value?

  /// Reads keys whose places are known, in the order of the file.
  static func all(
    _ places: [AffectedPlace], in snapshot: Snapshot
  ) -> Result<[AffectedReading], FormatError> {
    var lookup = SnapshotLookup(snapshot)
    var scratch = ValueScratch()
    var readings: [AffectedReading] = []
    readings.reserveCapacity(places.count)
    do throws(FormatError) {
      for place in places.sorted(by: { $0.offset < $1.offset }) {
        let reading = try lookup.key(at: place.offset, in: place.database) {
          (key) throws(FormatError) -> AffectedReading in
          var value: Value?
          if let wanted = place.wanted { value = try Self.value(wanted, of: key, &scratch) }
          return AffectedReading(
            index: place.index, name: place.wantsName ? [UInt8](copying: key.name) : nil,
            value: value)
        }
        readings.append(reading)
      }
    } catch {
      return .failure(error)
    }
    return .success(readings)
  }

  private static func value(
    _ wanted: WantedValue, of key: borrowing SnapshotKey, _ scratch: inout ValueScratch
  ) throws(FormatError) -> Value {
    var capture = ValueCapture()
    try key.value.decode(into: &capture, scratch: &scratch)
    switch wanted {
    case .count: return .count(capture.number)
    case .amount(let field): return .amount(capture.amount(at: field))
    }
  }
}
