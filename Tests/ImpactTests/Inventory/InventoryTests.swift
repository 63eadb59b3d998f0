import BinaryInput
import Foundation
import Impact
import Keyspace
import RDB
import TestSupport
import Testing

struct InventoryTests {
  private func inventory(
    of path: String, at time: Int64 = restoreMoment, leavesOutExpired: Bool = false
  ) throws -> Inventory {
    try Inventory(
      of: Snapshot(InputFile(path: path)), at: time, leavesOutExpired: leavesOutExpired,
      policy: bitrun())
  }

  private func inventory(
    of entries: [Entry], at time: Int64 = restoreMoment, leavesOutExpired: Bool = false
  ) throws -> Inventory {
    let folder = try TemporaryFolder()
    return try inventory(
      of: folder.file(dump(entries, createdAt: restoreMoment)), at: time,
      leavesOutExpired: leavesOutExpired)
  }

  // MARK: Fixtures

  @Test(arguments: BackupFile.fixtures)
  func `keys, databases and expiries are those that the server stated`(file: BackupFile) throws {
    let truth = try Truth(of: file.url)
    let inventory = try inventory(of: file.path)
    #expect(inventory.backup.snapshot.keys == truth.keys.count)
    let numbers = Set(truth.keys.map(\.database)).sorted()
    #expect(inventory.databases.map(\.database) == numbers)
    for database in inventory.databases {
      let keys = truth.keys.filter { $0.database == database.database }
      #expect(database.keys == keys.count)
      #expect(database.expires == keys.filter { $0.expiry != -1 }.count)
    }
    #expect(inventory.expiries.none == truth.keys.filter { $0.expiry == -1 }.count)
    #expect(inventory.expiries.total == truth.keys.count)
  }

  @Test(arguments: BackupFile.fixtures)
  func `types and encodings are those that a server has that loads the file`(
    file: BackupFile
  ) throws {
    let truth = try JSONValue(
      contentsOf: file.url.deletingPathExtension().appendingPathExtension("json"))
    var expected: [String: Int] = [:]
    for key in truth.members?["keys"]?.elements ?? [] {
      let type = try #require(key.members?["type"]?.text)
      let encoding = try #require(key.members?["encoding_after_load"]?.text)
      expected["\(type) \(encoding)", default: 0] += 1
    }
    var found: [String: Int] = [:]
    for row in try inventory(of: file.path).encodings {
      found["\(row.type.name) \(row.encoding)", default: 0] += row.keys
    }
    #expect(found == expected)
  }

  @Test(arguments: BackupFile.fixtures)
  func `bytes of keys add up to less than the file`(file: BackupFile) throws {
    let inventory = try inventory(of: file.path)
    let sum = inventory.encodings.map(\.bytes).reduce(0, +)
    #expect(inventory.bytes == (try file.bytes().count))
    #expect(sum < inventory.bytes)
    #expect(inventory.largest.map(\.bytes).reduce(0, +) <= sum)
    #expect(inventory.encodings.allSatisfy { $0.keys > 0 && $0.bytes >= 3 * $0.keys })
    #expect(inventory.encodings.map(\.keys) == inventory.encodings.map(\.keys).sorted(by: >))
  }

