/// The languages that lossmap speaks.
public enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case chinese = "zh"
}

/// A text that a person reads, in every language.
public struct LocalizedText: Equatable, Sendable {
  private let english: String
  private let chinese: String

  /// Puts the versions together.
  public init(english: String, chinese: String) {
    self.english = english
    self.chinese = chinese
  }

  /// The version in a language.
  public subscript(language: Language) -> String {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }
}
