internal import Impact

/// What reports say to people, in every language.
///
/// Both versions of a text stand side by side, here and in the files beside this one, and a version can't be
/// left out: the compiler asks for it. Machine formats are never translated.
struct Words: Sendable {
  /// The language spoken.
  let language: Language

  /// The version of a text in the language spoken.
  func text(_ english: @autoclosure () -> String, _ chinese: @autoclosure () -> String) -> String {
    switch language {
    case .english: english()
    case .chinese: chinese()
    }
  }

  /// A number of things: `1 key`, `2 keys`, `2 个键`.
  func count(_ number: Int, _ singular: String, _ plural: String, _ chinese: String) -> String {
    text("\(grouped(number)) \(number == 1 ? singular : plural)", "\(grouped(number)) \(chinese)")
  }

  /// A number of keys.
  func keys(_ number: Int) -> String { count(number, "key", "keys", "个键") }

  /// Items of a list, as they stand in a sentence.
  func list(_ items: [String]) -> String { items.joined(separator: text(", ", "、")) }

  /// What stands between a name and what is said of it.
  var colon: String { text(": ", "：") }

  /// What stands between two parts of a sentence.
  var semicolon: String { text("; ", "；") }

  /// Something beside the text, in brackets.
  func aside(_ words: String) -> String { text(" (\(words))", "（\(words)）") }

  /// What a list ends in that has been cut.
  func more(_ number: Int) -> String { text("and \(number) more", "另有 \(number) 项") }

  /// The keys that no category of the policy matches.
  var noCategory: String { text("(no category)", "（无分类）") }

  /// The name of the language, as documents state it.
  var tag: String { text("en", "zh-CN") }
}

/// A number for people, in groups of three digits.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}
