import BinaryInput
import RDB

struct Ignoring: ValueVisitor {}

/// DUMP payloads; the checksum is mended first, so that the fuzzer gets past it.
@c(LLVMFuzzerTestOneInput)
public func fuzzPayload(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if bytes.count > 10 {
    var checksum = CRC64()
    checksum.update(bytes.span.extracting(0..<(bytes.count - 8)))
    for index in 0..<8 {
      bytes[bytes.count - 8 + index] = UInt8(
        truncatingIfNeeded: checksum.value >> UInt64(8 * index))
    }
  }
  var visitor = Ignoring()
  var scratch = ValueScratch()
  do throws(FormatError) {
    let payload = try DumpPayload(bytes.span, at: 0)
    try payload.value.decode(into: &visitor, scratch: &scratch)
  } catch {
    precondition(error.offset >= 0 && !error.description.isEmpty)
  }
  return 0
}
