import Hashing
import Keyspace
import RDB
import TestSupport
import Testing

struct KeyTableTests {
  private func summary(_ key: Fingerprint, _ offset: Int) -> KeySummary {
    KeySummary(
      key: key, value: Fingerprint(low: UInt64(offset), high: 0),
      expiry: offset % 3 == 0 ? nil : Int64(offset) - 5, type: .hash, offset: offset,
      label: Int32(offset % 7))
  }

  private func fingerprints(_ count: Int, seed: UInt64) -> [Fingerprint] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Fingerprint(low: random.next(), high: random.next()) }
  }

  private func table(_ keys: [Fingerprint]) -> KeyTable {
    var list = KeyList()
    for (position, key) in keys.enumerated() { list.append(summary(key, position), database: 0) }
    return KeyTable(list)
  }

  @Test func `a hundred thousand keys are found again, others are not`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    let keys = fingerprints(100_000, seed: seed)
    var table = table(keys)
    var wrong = 0
    for (position, key) in keys.enumerated() {
      if table.match(key)?.position != position { wrong += 1 }
    }
    for key in fingerprints(10_000, seed: seed &+ 1)
    where table.contains(key) || table.match(key) != nil {
      wrong += 1
    }
    #expect(wrong == 0, "seed \(seed)")
    let duplicate = table.duplicate
    #expect(duplicate == nil, "seed \(seed)")
  }

  // Fingerprints of one slot, of one slot and the same upper half, and of the end of the table.
  @Test(arguments: [0, 15, 0xFFFF_FFFF_FFFF_FFFF] as [UInt64])
  func `keys that want the same slot are told apart`(low: UInt64) {
    let keys = (0..<200).map { number in
      Fingerprint(low: low &+ UInt64(number / 100) << 32, high: UInt64(number % 100))
    }
    var table = table(keys)
    for (position, key) in keys.enumerated() {
      let match = table.match(key)
      #expect(match?.position == position)
    }
    let isThere = table.contains(Fingerprint(low: low, high: 100))
    #expect(!isThere)
  }

  @Test func `the first key that is there twice is named`() {
    var keys = fingerprints(1000, seed: 5)
    keys[700] = keys[30]
    keys[900] = keys[31]
    var table = table(keys)
    let duplicate = table.duplicate
    let match = table.match(keys[30])
    #expect(duplicate == 700)
    #expect(match?.position == 30)
  }

  @Test func `a key counts as matched once it was asked for`() {
    let keys = fingerprints(100, seed: 6)
    var table = table(keys)
    for key in keys.prefix(40) {
      let first = table.match(key)
      let second = table.match(key)
      let isThere = table.contains(keys[50])
      #expect(first?.wasMatched == false)
      #expect(second?.wasMatched == true)
      #expect(isThere)
    }
    let matched = keys.indices.map { table.isMatched($0) }
    #expect(matched == keys.indices.map { $0 < 40 })
  }

  @Test func `a table without keys has none`() {
    var table = table([])
    let match = table.match(.zero)
    let isThere = table.contains(.zero)
    #expect(match == nil)
    #expect(!isThere)
  }

  @Test(arguments: [1, 2, 4])
  func `each key is in the table of one part`(count: Int) {
    let keys = fingerprints(3000, seed: 4)
    var list = KeyList()
    for (offset, key) in keys.enumerated() { list.append(summary(key, offset), database: 0) }
    var tables = (0..<count).map { KeyTable(list, KeyPart($0, of: count)) }
    for (position, key) in keys.enumerated() {
      let parts = (0..<count).filter { KeyPart($0, of: count).contains(key) }
      #expect(parts.count == 1)
      #expect(tables.indices.filter { tables[$0].contains(key) } == parts)
      #expect(tables[parts[0]].match(key)?.position == position)
    }
    #expect(tables.allSatisfy { $0.duplicate == nil })
    list.append(summary(keys[17], 3000), database: 0)
    #expect(
      (0..<count).compactMap { KeyTable(list, KeyPart($0, of: count)).duplicate } == [3000])
  }

  @Test func `a list knows the database of each key`() {
    var list = KeyList()
    var databases: [UInt64] = []
    var random = SeededRandom(seed: 8)
    for key in fingerprints(3000, seed: 9) {
      let database =
        Int.random(in: 0..<20, using: &random) == 0
        ? UInt64.random(in: 0...5, using: &random) : databases.last ?? 0
      databases.append(database)
      list.append(summary(key, databases.count), database: database)
    }
    #expect(databases.indices.allSatisfy { list.database(at: $0) == databases[$0] })
    #expect(list.summaries.count == 3000)
  }

  @Test(arguments: [1, 2, 5], [1, 700])
  func `lists of parts become one in the order of the file`(count: Int, stretch: Int) {
    var random = SeededRandom(seed: UInt64(count))
    var whole = KeyList()
    var parts = [KeyList](repeating: KeyList(), count: count)
    var part = 0
    for (offset, key) in fingerprints(3000, seed: 9).enumerated() {
      if Int.random(in: 0..<50, using: &random) == 0 {
        part = .random(in: 0..<count, using: &random)
      }
      let database = UInt64(offset / stretch % 7)
      whole.append(summary(key, offset), database: database)
      parts[part].append(summary(key, offset), database: database)
    }
    let merged = KeyList(merging: parts) { part, label in label + 100 * Int32(part) }
    #expect(merged.summaries.map(\.key) == whole.summaries.map(\.key))
    #expect(merged.summaries.map { $0.label % 100 } == whole.summaries.map(\.label))
    #expect(
      merged.summaries.indices.allSatisfy { merged.database(at: $0) == whole.database(at: $0) })
    let origins = parts.map { Set($0.summaries.map(\.offset)) }
    #expect(merged.summaries.allSatisfy { origins[Int($0.label / 100)].contains($0.offset) })
  }

  @Test func `a summary says what it was told`() {
    let key = Fingerprint(low: 1, high: 2)
    for expiry in [nil, 0, -1, Int64.min, Int64.max] as [Int64?] {
      let summary = KeySummary(
        key: key, value: .zero, expiry: expiry, type: .stream, offset: 1 << 40, label: -7)
      #expect(summary.expiry == expiry)
      #expect(summary.key == key)
      #expect(summary.type == .stream)
      #expect(summary.offset == 1 << 40)
      #expect(summary.label == -7)
    }
  }
}
