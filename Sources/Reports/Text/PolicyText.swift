internal import BinaryInput
public import Impact

/// What `policy check` says of a policy without a mistake.
public struct PolicyText {
  private let name: String
  private let policy: Policy
  private let words: Words

  /// Prepares the text; `path` is that of the policy's file, nil for the built-in one.
  public init(_ policy: Policy, path: String?, language: Language) {
    name = path ?? policy.id
    self.policy = policy
    words = Words(language: language)
  }

  /// The text.
  public var text: String {
    words.policyIsSound(words.shown(name), policy.categories.count) + "\n"
  }
}
