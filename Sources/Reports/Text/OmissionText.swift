internal import BinaryInput
public import Impact

/// What `carry` and `export` say about what they had to leave out, a line each.
public struct OmissionText {
  private let words: Words

  /// Speaks a language.
  public init(language: Language) { words = Words(language: language) }

  /// A key that no command makes.
  public func key(_ name: [UInt8], _ reason: String) -> String {
    line(words.noCommandMakes("\(EscapedBytes(name))", reason))
  }

  /// A key that a server can't be given.
  public func key(_ name: Span<UInt8>, in database: UInt64, _ reason: String) -> String {
    line(words.targetHasNoCommands(for: "\(EscapedBytes(name))", in: database, reason))
  }

  /// A function library that a server can't be given.
  public var library: String { line(words.targetHasNoFunctions) }

  /// What a file has besides keys, and more of it than is kept.
  public func fields(of path: String) -> String { line(words.fieldsLeftOut(words.shown(path))) }

  private func line(_ sentence: String) -> String { "lossmap: \(sentence)\n" }
}