  @Test func `categories are counted as the truth of the story says`() throws {
    let path = Repository.fixtures.appending(path: "bitrun/backup.rdb").filePath
    let truth = try Story.fixtures[0].truth()
    let inventory = try inventory(of: path, at: truth.restoreAt, leavesOutExpired: true)
    #expect(inventory.expiries.total == inventory.backup.snapshot.keys)
    for row in inventory.categories {
      let counts = truth.counts(of: row.category.id)
      let restored = counts.affected - counts.lost + counts.unchanged
      #expect(row.keys == restored, "\(row.category.id)")
      #expect(row.expired == 0)
    }
    let unknown = truth.counts(of: "unknown")
    #expect(
      inventory.unknown.compactMap(\.exposure?.alive).reduce(0, +)
        == unknown.affected - unknown.lost + unknown.unchanged)
    let order = inventory.policy.categories.map(\.id)
    let ids = inventory.categories.map(\.category.id)
    #expect(ids == order.filter { ids.contains($0) })
  }

  @Test func `function libraries are told`() throws {
    let path = Repository.fixtures.appending(path: "rdb/functions_v10.rdb").filePath
    let sources = try inventory(of: path).backup.snapshot.functions
    #expect(sources.count == 2)
    #expect(sources.allSatisfy { $0.starts(with: "#!lua name=".utf8) })
  }

  // MARK: By hand

  @Test(
    arguments: [
      (nil, "never"), (restoreMoment - 1, "past"), (0, "past"), (-1, "past"), (.min, "past"),
      (restoreMoment, "hour"), (restoreMoment + hour, "hour"), (restoreMoment + hour + 1, "day"),
      (restoreMoment + day, "day"), (restoreMoment + day + 1, "later"), (.max, "later"),
    ] as [(Int64?, String)])
  func `an expiry falls into one bucket`(expiry: Int64?, bucket: String) throws {
    #expect(try inventory(of: [Entry("a", expires: expiry)]).expiries.filled == [bucket: 1])
  }

  @Test func `at the end of all time, what is alive expires within the hour`() throws {
    let key = Entry("a", expires: .max)
    #expect(try inventory(of: [key], at: .max - minute).expiries.filled == ["hour": 1])
  }

  @Test func `expired keys count nowhere else if they are left out`() throws {
    let keys = [
      Entry("order:1", expires: restoreMoment - 1), Entry("order:2"), Entry("x", expires: 1),
    ]
    let all = try inventory(of: keys)
    #expect(all.databases.map(\.keys) == [3])
    #expect(all.categories.map(\.keys) == [2])
    #expect(all.categories.map(\.expired) == [1])
    #expect(all.categories.map(\.withoutExpiry) == [1])
    #expect(all.unknown.map(\.exposure?.expired) == [1])
    let alive = try inventory(of: keys, leavesOutExpired: true)
    #expect(alive.databases.map(\.keys) == [1])
    #expect(alive.databases.map(\.expires) == [0])
    #expect(alive.categories.map(\.keys) == [1])
    #expect(alive.categories.map(\.expired) == [0])
    #expect(alive.encodings.map(\.keys) == [1])
    #expect(alive.largest.map(\.name) == [Array("order:2".utf8)])
    #expect(alive.unknown.isEmpty)
    #expect(alive.expiries.past == 2)
    #expect(alive.backup.snapshot.keys == 3)
  }

  @Test func `databases are in ascending order, however they come`() throws {
    let keys = [
      Entry("a", in: 5), Entry("a"), Entry("b", expires: .max, in: 5), Entry("a", in: 1 << 40),
      Entry("b"),
    ]
    let databases = try inventory(of: keys).databases
    #expect(databases.map(\.database) == [0, 5, 1 << 40])
    #expect(databases.map(\.keys) == [2, 2, 1])
    #expect(databases.map(\.expires) == [0, 1, 0])
  }

  @Test func `the ten largest are listed, largest first, the earlier one first of equals`() throws {
    var keys = (0..<20).map {
      Entry("k\($0 < 10 ? "0" : "")\($0)", .string(String(repeating: "x", count: $0 % 10)))
    }
    keys.append(Entry("list", .list([String(repeating: "y", count: 300)]), in: 2))
    let largest = try inventory(of: keys).largest
    #expect(
      largest.map { "\(EscapedBytes($0.name))" }
        == ["list", "k09", "k19", "k08", "k18", "k07", "k17", "k06", "k16", "k05"])
    #expect(largest[0].database == 2)
    #expect(largest[0].type == .list)
    // Type, name, one element behind its length.
    #expect(largest[0].bytes == 1 + 5 + 1 + 302)
    #expect(largest[1].bytes == 1 + 4 + 10)
  }

  @Test(arguments: [
    ("", "embstr"), ("0", "int"), ("-0", "embstr"), ("00", "embstr"), ("+1", "embstr"),
    ("-", "embstr"),
    ("9223372036854775807", "int"), ("9223372036854775808", "embstr"),
    ("-9223372036854775808", "int"), ("-9223372036854775809", "embstr"), ("1 ", "embstr"),
    ("12345678901234567890", "embstr"), ("123456789012345678901", "embstr"),
    (String(repeating: "x", count: 44), "embstr"), (String(repeating: "x", count: 45), "raw"),
    (String(repeating: "1", count: 45), "raw"),
  ])
  func `a string has the encoding that the server gives it`(text: String, encoding: String) throws {
    #expect(try inventory(of: [Entry("a", .string(text))]).encodings.map(\.encoding) == [encoding])
    if text.utf8.count > 20 {
      let compressed = try inventory(of: [Entry("a", .compressedString(text))])
      #expect(compressed.encodings.map(\.encoding) == [encoding])
    }
  }

  @Test func `damage is named with the file`() throws {
    let folder = try TemporaryFolder()
    let bytes = dump([Entry("a"), Entry("b")])
    let path = try folder.file(Array(bytes.dropLast(12)), named: "cut.rdb")
    let error = try #require(throws: BackupError.self) { try inventory(of: path) }
    #expect(error.path == path)
    #expect(error.error.isTruncation)
  }
}

extension ExpirySummary {
  fileprivate var total: Int { none + past + nextHour + nextDay + later }

  /// The buckets that have keys.
  fileprivate var filled: [String: Int] {
    ["never": none, "past": past, "hour": nextHour, "day": nextDay, "later": later].filter {
      $0.value != 0
    }
  }
}
