import BinaryInput
import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

struct SnapshotTests {
  private func snapshot(_ builder: RDBBuilder) throws -> Snapshot {
    try Snapshot(InputFile(builder.file(), named: "dump.rdb"))
  }

  @Test func `a key is alive until its expiry has passed`() {
    #expect(Snapshot.isAlive(expiry: nil, at: .max))
    #expect(Snapshot.isAlive(expiry: 1000, at: 1000))
    #expect(Snapshot.isAlive(expiry: 1000, at: 999))
    #expect(!Snapshot.isAlive(expiry: 1000, at: 1001))
    #expect(!Snapshot.isAlive(expiry: -1, at: 0))
  }

  @Test func `a walk visits every key and tells what is alive`() throws {
    var builder = RDBBuilder()
    builder.auxiliary("redis-ver", "7.0.15")
    builder.auxiliary("ctime", "1700000000")
    builder.string("a", "1")
    builder.selectDatabase(4)
    builder.expiry(99)
    builder.string("b", "2")
    builder.expiry(100)
    builder.append(hex("F8 07"))
    builder.key("c", hex("02 01 01 78"))
    var visits: [String] = []
    let description = try snapshot(builder).walk(at: 100) { (key) throws(FormatError) in
      let name = EscapedBytes(key.name).description
      visits.append(
        "\(key.database) \(name) \(key.value.type.name) \(key.isAlive) "
          + "\(key.attributes.expiry ?? -1) \(key.attributes.idle ?? 0)")
    }
    #expect(
      visits == ["0 a string true -1 0", "4 b string false 99 0", "4 c set true 100 7"])
    #expect(description.keys == 3)
    #expect(description.expired == 1)
    #expect(description.checksum == .ok)
    #expect(description.server == "redis 7.0.15")
    #expect(description.createdAt == 1_700_000_000_000)
  }

  @Test func `what stands before the keys is known without a walk`() throws {
    var builder = RDBBuilder("REDIS0011")
    builder.auxiliary("CTIME", "5")
    builder.append([0xF5] + RDBBuilder.string("#!lua name=a\n"))
    builder.auxiliary("ctime", "7")
    builder.string("a", "1")
    builder.auxiliary("ctime", "9")
    let snapshot = try snapshot(builder)
    #expect(snapshot.createdAt == 7000)
    #expect(snapshot.version == RDBVersion(.redis, 11))
    // The reader goes no further than the first key, so damage behind it is not seen here.
    #expect(
      try Snapshot(InputFile(builder.bytes + hex("00 01 61 C4"), named: "x")).createdAt == 7000)
  }

  @Test func `an error in a walk names the key`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    builder.string("b", "2")
    let error = try #require(
      #expect(throws: FormatError.self) {
        try snapshot(builder).walk(at: 0) { (key) throws(FormatError) in
          if key.name[0] == 0x62 { throw FormatError.unsupported("this", at: 5) }
        }
      })
    #expect(error.key == [0x62])
    #expect(error.code == "unsupported")
  }

  @Test(arguments: BackupFile.fixtures)
  func `every key is found again where the walk saw it`(fixture: BackupFile) throws {
    let snapshot = try Snapshot(InputFile(path: fixture.path))
    let hasher = FingerprintHasher(seed: 3)
    var fingerprinter = ValueFingerprinter(hasher)
    var places:
      [(offset: Int, database: UInt64, name: [UInt8], value: Fingerprint, expiry: Int64?)] = []
    _ = try snapshot.walk(at: 0) { (key) throws(FormatError) in
      places.append(
        (
          key.offset, key.database, [UInt8](copying: key.name),
          try fingerprinter.fingerprint(key.value), key.attributes.expiry
        ))
    }
    var lookup = SnapshotLookup(snapshot)
    for place in places.reversed() {
      let (name, value, expiry) = try lookup.key(at: place.offset, in: place.database) {
        (key) throws(FormatError) in
        (
          [UInt8](copying: key.name), try fingerprinter.fingerprint(key.value),
          key.attributes.expiry
        )
      }
      #expect(name == place.name)
      #expect(value == place.value)
      #expect(expiry == place.expiry)
      #expect(try lookup.name(at: place.offset, in: place.database) == place.name)
    }
  }

  @Test func `a key whose expiry stands before its database is found again`() throws {
    var builder = RDBBuilder()
    let offset = builder.offset
    builder.expiry(9)
    builder.selectDatabase(3)
    builder.string("a", "1")
    let snapshot = try snapshot(builder)
    var seen: [Int] = []
    _ = try snapshot.walk(at: 0) { (key) throws(FormatError) in seen.append(key.offset) }
    #expect(seen == [offset])
    var lookup = SnapshotLookup(snapshot)
    let (database, expiry) = try lookup.key(at: offset, in: 3) { (key) throws(FormatError) in
      (key.database, key.attributes.expiry)
    }
    #expect(database == 3)
    #expect(expiry == 9)
  }

  @Test func `nothing is found behind the end`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    var lookup = SnapshotLookup(try snapshot(builder))
    #expect(throws: FormatError.self) { try lookup.name(at: builder.offset, in: 0) }
  }
}
