import BinaryInput
import TestSupport
import Testing

struct ByteReaderTests {
  /// A way to read something, and how many bytes it takes.
  struct Read: CustomStringConvertible, Sendable {
    let description: String
    let width: Int
    let read: @Sendable (inout ByteReader) throws(FormatError) -> Void

    init(
      _ description: String, _ width: Int,
      _ read: @escaping @Sendable (inout ByteReader) throws(FormatError) -> Void
    ) {
      self.description = description
      self.width = width
      self.read = read
    }
  }

  private static let reads: [Read] = [
    Read("byte", 1) { (reader) throws(FormatError) in _ = try reader.byte() },
    Read("peek", 1) { (reader) throws(FormatError) in _ = try reader.peek() },
    Read("take", 5) { (reader) throws(FormatError) in _ = try reader.take(5) },
    Read("take claimed", 6) { (reader) throws(FormatError) in _ = try reader.take(claimed: 6) },
    Read("skip", 7) { (reader) throws(FormatError) in try reader.skip(claimed: 7) },
    Read("uint16", 2) { (reader) throws(FormatError) in _ = try reader.uint16() },
    Read("uint32", 4) { (reader) throws(FormatError) in _ = try reader.uint32() },
    Read("uint64", 8) { (reader) throws(FormatError) in _ = try reader.uint64() },
    Read("int64", 8) { (reader) throws(FormatError) in _ = try reader.int64() },
    Read("signed 3", 3) { (reader) throws(FormatError) in _ = try reader.signed(width: 3) },
    Read("double", 8) { (reader) throws(FormatError) in _ = try reader.double() },
    Read("big-endian 4", 4) { (reader) throws(FormatError) in _ = try reader.bigEndian(4) },
  ]

  @Test(arguments: reads)
  func `a read that meets the end says so and does not move`(read: Read) throws {
    for available in 0..<read.width {
      let bytes = [UInt8](repeating: 1, count: 3 + available)
      var reader = ByteReader(bytes.span, at: 1000)
      try reader.skip(claimed: 3)
      var thrown: FormatError?
      do throws(FormatError) { try read.read(&reader) } catch { thrown = error }
      let (position, offset, remaining) = (reader.position, reader.offset, reader.remaining)
      #expect(
        thrown == .truncated(needed: UInt64(read.width), available: available, at: 1003))
      #expect(position == 3)
      #expect(offset == 1003)
      #expect(remaining == available)
    }
  }

  @Test(arguments: reads.filter { $0.description != "peek" })
  func `a read moves by what it reads`(read: Read) throws {
    let bytes = [UInt8](repeating: 1, count: read.width)
    var reader = ByteReader(bytes.span)
    try read.read(&reader)
    let isAtEnd = reader.isAtEnd
    #expect(isAtEnd)
  }

  /// Reads something from hexadecimal bytes.
  private func read<Value>(
    _ text: String, _ body: (inout ByteReader) throws(FormatError) -> Value
  ) throws -> Value {
    let bytes = hex(text)
    var reader = ByteReader(bytes.span)
    return try body(&reader)
  }

  @Test func `integers stand least significant byte first`() throws {
    #expect(try read("01 02") { (reader) throws(FormatError) in try reader.uint16() } == 0x0201)
    #expect(
      try read("01 02 03 84") { (reader) throws(FormatError) in try reader.uint32() } == 0x8403_0201
    )
    #expect(
      try read("01 02 03 04 05 06 07 88") { (reader) throws(FormatError) in try reader.uint64() }
        == 0x8807_0605_0403_0201)
    #expect(
      try read("FE FF FF FF FF FF FF FF") { (reader) throws(FormatError) in try reader.int64() }
        == -2)
    #expect(
      try read("00 00 00 00 00 00 F8 3F") { (reader) throws(FormatError) in try reader.double() }
        == 1.5)
  }

  @Test(arguments: [
    ("80", -128), ("7F", 127), ("00 80", -32768), ("FF 7F", 32767), ("00 00 80", -8_388_608),
    ("FF FF 7F", 8_388_607), ("00 00 00 80", -2_147_483_648),
    ("FF FF FF FF FF FF FF 7F", Int64.max),
    ("00 00 00 00 00 00 00 80", Int64.min),
  ])
  func `a signed integer of any width keeps its sign`(bytes: String, value: Int64) throws {
    let width = hex(bytes).count
    let found = try read(bytes) { (reader) throws(FormatError) in try reader.signed(width: width) }
    #expect(found == value)
  }

  @Test func `a length is most significant byte first`() throws {
    let four = try read("00 00 40 01") { (reader) throws(FormatError) in try reader.bigEndian(4) }
    let eight = try read("FF FF FF FF FF FF FF FE") { (reader) throws(FormatError) in
      try reader.bigEndian(8)
    }
    #expect(four == 16_385)
    #expect(eight == UInt64.max - 1)
  }

  @Test func `bytes are taken in their order`() throws {
    let bytes = hex("01 02 03 04 05")
    var reader = ByteReader(bytes.span)
    let first = try reader.peek()
    let taken = [UInt8](copying: try reader.take(2))
    let claimed = [UInt8](copying: try reader.take(claimed: 2))
    let none = [UInt8](copying: try reader.take(0))
    let last = try reader.byte()
    #expect(first == 1)
    #expect(taken == [1, 2])
    #expect(claimed == [3, 4])
    #expect(none == [])
    #expect(last == 5)
  }

  @Test func `a claim beyond every integer is a shortage like any other`() throws {
    let bytes = hex("01 02 03")
    var reader = ByteReader(bytes.span, at: 10)
    var errors: [FormatError] = []
    do { _ = try reader.take(claimed: .max) } catch { errors.append(error) }
    do { try reader.skip(claimed: UInt64(Int64.max) + 1) } catch { errors.append(error) }
    do { _ = try reader.take(-1) } catch { errors.append(error) }
    let position = reader.position
    #expect(
      errors == [
        .truncated(needed: .max, available: 3, at: 10),
        .truncated(needed: 1 << 63, available: 3, at: 10),
        .truncated(needed: 0, available: 3, at: 10),
      ])
    #expect(position == 0)
  }

  @Test func `a reader goes back to where it was`() throws {
    let bytes = hex("01 02 03")
    var reader = ByteReader(bytes.span, at: 10)
    try reader.skip(claimed: 3)
    reader.rewind(to: 1)
    let offset = reader.offset
    let byte = try reader.byte()
    #expect(offset == 11)
    #expect(byte == 2)
  }

  @Test func `no bytes are at their end`() {
    let bytes: [UInt8] = []
    let reader = ByteReader(bytes.span)
    let (isAtEnd, remaining) = (reader.isAtEnd, reader.remaining)
    #expect(isAtEnd)
    #expect(remaining == 0)
  }
}
