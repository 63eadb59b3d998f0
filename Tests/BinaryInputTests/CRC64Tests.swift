import BinaryInput
import CCRC64
import TestSupport
import Testing

struct CRC64Tests {
  /// The plain version, bit by bit: the reflected polynomial, nothing before and nothing after.
  private func oracle(_ bytes: [UInt8], _ start: UInt64 = 0) -> UInt64 {
    var crc = start
    for byte in bytes {
      crc ^= UInt64(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x95AC_9329_AC4B_C9B5 : 0) }
    }
    return crc
  }

  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    var crc = CRC64()
    crc.update(bytes.span)
    return crc.value
  }

  private func accelerated(_ bytes: [UInt8], _ start: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBufferPointer { unsafe lossmap_crc64(start, $0.baseAddress, $0.count) }
  }

  private func tables(_ bytes: [UInt8], _ start: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBufferPointer {
      unsafe lossmap_crc64_portable(start, $0.baseAddress, $0.count)
    }
  }

  @Test func `the check value is that of CRC-64 Jones`() {
    let digits = Array("123456789".utf8)
    #expect(checksum(digits) == 0xE9C6_D914_C4B8_D9CA)
    #expect(tables(digits) == 0xE9C6_D914_C4B8_D9CA)
    #expect(oracle(digits) == 0xE9C6_D914_C4B8_D9CA)
  }

  @Test func `the checksum of nothing is 0`() {
    #expect(checksum([]) == 0)
    #expect(CRC64().value == 0)
  }

  @Test func `the tables are those of the server`() {
    #expect(checksum([1]) == 0x7AD8_70C8_3035_8979)
    #expect(checksum([255]) == 0x29B7_D047_EFEC_8728)
  }

  // From the rest of a lane over whole blocks to several blocks with a rest.
  @Test func `every length gives what the plain version gives`() {
    var random = SeededRandom(seed: 64)
    let bytes = random.bytes(300)
    for count in 0...300 {
      let part = Array(bytes[..<count])
      let expected = oracle(part, 0x1234_5678_9ABC_DEF0)
      #expect(accelerated(part, 0x1234_5678_9ABC_DEF0) == expected, "\(count) bytes")
      #expect(tables(part, 0x1234_5678_9ABC_DEF0) == expected, "\(count) bytes")
    }
  }

  @Test func `any bytes at any alignment give what the plain version gives`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<40 {
      let bytes = random.bytes(Int.random(in: 0...3000, using: &random))
      let start = min(bytes.count, Int.random(in: 0..<32, using: &random))
      var crc = CRC64()
      crc.update(bytes.span.extracting(start..<bytes.count))
      #expect(crc.value == oracle(Array(bytes[start...])), "seed \(seed)")
    }
  }

  @Test func `a checksum taken in parts is that of the whole`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    let bytes = random.bytes(1500)
    let expected = oracle(bytes)
    for _ in 0..<200 {
      let cut = Int.random(in: 0...bytes.count, using: &random)
      let (first, second) = (Array(bytes[..<cut]), Array(bytes[cut...]))
      var crc = CRC64()
      crc.update(first.span)
      crc.update(second.span)
      #expect(crc.value == expected, "seed \(seed), cut \(cut)")
      #expect(tables(second, tables(first)) == expected, "seed \(seed), cut \(cut)")
      #expect(
        lossmap_crc64_combine(accelerated(first), accelerated(second), UInt64(second.count))
          == expected, "seed \(seed), cut \(cut)")
    }
  }

  @Test func `zeros are not overlooked`() {
    let one = [1] + [UInt8](repeating: 0, count: 500)
    #expect(checksum(one) == oracle(one))
    #expect(checksum(one) != checksum([1]))
  }
}
