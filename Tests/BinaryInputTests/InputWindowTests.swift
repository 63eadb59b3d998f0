import TestSupport
import Testing

@testable import BinaryInput

struct InputWindowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ bytes: [UInt8]) throws -> InputFile {
    try InputFile(path: try folder.file(bytes))
  }

  private func bytes(_ count: Int) -> [UInt8] {
    var random = SeededRandom(seed: 9)
    return (0..<(count / 8 + 1)).flatMap { _ in bigEndian(random.next(), 8) }.prefix(count) + []
  }

  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    var crc = CRC64()
    crc.update(bytes.span)
    return crc.value
  }

  @Test func `nothing is in memory before the first look`() throws {
    let window = InputWindow(try file([1, 2, 3]))
    let (count, offset) = (window.bytes.count, window.offset)
    #expect(count == 0)
    #expect(offset == 0)
  }

  @Test(arguments: [0, 1, 9, 1000])
  func `a small file is there at once`(count: Int) throws {
    let bytes = bytes(count)
    var window = InputWindow(try file(bytes))
    let isMore = try window.fill()
    let found = [UInt8](copying: window.bytes)
    let isStillMore = try window.fill()
    let afterEnd = [UInt8](copying: window.bytes)
    #expect(isMore == (count > 0))
    #expect(found == bytes)
    #expect(!isStillMore)
    #expect(afterEnd == bytes)
  }

  @Test func `what is consumed is gone at the next look`() throws {
    let bytes = bytes(1000)
    var window = InputWindow(try file(bytes))
    _ = try window.fill()
    window.consume(10)
    let behind = [UInt8](copying: window.bytes(3..<12))
    _ = try window.fill()
    let rest = [UInt8](copying: window.bytes)
    let offset = window.offset
    #expect(behind == Array(bytes[3..<12]))
    #expect(rest == Array(bytes[10...]))
    #expect(offset == 10)
  }

  @Test(arguments: [1, 2, 3, 7])
  func `a record larger than the stride is there as a whole`(factor: Int) throws {
    let large = bytes(factor * InputWindow.stride + 5)
    var window = InputWindow(try file([1, 2, 3] + large + [4]))
    _ = try window.fill()
    window.consume(3)
    var fills = 0
    while window.bytes.count < large.count {
      guard try window.fill() else { break }
      fills += 1
    }
    let found = [UInt8](copying: window.bytes.extracting(0..<large.count))
    #expect(found == large)
    #expect(fills <= factor + 1)
    let offset = window.offset
    #expect(offset == 3)
  }

  @Test func `a file is read through in pieces of any size`() throws {
    let bytes = bytes(2 * InputWindow.stride + 123)
    var window = InputWindow(try file(bytes), checksums: true)
    var random = SeededRandom(seed: 3)
    var found: [UInt8] = []
    var isMore = true
    while isMore {
      while window.bytes.count > 0 {
        let count = min(window.bytes.count, Int.random(in: 1...99_999, using: &random))
        found += [UInt8](copying: window.bytes.extracting(0..<count))
        window.consume(count)
        if Int.random(in: 0..<4, using: &random) == 0 { break }
      }
      isMore = try window.fill()
    }
    let sum = window.checksumOfConsumed()
    let offset = window.offset
    #expect(found == bytes)
    #expect(offset == bytes.count)
    #expect(sum == checksum(bytes))
  }

  @Test func `the checksum is that of what was consumed, not of what was read`() throws {
    let bytes = bytes(500)
    var window = InputWindow(try file(bytes), checksums: true)
    _ = try window.fill()
    let nothing = window.checksumOfConsumed()
    window.consume(123)
    let part = window.checksumOfConsumed()
    let same = window.checksumOfConsumed()
    window.consume(377)
    let whole = window.checksumOfConsumed()
    #expect(nothing == 0)
    #expect(part == checksum(Array(bytes[..<123])))
    #expect(same == part)
    #expect(whole == checksum(bytes))
  }

  @Test func `a window begins where it is told`() throws {
    let bytes = bytes(100)
    var window = InputWindow(try file(bytes), at: 40)
    _ = try window.fill()
    let found = [UInt8](copying: window.bytes)
    #expect(found == Array(bytes[40...]))
  }

  @Test func `a window goes anywhere in the file`() throws {
    let bytes = bytes(3 * InputWindow.stride)
    var window = InputWindow(try file(bytes))
    var random = SeededRandom(seed: 5)
    for _ in 0..<60 {
      let offset = Int.random(in: 0..<(bytes.count - 100), using: &random)
      window.seek(to: offset)
      while window.bytes.count < 100 {
        guard try window.fill() else { break }
      }
      let found = [UInt8](copying: window.bytes.extracting(0..<100))
      let place = window.offset
      #expect(found == Array(bytes[offset..<(offset + 100)]))
      #expect(place == offset)
    }
    window.seek(to: bytes.count)
    let isMore = try window.fill()
    #expect(!isMore)
  }

  @Test func `what is in memory is not read again`() throws {
    let bytes = bytes(1000)
    var window = InputWindow(try file(bytes))
    _ = try window.fill()
    window.consume(600)
    window.seek(to: 100)
    let found = [UInt8](copying: window.bytes)
    #expect(found == Array(bytes[100...]))
  }

  @Test func `a file that shrinks ends earlier`() throws {
    let bytes = bytes(2 * InputWindow.stride)
    let file = try ScratchFile(bytes)
    var window = InputWindow(try InputFile(path: file.path))
    _ = try window.fill()
    try file.resize(to: InputWindow.stride + 7)
    var count = window.bytes.count
    while try window.fill() { count = window.bytes.count }
    #expect(count == InputWindow.stride + 7)
  }
}
