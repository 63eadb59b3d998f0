import BinaryInput
import TestSupport
import Testing

@testable import RDB

/// The short way to find strings finds what the general way finds, or nothing.
struct StringOutlineTests {
  /// What the general way finds at the beginning of `bytes`; nil if that is no string, is not all there, or has anything
  /// that a server would not write.
  private func general(
    _ bytes: [UInt8], _ kinds: RecordKindTable
  ) -> (attributes: RDBKeyAttributes, places: [Int])? {
    var attributes = RDBKeyAttributes()
    var reader = ByteReader(bytes.span, at: 0)
    do throws(FormatError) {
      while true {
        let start = reader.offset
        let outline = try RecordOutline(parsing: &reader, kinds)
        guard reader.firstLongForm == nil, reader.departure == nil else { return nil }
        switch outline.kind {
        case .opcode(let opcode):
          guard attributes.add(opcode, outline.operand) else { return nil }
        case .value(.string):
          guard outline.nameStart > 0 else { return nil }
          return (attributes, [start, outline.nameStart, outline.valueStart, outline.end])
        case .value, .slotImport: return nil
        }
      }
    } catch {
      return nil
    }
  }

  private func length(_ number: Int, _ random: inout SeededRandom) -> [UInt8] {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: [0x40 | UInt8(number >> 8 & 0x3F), UInt8(number & 0xFF)]
    case 1: [0x80] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    case 2: [0x81] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    case 3: [UInt8.random(in: 0x80...0xFF, using: &random)]
    default: RDBBuilder.length(UInt64(number))
    }
  }

  private func string(_ random: inout SeededRandom) -> [UInt8] {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return [0xC0, 1]
    case 1: return [0xC1, 1, 2]
    case 2: return [0xC2, 1, 2, 3, 4]
    case 3:
      let count = Int.random(in: 0..<90, using: &random)
      return [0xC3] + length(count, &random) + length(count + 7, &random)
        + [UInt8](repeating: 7, count: count)
    default:
      let count = [0, 3, 63, 64, 200, 17_000].randomElement(using: &random) ?? 0
      return length(count, &random) + [UInt8](repeating: 0x61, count: count)
    }
  }

  private func record(_ random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = []
    func maybe() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
    if maybe() { bytes += [0xFC] + (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) } }
    if maybe() { bytes += [0xF8] + length(Int.random(in: 0..<20_000, using: &random), &random) }
    if maybe() { bytes += [0xF9, UInt8.random(in: 0...255, using: &random)] }
    if maybe() && maybe() { bytes += [0xFC] + [UInt8](repeating: 1, count: 8) }
    bytes += maybe() && maybe() ? [UInt8.random(in: 0...255, using: &random)] : [0]
    bytes += string(&random) + string(&random)
    if maybe() { bytes += [0, 1, 0x61, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0] }
    if maybe() && maybe() { bytes.removeLast(.random(in: 0..<bytes.count, using: &random)) }
    if maybe() && maybe() {
      bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
    }
    return bytes
  }

  @Test(arguments: [
    RDBVersion(.redis, 2), RDBVersion(.redis, 3), RDBVersion(.redis, 8), RDBVersion(.redis, 9),
    RDBVersion(.redis, 12), RDBVersion(.valkey, 80),
  ])
  func `what the short way finds is what the general way finds`(version: RDBVersion) throws {
    let kinds = RecordKindTable(version)
    var random = SeededRandom(seed: 11)
    var found = 0
    for _ in 0..<60_000 {
      let bytes = record(&random)
      guard let short = StringOutline(bytes.span, at: 0, kinds.stringForms) else { continue }
      found += 1
      let expected = try #require(general(bytes, kinds), "\(bytes)")
      #expect(short.attributes == expected.attributes, "\(bytes)")
      #expect(
        [short.type, short.name, short.value, short.end] == expected.places, "\(bytes)")
    }
    #expect(found > 2000)
  }
}
