import BinaryInput
import TestSupport
import Testing

@testable import RDB

struct RDBReaderTests {
  /// A file with every kind of record that a Redis file can have, out of the usual order.
  static let everyRecord: RDBBuilder = {
    var file = RDBBuilder("REDIS0014")
    file.auxiliary("redis-ver", "8.8.0")
    file.append(hex("F7 81 B5 EB 2D FF FA DD 6C 01 02 01 | 05 03 \"abc\" 01 05 03 00 00 80 3F 00"))
    file.append(hex("F5 05 \"#!lua\""))
    file.string("first", "1")
    file.selectDatabase(3)
    file.append(hex("FB 02 01"))
    file.append(hex("F4 5D D6 02 01"))
    file.expiry(4_102_444_800_000)
    file.append(hex("F8 40 64 | F9 FF"))
    file.append(hex("F3 02 | 01 02 03 04 02 05 00 | 05 06 07 08 00"))
    file.string("second", "2")
    file.string("third", "3")
    return file
  }()

  static let everyValkeyRecord: RDBBuilder = {
    var file = RDBBuilder("VALKEY080")
    file.append(hex("F3 28 \"0123456789012345678901234567890123456789\" 02 00 43 FF | 40 64 41 00"))
    file.string("k", "v")
    return file
  }()

  @Test func `records come in the order of the file`() throws {
    let file = try read(Self.everyRecord.file())
    #expect(
      file.records == [
        .auxiliary, .moduleAuxiliary, .function, .key, .selectDatabase, .resizeDatabase, .slotInfo,
        .key, .key, .end,
      ])
    #expect(file.keys.map(\.name) == ["first", "second", "third"])
    #expect(file.keys.map(\.database) == [0, 3, 3])
    #expect(file.checksum == .ok)

