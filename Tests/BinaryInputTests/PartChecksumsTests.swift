import BinaryInput
import TestSupport
import Testing

struct PartChecksumsTests {
  private func sum(_ bytes: ArraySlice<UInt8>) -> CRC64 {
    var sum = CRC64()
    sum.update(Array(bytes).span)
    return sum
  }

  @Test(arguments: 0..<50)
  func `parts in any order give the checksum of the whole`(round: Int) {
    var random = SeededRandom(seed: UInt64(round))
    let bytes = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let cuts = (0..<20).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
    let bounds = [0] + cuts + [bytes.count]
    let first = bounds[1]
    var parts = PartChecksums(sum(bytes[..<first]), upTo: first)
    for (start, end) in zip(bounds.dropFirst(), bounds.dropFirst(2)).shuffled(using: &random) {
      parts.add(sum(bytes[start..<end]), of: end - start, at: start)
    }
    #expect(parts.sum == sum(bytes[...]))
  }

  @Test func `a part that others must precede counts once they are there`() {
    let bytes: [UInt8] = Array("0123456789".utf8)
    var parts = PartChecksums()
    parts.add(sum(bytes[4..<10]), of: 6, at: 4)
    #expect(parts.sum == CRC64())
    parts.add(Array(bytes[..<4]).span)
    parts.add(sum(bytes[10...]), of: 0, at: 10)
    // Nothing asks for what has come in order meanwhile but another part.
    #expect(parts.sum == sum(bytes[..<4]))
  }
}
