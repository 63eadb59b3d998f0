import Impact
import Testing

@testable import Preflight
@testable import Reports

/// What `preflight` says of pitfalls.
struct PitfallSentenceTests {
  private static let severities: [Pitfall.Severity] = [.note, .warning, .error]
  /// What can't be said in numbers, of every pitfall that has it.
  private static let details = ["", "same", "kept", "base", "allkeys-lru", "allkeys-lru full"]
  /// What is there to be counted: nothing, everything.
  private static let numbers: [[Pitfall.Quantity: Int?]] = [
    [:], Dictionary(uniqueKeysWithValues: Pitfall.Quantity.allCases.map { ($0, 1234) }),
  ]

  private func sentences(_ code: Pitfall.Code, _ language: Language) -> [String] {
    Self.severities.flatMap { severity in
      Self.details.flatMap { detail in
        Self.numbers.map { numbers in
          PitfallSentence(
            pitfall: Pitfall(code, severity, "dump.rdb", numbers, detail: detail),
            words: Words(language: language)
          ).text
        }
      }
    }
  }

  @Test(arguments: Pitfall.Code.allCases)
  func `a pitfall has a sentence in every language`(code: Pitfall.Code) {
    for sentence in sentences(code, .english) {
      #expect(!sentence.contains(#/\p{Han}|[，。：；、（）]/#), "\(sentence)")
    }
    let known: Set<String> = [
      "AOF", "appendonly", "appendonlydir", "aof", "BGSAVE", "config", "dump", "rdb", "RDB",
      "maxmemory", "Redis", "rdbchecksum", "no",
    ]
    for sentence in sentences(code, .chinese) {
      #expect(sentence.contains(#/\p{Han}/#), "\(sentence)")
      // The detail is exact, and stays as it is.
      let words = sentence.replacing(#/(allkeys-lru( full)?|same|kept|base)/#, with: "")
        .matches(of: #/[A-Za-z]{3,}/#).map { String($0.output) }
      #expect(Set(words).subtracting(known) == [], "\(sentence)")
      #expect(!sentence.contains(", ") && !sentence.contains("; "), "\(sentence)")
    }
  }

  @Test(arguments: Pitfall.Code.allCases)
  func `both languages state the same evidence`(code: Pitfall.Code) {
    func numbers(_ sentence: String) -> [String] {
      sentence.matches(of: #/1970-[0-9T:.-]*Z|1234|2322/#).map { String($0.output) }.sorted()
    }
    for (english, chinese) in zip(sentences(code, .english), sentences(code, .chinese)) {
      #expect(numbers(english) == numbers(chinese), "\(english) / \(chinese)")
    }
  }
}
