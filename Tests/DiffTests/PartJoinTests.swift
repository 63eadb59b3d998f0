import Hashing
import TestSupport
import Testing

@testable import Diff

struct PartJoinTests {
  private struct Key {
    let key: UInt64
    let content: UInt64
    let place: Place
  }

  /// Keys of few different fingerprints: far more meet by accident than in any data set.
  private func keys(_ count: Int, _ random: inout SeededRandom) -> [Key] {
    (0..<count).map { _ in
      Key(
        key: UInt64.random(in: 0..<60, using: &random) << 32,
        content: .random(in: 0..<3, using: &random),
        place: Place(
          source: UInt32.random(in: 0..<300, using: &random),
          offset: Int(
            truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random))))
    }
  }

  private func parts(
    _ keys: [Key], limit: Int, _ storage: MemoryStorage
  ) throws(SpillError) -> EntryParts {
    var writer = EntryWriter(MemoryBudget(exactly: limit), storage)
    for key in keys {
      try writer.append(
        Entry(key: key.key, content: Fingerprint(low: key.content, high: 0)), at: key.place)
    }
    return try writer.finish()
  }

  /// What is left over by definition.
  private func leftovers(_ keys: [Key], _ others: [Key]) -> [Place] {
    keys.filter { key in
      let own = keys.filter { $0.key == key.key }
      let other = others.filter { $0.key == key.key }
      return !(own.count == 1 && other.count == 1 && other[0].content == key.content)
    }.map(\.place).sorted()
  }

  @Test(arguments: [1 << 10, 1 << 30])
  func `what does not meet exactly one of the same content is left over`(limit: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<50 {
      let old = keys(Int.random(in: 0..<60, using: &random), &random)
      let new = keys(Int.random(in: 0..<60, using: &random), &random)
      let storage = MemoryStorage()
      let (oldParts, newParts) = (
        try parts(old, limit: limit, storage), try parts(new, limit: limit, storage)
      )
      var join = PartJoin()
      for part in 0..<EntryWriter.parts { try join.join(part, oldParts, newParts, limit: limit) }
      let found = join.leftovers
      #expect(found.old.sorted() == leftovers(old, new), "seed \(seed)")
      #expect(found.new.sorted() == leftovers(new, old), "seed \(seed)")
    }
  }

  @Test func `places come out as they went in, whatever they are`() {
    let offsets = [
      0, 1, 63, 64, 8191, 8192, -1, .max, .min, 0, .min, .max, 1 << 40, -1, -2, -9000, -8999, -8999,
      .min, -5, 5, 5,
    ]
    let places = offsets.enumerated().map { Place(source: UInt32($0 / 2 * 1_000_000), offset: $1) }
    var bytes: [UInt8] = []
    var last = Place(source: 0, offset: 0)
    for place in places {
      var room = [UInt8](repeating: 0, count: PlaceCoding.longest)
      let count = PlaceCoding.encode(place, previous: last, into: &room, at: 0)
      bytes += room[..<count]
      last = place
    }
    var position = 0
    last = Place(source: 0, offset: 0)
    for place in places {
      last = PlaceCoding.decode(bytes, &position, previous: last)
      #expect(last == place)
    }
    #expect(position == bytes.count)
  }
}
