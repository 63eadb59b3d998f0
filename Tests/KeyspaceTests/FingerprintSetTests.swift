import Hashing
import Testing

struct FingerprintSetTests {
  @Test func `a set knows what it was given, and nothing from before it was emptied`() {
    var set = FingerprintSet()
    var generator = SystemRandomNumberGenerator()
    for size in [0, 1, 31, 32, 33, 1000, 100_000, 3] {
      var known: Set<Fingerprint> = []
      for _ in 0..<size {
        // Few different ones, many of which want the same slot.
        let number = generator.next() % UInt64(min(max(1, size), 1000))
        let fingerprint = Fingerprint(low: number % 7, high: number)
        let isNew = set.insert(fingerprint)
        #expect(isNew == known.insert(fingerprint).inserted)
      }
      set.removeAll()
    }
    let (first, second) = (set.insert(.zero), set.insert(.zero))
    #expect(first && !second)
  }

  @Test func `a set grows with many members and forgets them`() {
    var set = FingerprintSet()
    for round in 0..<3 {
      for number in 0..<200_000 as Range<UInt64> {
        let fingerprint = Fingerprint(low: number &* 0x9E37_79B9_7F4A_7C15, high: number)
        let isNew = set.insert(fingerprint)
        if !isNew { Issue.record("round \(round): \(number) was there") }
      }
      let isNew = set.insert(Fingerprint(low: 0, high: 0))
      #expect(!isNew)
      set.removeAll()
      let isNewAgain = set.insert(Fingerprint(low: 5, high: 5))
      #expect(isNewAgain)
      set.removeAll()
    }
  }
}
