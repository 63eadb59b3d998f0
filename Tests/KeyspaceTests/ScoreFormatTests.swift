import Keyspace
import RDB
import TestSupport
import Testing

struct ScoreFormatTests {
  @Test(arguments: [
    (0, "0", "0"), (-0.0, "-0", "-0"), (1, "1", "1"), (-1.5, "-1.5", "-1.5"),
    (0.1, "0.10000000000000001", "0.1"), (1e22, "1e+22", "1e+22"),
    (1e-7, "9.9999999999999995e-08", "1e-7"),
    (123456789, "123456789", "123456789"), (1e7, "10000000", "10000000"),
    (0.00015, "0.00014999999999999999", "0.00015"),
    (Double.infinity, "inf", "inf"), (-Double.infinity, "-inf", "-inf"),
    (Double.leastNonzeroMagnitude, "4.9406564584124654e-324", "5e-324"),
    (Double.greatestFiniteMagnitude, "1.7976931348623157e+308", "1.7976931348623157e+308"),
  ])
  func `a score is written as the server does`(score: Double, seventeen: String, shortest: String) {
    #expect(ScoreText.seventeenDigits.format(score) == seventeen)
    #expect(ScoreText.shortest.format(score) == shortest)
  }

  @Test func `any score is read again from its text`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<3000 {
      let score = Double(bitPattern: random.next())
      guard score.isFinite else { continue }
      let text = ScoreText.shortest.format(score)
      #expect(Double(text) == score, "seed \(seed)")
      #expect(Double(ScoreText.seventeenDigits.format(score)) == score, "seed \(seed)")
    }
  }
}