    let valkey = try read(Self.everyValkeyRecord.file())
    #expect(valkey.records == [.slotImport, .key, .end])
  }

  @Test func `the parts of a record are those of the file`() throws {
    var reader = try RDBReader(
      input(Self.everyRecord.file()))
    var scratch = ScratchBuffer()
    _ = try reader.next()
    let name = [UInt8](copying: try reader.auxiliary().name.bytes(in: &scratch))
    let value = [UInt8](copying: try reader.auxiliary().value.bytes(in: &scratch))
    #expect([name, value] == [Array("redis-ver".utf8), Array("8.8.0".utf8)])
    _ = try reader.next()
    #expect(try reader.moduleType().name == "test__rdb")
    _ = try reader.next()
    let source = [UInt8](copying: try reader.functionSource().bytes(in: &scratch))
    #expect(source == Array("#!lua".utf8))
    for _ in 0..<3 { _ = try reader.next() }
    #expect(try reader.counts() == RDBCounts(keys: 2, expires: 1))
    _ = try reader.next()
    #expect(try reader.counts() == RDBCounts(keys: 2, expires: 1))
    let start = reader.offset
    _ = try reader.next()
    #expect(reader.recordOffset == start)
    #expect(reader.attributes.metadataClasses == 2)
    #expect(reader.recordSize == 10)
    #expect(reader.value.offset == reader.offset - 2)
  }

  @Test func `attributes are those of the next key only`() throws {
    let file = try read(Self.everyRecord.file())
    var expected = RDBKeyAttributes()
    #expect(file.keys[0].attributes == expected)
    #expect(file.keys[2].attributes == expected)
    expected.expiry = 4_102_444_800_000
    expected.idle = 100
    expected.frequency = 255
    expected.metadataClasses = 2
    #expect(file.keys[1].attributes == expected)
  }

  @Test(arguments: [
    ("FD 80 43 6D 38", 946_684_800_000), ("FD FF FF FF FF", -1000),
    ("FD FF FF FF 7F", 2_147_483_647_000),
    ("FC 00 D8 C3 2C BB 03 00 00", 4_102_444_800_000), ("FC FF FF FF FF FF FF FF FF", -1),
    ("FC 00 00 00 00 00 00 00 80", Int64.min), ("FC 00 00 00 00 00 00 00 00", 0),
  ])
  func `an expiry is in seconds or milliseconds`(opcode: String, milliseconds: Int64) throws {
    var builder = RDBBuilder()
    builder.append(hex(opcode))
    builder.string("k", "v")
    #expect(try read(builder.file()).keys[0].attributes.expiry == milliseconds)
  }

  @Test func `the last of several attributes of a kind counts`() throws {
    var builder = RDBBuilder()
    builder.append(hex("F9 01 FD 01 00 00 00 F8 01 F9 02"))
    builder.expiry(7)
    builder.append(hex("F8 02"))
    builder.string("k", "v")
    let attributes = try read(builder.file()).keys[0].attributes
    #expect(attributes.expiry == 7)
    #expect(attributes.idle == 2)
    #expect(attributes.frequency == 2)
  }

  // The loader clears them after a key, and nowhere else.
  @Test func `attributes wait for a key across other records`() throws {
    var builder = RDBBuilder()
    builder.expiry(7)
    builder.selectDatabase(5)
    builder.append(hex("FB 01 01"))
    builder.auxiliary("a", "b")
    builder.append(hex("F9 09"))
    builder.string("k", "v")
    builder.string("l", "w")
    let file = try read(builder.file())
    #expect(file.keys.map(\.attributes.expiry) == [7, nil])
    #expect(file.keys.map(\.attributes.frequency) == [9, nil])
    #expect(file.keys.map(\.database) == [5, 5])
  }

  @Test func `a database may come again, and the number may be large`() throws {
    var builder = RDBBuilder()
    builder.append(hex("FE 81 FF FF FF FF FF FF FF FE"))
    builder.string("a", "1")
    builder.selectDatabase(0)
    builder.string("b", "2")
    builder.selectDatabase(0)
    builder.string("c", "3")
    #expect(try read(builder.file()).keys.map(\.database) == [UInt64.max - 1, 0, 0])
  }

  @Test func `a key may have no name`() throws {
    var builder = RDBBuilder()
    builder.string("", "v")
    #expect(try read(builder.file()).keys.map(\.name) == [""])
  }

  @Test func `nothing is read behind the end`() throws {
    var builder = RDBBuilder()
    builder.string("k", "v")
    let bytes = builder.file()
    let file = try read(bytes + hex("FF 00 12 34"))
    #expect(file.records == [.key, .end])
    #expect(file.offset == bytes.count)
  }

  @Test func `the worked file of the reference is read`() throws {
    let file = try read(
      hex(
        """
        52 45 44 49 53 30 30 31 30 FA 09 72 65 64 69 73 2D 76 65 72 06 37 2E 30 2E 31 35
        FA 0A 72 65 64 69 73 2D 62 69 74 73 C0 40 FA 05 63 74 69 6D 65 C2 13 C8 02 6B
        FA 08 75 73 65 64 2D 6D 65 6D C2 D0 B5 3F 00 FA 08 61 6F 66 2D 62 61 73 65 C0 00
        FE 00 FB 01 01 FC 00 D8 C3 2C BB 03 00 00 00 01 6B 01 76
        FE 03 FB 01 00 12 01 6C 01 02 0D 0D 00 00 00 02 00 81 61 02 81 62 02 FF
        FF B2 E4 2D F6 B7 47 C1 E4
        """))
    var attributes = RDBKeyAttributes()
    attributes.expiry = 4_102_444_800_000
    #expect(
      file.keys == [
        KeyRead(name: "k", type: .string, attributes: attributes, value: ["string v"]),
        KeyRead(
          database: 3, name: "l", type: .listQuicklist2, value: ["element a", "element b"]),
      ])
    #expect(file.checksum == .ok)
    #expect(file.offset == 132)
  }
}
