/// A named rule of a format that bytes can break.
///
/// The code is stable: it appears in machine output, and tests and scripts match on it. Each format
/// declares its rules beside the checks that enforce them.
public struct FormatRule: Hashable, Sendable {
  /// The stable name, in kebab case: `listpack-backlength`.
  public let code: String

  /// Names a rule.
  public init(_ code: String) {
    self.code = code
  }
}
