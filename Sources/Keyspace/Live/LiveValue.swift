internal import BinaryInput
internal import RDB

/// A value that commands change.
///
/// Aggregates are boxed, so that a command changes them where they are.
enum LiveValue {
  /// A string that is the canonical decimal text of a number.
  case integer(Int64)
  /// Any other string.
  case string([UInt8])
  /// A string that a command of the log has set, and nothing has changed since.
  case logged(LoggedString)
  case list(Box<PackedDeque>)
  /// Members without payload.
  case set(Box<PackedMap>)
  case sortedSet(Box<LiveSortedSet>)
  case hash(Box<LiveHash>)
  case stream(Box<LiveStream>)
  /// A value that no command of the table changes: a module's, an array.
  case opaque(Box<OpaqueValue>)

  /// The string `bytes`.
  init(string bytes: Span<UInt8>) {
    if let number = canonicalInteger(bytes) {
      self = .integer(number)
    } else {
      self = .string([UInt8](copying: bytes))
    }
  }

  /// What the value is to a user.
  var type: RedisType {
    switch self {
    case .integer, .string, .logged: .string
    case .list: .list
    case .set: .set
    case .sortedSet: .zset
    case .hash: .hash
    case .stream: .stream
    case .opaque(let box): box.value.type.type
    }
  }

  /// How many bytes its elements take.
  var size: Int {
    switch self {
    case .integer(let number): String(number).utf8.count
    case .string(let bytes): bytes.count
    case .logged(let string): string.count
    case .list(let box): box.value.size
    case .set(let box): box.value.size
    case .sortedSet(let box): box.value.size
    case .hash(let box): box.value.size
    case .stream(let box): box.value.entries.size
    case .opaque(let box): box.value.bytes.count
    }
  }

  /// A copy that later changes of this value do not touch.
  var copy: LiveValue {
    switch self {
    case .integer, .string, .logged: self
    case .list(let box): .list(Box(box.value))
    case .set(let box): .set(Box(box.value))
    case .sortedSet(let box): .sortedSet(Box(box.value))
    case .hash(let box): .hash(Box(box.value))
    case .stream(let box): .stream(Box(box.value))
    case .opaque(let box): .opaque(box)
    }
  }
}

/// A value with an address, to be changed there.
final class Box<Value> {
  /// The value.
  var value: Value

  init(_ value: Value) { self.value = value }
}

/// A value as its file has it.
struct OpaqueValue {
  let type: RDBValueType
  let bytes: [UInt8]
  let offset: Int
}

/// No number has a longer canonical text: 19 digits and a sign.
package var longestIntegerText: Int { 20 }

/// The number of which `bytes` are the canonical decimal text, as a server's `string2ll` has it; nil if
/// there is none.
package func canonicalInteger(_ bytes: Span<UInt8>) -> Int64? {
  guard !bytes.isEmpty && bytes.count <= longestIntegerText else { return nil }
  // Most texts that are no number show it at their end already.
  guard bytes[bytes.count - 1] &- UInt8(ascii: "0") <= 9 else { return nil }
  let isNegative = bytes[0] == UInt8(ascii: "-")
  let first = isNegative ? 1 : 0
  guard first < bytes.count else { return nil }
  if bytes[first] == UInt8(ascii: "0") { return bytes.count == 1 ? 0 : nil }
  var magnitude: UInt64 = 0
  for index in first..<bytes.count {
    let digit = bytes[index] &- UInt8(ascii: "0")
    guard digit <= 9 else { return nil }
    let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
    if overflow || carry { return nil }
    magnitude = sum
  }
  if isNegative {
    guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
    return Int64(truncatingIfNeeded: 0 &- magnitude)
  }
  return Int64(exactly: magnitude)
}
