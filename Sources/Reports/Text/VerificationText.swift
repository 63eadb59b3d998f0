internal import BinaryInput
internal import Impact
public import Keyspace
internal import RDB

/// `verify --format text`: a line for each file, and a line for each problem.
public struct VerificationText {
  private let verification: Verification
  private let style: TextStyle

  /// Prepares a verdict for output.
  public init(_ verification: Verification, style: TextStyle) {
    self.verification = verification
    self.style = style
  }

  /// Writes the verdict.
  public func write(to output: inout some TextOutputStream) {
    guard verification.isBackup else {
      let problem = verification.problems.first?.message ?? "is no backup"
      output.write(
        "\(EscapedBytes(Array(verification.path.utf8))): \(style.paint(problem, .high))\n")
      return
    }
    let path = "\(EscapedBytes(Array(verification.path.utf8)))"
    var facts = ["\(verification.keys) keys", "\(verification.bytes) bytes"]
    if let version = verification.version { facts.insert("RDB \(version)", at: 0) }
    if let checksum = verification.checksum { facts.append("checksum \(checksum.rawValue)") }
    output.write("\(path): \(verdict) (\(facts.joined(separator: ", ")))\n")
    for target in verification.targets {
      let answer = target.refusal.map { "would not load it: \($0)" } ?? "would load it"
      output.write("  \(target.release.name) \(answer)\n")
    }
    for problem in verification.problems {
      let key = problem.key.map { "key \"\(EscapedBytes($0, limit: 120))\": " } ?? ""
      let offset = "offset 0x\(String(problem.offset, radix: 16))"
      let severity = style.paint(
        problem.severity.rawValue, problem.severity == .error ? .high : .medium)
      output.write("  \(severity): \(offset): \(key)\(problem.message) [\(problem.code)]\n")
    }
    if verification.unlisted > 0 {
      output.write("  and \(verification.unlisted) more problems\n")
    }
  }

  private var verdict: String {
    switch verification.isIntact {
    case true?: verification.checksum == .ok ? "intact" : "sound, but unverified"
    case false?: style.paint("damaged", .high)
    case nil: style.paint("not supported", .medium)
    }
  }
}
