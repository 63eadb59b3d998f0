internal import Impact

/// The words that reports use for what the analysis found, in one place and in every language.
extension Contradiction {
  /// What was found, as a sentence.
  func message(_ language: Language) -> String {
    switch (code, language) {
    case ("lives-longer", .english):
      """
      \(keys) \(keys == 1 ? "key lives" : "keys live") longer than the documented \
      \(allowed.map { DurationText.text($0, .english) } ?? "?"): the longest for at least \
      \(longest.map { DurationText.text($0, .english) } ?? "?")
      """
    case ("lives-longer", .chinese):
      """
      \(keys) 个键的存活时间超过文档所述的 \(allowed.map { DurationText.text($0, .chinese) } ?? "?")，\
      最长至少 \(longest.map { DurationText.text($0, .chinese) } ?? "?")
      """
    case (_, .english):
      "\(keys) \(keys == 1 ? "key has" : "keys have") no expiry and never \(keys == 1 ? "goes" : "go")"
    case (_, .chinese):
      "\(keys) 个键没有过期时间，不会自动消失"
    }
  }
}

/// Durations for people.
enum DurationText {
  /// The two largest units: `6 d 23 h`.
  static func text(_ milliseconds: Int64, _ language: Language) -> String {
    let seconds = milliseconds / 1000
    let units: [(Int64, String, String)] = [
      (86_400, "d", "天"), (3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"),
    ]
    var parts: [String] = []
    var rest = seconds
    for (size, english, chinese) in units {
      let count = rest / size
      rest %= size
      if count > 0 { parts.append("\(count) \(language == .english ? english : chinese)") }
      if !parts.isEmpty && (parts.count == 2 || count == 0) { break }
    }
    return parts.isEmpty ? "0 \(language == .english ? "s" : "秒")" : parts.joined(separator: " ")
  }
}
