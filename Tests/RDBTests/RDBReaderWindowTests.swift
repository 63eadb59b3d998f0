import BinaryInput
import RDB
import TestSupport
import Testing

/// Records and the window through which the file is seen.
struct RDBReaderWindowTests {
  /// What a window holds at first.
  private static let stride = 1 << 18

  @Test(arguments: 0..<48)
  func `a record may straddle the edge of the window anywhere`(shift: Int) throws {
    var builder = RDBBuilder()
    builder.append(
      hex("FA 01 \"a\"")
        + RDBBuilder.string([UInt8](repeating: 0x78, count: Self.stride - 60 + shift)))
    builder.selectDatabase(9)
    builder.expiry(77)
    builder.append(hex("F8 40 64"))
    builder.key("key", [4] + hex("02 05 \"field\" 05 \"value\" 01 66 C1 00 10"))
    builder.string("last", "1")
    let file = try read(builder.file())
    #expect(file.keys.map(\.name) == ["key", "last"])
    var attributes = RDBKeyAttributes()
    attributes.expiry = 77
    attributes.idle = 100
    #expect(
      file.keys[0]
        == KeyRead(
          database: 9, name: "key", type: .hash, attributes: attributes,
          value: ["field field = value", "field f = 4096"]))
    #expect(file.keys[1].attributes == RDBKeyAttributes())
    #expect(file.checksum == .ok)
  }

  @Test(arguments: 0..<12)
  func `the checksum may straddle the edge of the window`(shift: Int) throws {
    var builder = RDBBuilder()
    let rest = 9 + 1 + 2 + 5 + 1
    builder.append(
      hex("FA 01 \"a\"")
        + RDBBuilder.string([UInt8](repeating: 0x78, count: Self.stride - rest - 10 + shift)))
    let bytes = builder.file()
    #expect(bytes.count == Self.stride - 2 + shift)
    let file = try read(bytes)
    #expect(file.checksum == .ok)
    #expect(file.offset == bytes.count)
  }

  @Test func `a value larger than the window is read as a whole`() throws {
    var builder = RDBBuilder()
    let large = [UInt8](repeating: 0x61, count: 3 * Self.stride + 5)
    builder.string("before", "1")
    builder.key("list", [1] + hex("02") + RDBBuilder.string(large) + RDBBuilder.string("end"))
    builder.string("after", "2")
    var reader = try RDBReader(input(builder.file()))
    var lengths: [Int] = []
    while let record = try reader.next() {
      if record == .key { lengths.append(reader.value.bytes.count) }
    }
    #expect(lengths == [2, 1 + 5 + large.count + 4, 2])
    #expect(reader.checksum == .ok)
  }

  @Test func `keys are found again at their offsets, in any order`() throws {
    var builder = RDBBuilder()
    var random = SeededRandom(seed: 7)
    for number in 0..<400 {
      if number % 50 == 0 { builder.selectDatabase(UInt64(number / 50)) }
      if number % 3 == 0 { builder.expiry(Int64(number)) }
      builder.key("key:\(number)", [0] + RDBBuilder.string(random.bytes(number * 7)))
    }
    let file = input(builder.file())
    var reader = try RDBReader(file)
    var places: [(offset: Int, database: UInt64, key: [UInt8], value: [UInt8], expiry: Int64?)] = []
    var scratch = ScratchBuffer()
    while let record = try reader.next() {
      guard record == .key else { continue }
      places.append(
        (
          reader.recordOffset, reader.database,
          [UInt8](copying: try reader.key().bytes(in: &scratch)),
          [UInt8](copying: reader.value.bytes), reader.attributes.expiry
        ))
    }
    #expect(places.count == 400)

    var lookup = RDBReader(file, version: reader.version)
    for place in places.shuffled(using: &random) {
      lookup.seek(to: place.offset, in: place.database)
      #expect(try lookup.next() == .key)
      #expect(lookup.database == place.database)
      #expect(lookup.attributes.expiry == place.expiry)
      #expect(lookup.recordOffset == place.offset)
      let name = [UInt8](copying: try lookup.key().bytes(in: &scratch))
      let value = [UInt8](copying: lookup.value.bytes)
      #expect(name == place.key)
      #expect(value == place.value)
    }
  }

  @Test func `a reader that looks things up does not compare checksums`() throws {
    var builder = RDBBuilder()
    builder.string("k", "v")
    let file = input(builder.file(.wrong))
    var lookup = RDBReader(file, version: RDBVersion(.redis, 10))
    lookup.seek(to: 9, in: 0)
    #expect(try lookup.next() == .key)
    #expect(try lookup.next() == .end)
    #expect(try lookup.next() == nil)
  }
}
