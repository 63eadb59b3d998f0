import Hashing
import TestSupport
import Testing

struct FingerprintTests {
  private let hasher = FingerprintHasher(seed: 1)

  private func hash(_ text: String, in space: UInt64 = 0) -> Fingerprint {
    let bytes = Array(text.utf8)
    return hasher.hash(bytes.span, in: space)
  }

  @Test func `the same name in another database is another key`() {
    let hashes = Set((0..<100).map { hash("k", in: $0) })
    #expect(hashes.count == 100)
    #expect(hash("k", in: 7) == hash("k", in: 7))
  }

  @Test func `a sum does not depend on the order`() {
    var random = SeededRandom(seed: 2)
    let members = (0..<50).map { _ in Fingerprint(low: random.next(), high: random.next()) }
    var forwards = Fingerprint.zero
    var backwards = Fingerprint.zero
    for member in members { forwards += member }
    for member in members.reversed() { backwards += member }
    #expect(forwards == backwards)
  }

  @Test func `a sum carries into the high half, and a member counts twice`() {
    var sum = Fingerprint(low: .max, high: 5)
    sum += Fingerprint(low: 1, high: 0)
    #expect(sum == Fingerprint(low: 0, high: 6))
    var twice = Fingerprint.zero
    twice += hash("a")
    twice += hash("a")
    #expect(twice != .zero)
    #expect(twice != hash("a"))
  }

  @Test func `two things in another order are another thing`() {
    #expect(hasher.combine(hash("a"), hash("b")) != hasher.combine(hash("b"), hash("a")))
    #expect(hasher.combine(hash("a"), 1, 2) != hasher.combine(hash("a"), 2, 1))
  }
}
