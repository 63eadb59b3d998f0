import BinaryInput
import TestSupport
import Testing

struct ScratchBufferTests {
  private func decimal(_ value: Int64) -> [UInt8] {
    var scratch = ScratchBuffer()
    scratch.setDecimal(value)
    return [UInt8](copying: scratch.bytes)
  }

  @Test(arguments: [
    0, 1, -1, 9, 10, -10, 99, 100, 127, -128, 32767, -32768, 2_147_483_647, -2_147_483_648,
    999_999_999_999_999_999, 1_000_000_000_000_000_000, Int64.max, Int64.min, Int64.min + 1,
  ])
  func `an integer has its decimal text`(value: Int64) {
    #expect(decimal(value) == Array(String(value).utf8))
  }

  @Test func `any integer has its decimal text`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<2000 {
      let value = Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random)
      #expect(decimal(value) == Array(String(value).utf8), "seed \(seed)")
    }
  }

  @Test func `what was made before is gone at the next use`() {
    var scratch = ScratchBuffer()
    let empty = [UInt8](copying: scratch.bytes)
    scratch.setDecimal(.min)
    scratch.setDecimal(7)
    let seven = [UInt8](copying: scratch.bytes)
    let long = [UInt8](repeating: 5, count: 1000)
    scratch.set(long.span)
    let copy = [UInt8](copying: scratch.bytes)
    scratch.set(long.span.extracting(0..<3))
    let short = [UInt8](copying: scratch.bytes)
    scratch.setDecimal(-42)
    let last = [UInt8](copying: scratch.bytes)
    #expect(empty == [])
    #expect(seven == Array("7".utf8))
    #expect(copy == long)
    #expect(short == [5, 5, 5])
    #expect(last == Array("-42".utf8))
  }
}
