import BinaryInput
import RDB

struct Counting: ValueVisitor, ~Copyable {
  var bytes = 0
  mutating func string(_ value: Span<UInt8>) { bytes += value.count }
  mutating func listElement(_ element: Span<UInt8>) { bytes += element.count }
  mutating func setMember(_ member: Span<UInt8>) { bytes += member.count }
  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) {
    precondition(!score.isNaN)
    bytes += member.count
  }
  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    bytes += field.count + value.count
  }
  mutating func streamField(_ name: Span<UInt8>, value: Span<UInt8>) {
    bytes += name.count + value.count
  }
}

/// Single values of each type: the first byte chooses it.
@c(LLVMFuzzerTestOneInput)
public func fuzzValue(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  let types = RDBValueType.allCases
  let value = RDBValue(
    type: types[Int(first) % types.count], bytes: bytes.span.extracting(1..<bytes.count), at: 1)
  var visitor = Counting()
  var scratch = ValueScratch()
  do throws(FormatError) {
    try value.decode(into: &visitor, scratch: &scratch)
  } catch {
    precondition(error.offset >= 0 && !error.description.isEmpty)
  }
  // An LZF string expands at most 88 times; integers of two bytes become twenty.
  precondition(visitor.bytes <= 90 * bytes.count * 8 + 64)
  return 0
}
