internal import BinaryInput

/// A hash whose fields may expire.
struct LiveHash {
  /// From a field to its mark of expiry, 0 or 1, the expiry if there is one, and its value.
  private var fields = PackedMap()

  /// How many fields there are.
  var count: Int { fields.count }

  /// How many bytes the fields take.
  var size: Int { fields.size }

  /// The place of the first field.
  var first: Int? { fields.first }

  /// The place of the field behind that at `place`.
  func place(after place: Int) -> Int? { fields.place(after: place) }

  /// The place of a field; nil if it is not there.
  func find(_ field: Span<UInt8>) -> Int? { fields.find(field) }

  /// The name of the field at `place`.
  @_lifetime(borrow self)
  func field(at place: Int) -> Span<UInt8> { fields.key(at: place) }

  /// The value of the field at `place`.
  @_lifetime(borrow self)
  func value(at place: Int) -> Span<UInt8> {
    let payload = fields.payload(at: place)
    return payload.extracting((payload[0] == 0 ? 1 : 9)..<payload.count)
  }

  /// When the field at `place` expires, in Unix milliseconds; nil if never.
  func expiry(at place: Int) -> Int64? {
    let payload = fields.payload(at: place)
    guard payload[0] == 1 else { return nil }
    var expiry: UInt64 = 0
    for index in 0..<8 { expiry |= UInt64(payload[1 + index]) << UInt64(8 * index) }
    return Int64(bitPattern: expiry)
  }

  /// Sets a field; returns whether it is new.
  @discardableResult
  mutating func set(_ field: Span<UInt8>, to value: Span<UInt8>, expiry: Int64?) -> Bool {
    fields.set(field, stamp: expiry, payload: value)
  }

  /// Sets or removes the expiry of a field that is there.
  mutating func setExpiry(_ expiry: Int64?, of field: Span<UInt8>) {
    guard let place = fields.find(field) else { return }
    let value = [UInt8](copying: value(at: place))
    set(field, to: value.span, expiry: expiry)
  }

  /// Removes a field; returns whether it was there.
  @discardableResult
  mutating func remove(_ field: Span<UInt8>) -> Bool { fields.remove(field) }
}
