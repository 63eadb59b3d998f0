import TestSupport
import Testing

@testable import BinaryInput

struct LZFTests {
  /// What `compressed` expands to, if it is `length` bytes; nil if it is rejected, as it must be then.
  private func expand(
    _ compressed: [UInt8], to length: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) -> [UInt8]? {
    var scratch = ScratchBuffer()
    let checked = checkError(compressed, length)
    do throws(FormatError) {
      try LZF.decompress(compressed.span, to: UInt64(length), into: &scratch, at: 77)
      #expect(checked == nil, sourceLocation: sourceLocation)
      return [UInt8](copying: scratch.bytes)
    } catch {
      #expect(checked == error, sourceLocation: sourceLocation)
      #expect(error.code == FormatRule.lzfLength.code, sourceLocation: sourceLocation)
      #expect(error.offset == 77, sourceLocation: sourceLocation)
      return nil
    }
  }

  /// What `check`, which makes no bytes, has against `compressed`.
  private func checkError(_ compressed: [UInt8], _ length: Int) -> FormatError? {
    do throws(FormatError) {
      try LZF.check(compressed.span, to: UInt64(length), at: 77)
      return nil
    } catch {
      return error
    }
  }

  /// The plain version: the format's reference, instruction by instruction.
  private func oracle(_ input: [UInt8], limit: Int = 1 << 16) -> [UInt8]? {
    var output: [UInt8] = []
    var next = 0
    func byte() -> Int? {
      guard next < input.count else { return nil }
      next += 1
      return Int(input[next - 1])
    }
    while let control = byte() {
      if control < 32 {
        for _ in 0...control {
          guard let literal = byte() else { return nil }
          output.append(UInt8(literal))
        }
      } else {
        var length = control >> 5
        if length == 7 {
          guard let more = byte() else { return nil }
          length += more
        }
        guard let low = byte() else { return nil }
        let distance = ((control & 31) << 8 | low) + 1
        guard distance <= output.count else { return nil }
        for _ in 0..<(length + 2) { output.append(output[output.count - distance]) }
      }
      guard output.count <= limit else { return nil }
    }
    return output
  }

  private static let examples: [(compressed: String, expanded: String)] = [
    ("01 61 61 E0 33 00 01 61 61", String(repeating: "a", count: 64)),
    (
      "0A 61 62 63 64 65 66 67 68 69 6A 61 E0 4E 09 01 69 6A",
      String(repeating: "abcdefghij", count: 10)
    ),
  ]

  @Test(arguments: examples)
  func `a worked example expands to what the reference says`(
    compressed: String, expanded: String
  ) {
    let expanded = Array(expanded.utf8)
    #expect(oracle(hex(compressed)) == expanded)
    #expect(expand(hex(compressed), to: expanded.count) == expanded)
  }

  @Test(arguments: examples)
  func `only the length that comes out is accepted`(compressed: String, expanded: String) {
    let count = expanded.utf8.count
    for length in 0..<(2 * count) where length != count {
      #expect(expand(hex(compressed), to: length) == nil, "\(length)")
    }
  }

  @Test(arguments: examples)
  func `no beginning of compressed data passes for the whole`(
    compressed: String, expanded: String
  ) {
    let compressed = hex(compressed)
    for count in compressed.indices {
      #expect(expand(Array(compressed[..<count]), to: expanded.utf8.count) == nil)
    }
  }

  @Test func `a claim beyond what the bytes can stand for allocates nothing`() {
    let compressed = hex("01 61 61 E0 33 00 01 61 61")
    for claim in [UInt64(88 * 9 + 1), 1 << 31, 1 << 32, 1 << 40, .max] {
      var scratch = ScratchBuffer()
      var thrown: FormatError?
      do throws(FormatError) {
        try LZF.decompress(compressed.span, to: claim, into: &scratch, at: 5)
      } catch {
        thrown = error
      }
      let allocated = scratch.storage.capacity
      #expect(thrown?.code == FormatRule.lzfLength.code)
      #expect(allocated == 0)
    }
  }

  @Test func `the largest expansion of three bytes is 264`() {
    let compressed = hex("00 61 E0 FF 00")
    #expect(expand(compressed, to: 265) == [UInt8](repeating: 0x61, count: 265))
    // Five bytes that claim more than the rule allows, though less than 5 × 88.
    #expect(expand(compressed, to: 266) == nil)
  }

  @Test func `a compressed string is not empty`() {
    #expect(expand([], to: 0) == nil)
    #expect(expand([], to: 1) == nil)
    #expect(expand(hex("00 61"), to: 0) == nil)
  }

  @Test(arguments: ["20 00", "00 61 20 01", "00 61 3F FF", "00 61 E0 00 01"])
  func `a reference does not reach before the beginning`(compressed: String) {
    for length in 1..<20 { #expect(expand(hex(compressed), to: length) == nil) }
  }

  @Test func `any bytes expand to what the plain version makes of them`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var accepted = 0
    for _ in 0..<4000 {
      var input: [UInt8] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Mostly sound instructions, or hardly any input would get far.
        if Bool.random(using: &random) {
          let count = UInt8.random(in: 0...7, using: &random)
          input += [count] + random.bytes(Int(count) + Int.random(in: 0...8, using: &random) / 8)
        } else {
          input += [
            UInt8.random(in: 1...7, using: &random) << 5, UInt8.random(in: 0...3, using: &random),
          ]
        }
      }
      let expected = oracle(input)
      let found = expand(input, to: expected?.count ?? Int.random(in: 1...100, using: &random))
      #expect(found == expected, "seed \(seed): \(hexText(input))")
      if expected != nil { accepted += 1 }
    }
    #expect(accepted > 100, "seed \(seed)")
  }
}
