import Foundation
import TestSupport
import Testing

@testable import Reports

/// What reports say, in every language. That a text has both versions is what the compiler asks for.
struct WordsTests {
  private static let words = Repository.root.appending(path: "Sources/Reports")

  private func sources(in folder: String, suffix: String = ".swift") throws -> [(
    name: String, text: String
  )] {
    let top = Repository.root.appending(path: folder)
    let files = FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil)
    return try (files?.allObjects as? [URL] ?? []).filter { $0.path().hasSuffix(suffix) }
      .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
  }

  @Test func `every rule whose code verify prints has a Chinese name`() throws {
    var codes: Set<String> = []
    for module in ["AOF", "BinaryInput", "Keyspace", "RDB"] {
      for (_, text) in try sources(in: "Sources/\(module)") {
        for match in text.matches(of: #/FormatRule\("([a-z0-9-]+)"/#) {
          codes.insert(String(match.output.1))
        }
        for match in text.matches(of: #/fallShort\("([a-z-]+)"/#) {
          codes.insert(String(match.output.1))
        }
      }
    }
    #expect(codes.count > 80)
    #expect(codes.subtracting(Words.namedCodes) == [])
  }

  @Test func `every Chinese version has Chinese in it, and no English version has`() throws {
    for (name, text) in try sources(in: "Sources/Reports/Words") {
      for match in text.matches(of: #/text\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)/#) {
        let (english, chinese) = (String(match.output.1), String(match.output.2))
        #expect(!english.contains(#/\p{Han}/#), "\(name): \(english)")
        // Only what both languages put together is the same in both.
        if english.replacing(#/\\\((?:[^()]|\([^()]*\))*\)/#, with: "").wholeMatch(of: #/[\s,;:]*/#)
          != nil
        {
          continue
        }
        let literal = chinese.replacing(#/\\\([^)]*\)/#, with: "")
        #expect(
          literal.contains(#/[\p{Han}，。：；、（）]/#) || !english.contains(#/[a-z]{3}/#),
          "\(name): \(english)")
      }
    }
  }

  @Test func `every template escapes what it is given, scalar by scalar`() throws {
    let templates = try sources(in: "Sources/Reports/HTML/Templates", suffix: ".mustache")
    #expect(templates.count == 5)
    for (name, text) in templates {
      #expect(text.hasPrefix("{{% CONTENT_TYPE: \(HTMLEscaping.name)}}"), "\(name)")
      let unescaped = text.matches(of: #/\{\{[{&]/#).count
      #expect(unescaped == (name == "page.mustache" ? 2 : 0), "\(name)")
      // An attribute without quotes could be left.
      #expect(!text.contains(#/=\{\{/#), "\(name)")
    }
    #expect(
      HTMLEscaping().escapeText("\"\u{300}<\u{300}>&'") == "&quot;\u{300}&lt;\u{300}&gt;&amp;&#39;")
  }

  @Test func `words of a command line are quoted for a shell`() {
    #expect(
      ShellWords.line(["lossmap", "a b", "it's", "x`y", "", "-n"])
        == "lossmap 'a b' $'it\\x27s' $'x\\x60y' '' -n")
    #expect(ShellWords.quoted([0, 0xFF, 0x0A]) == "$'\\x00\\xff\\x0a'")
  }

  @Test func `numbers are grouped`() {
    #expect(
      [0, 999, 1000, -1_234_567, .min].map(grouped) == [
        "0", "999", "1,000", "-1,234,567", "-9,223,372,036,854,775,808",
      ])
  }
}
