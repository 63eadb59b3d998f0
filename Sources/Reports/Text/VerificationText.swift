internal import AOF
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
    if !verification.parts.isEmpty {
      let files = verification.parts.count
      facts.insert(files == 1 ? "log" : "log of \(files) files", at: 0)
    }
    if let version = verification.version { facts.insert("RDB \(version)", at: 0) }
    if let checksum = verification.checksum { facts.append("checksum \(checksum.rawValue)") }
    if verification.isIntact == true, verification.duplicates == nil, verification.parts.isEmpty {
      facts.append("duplicate keys not looked for")
    }
    output.write("\(path): \(verdict) (\(facts.joined(separator: ", ")))\n")
    for part in verification.parts { write(part, to: &output) }
    for target in verification.targets {
      let condition = verification.libraries > 0 ? ", if its function libraries run there" : ""
      let answer = target.refusal.map { "would not load it: \($0)" } ?? "would load it\(condition)"
      output.write("  \(target.release.name) \(answer)\n")
    }
    for problem in verification.problems {
      let key = problem.key.map { "key \"\(EscapedBytes($0, limit: 120))\": " } ?? ""
      let offset = "offset 0x\(String(problem.offset, radix: 16))"
      let severity = style.paint(
        problem.severity.rawValue, problem.severity == .error ? .high : .medium)
      let place = problem.path.map { "\(EscapedBytes(Array($0.utf8))): \(offset)" } ?? offset
      output.write("  \(severity): \(place): \(key)\(problem.message) [\(problem.code)]\n")
    }
    if verification.unlisted > 0 {
      output.write("  and \(verification.unlisted) more problems\n")
    }
  }

  private func write(_ part: Verification.Part, to output: inout some TextOutputStream) {
    var facts = ["\(part.bytes) bytes"]
    if let version = part.version {
      facts.append("RDB \(version), checksum \(part.checksum?.rawValue ?? "not reached")")
    }
    if part.commands > 0 { facts.append("\(part.commands) commands") }
    if let times = part.times {
      let (first, last) = (moment(times.first), moment(times.last))
      facts.append(first == last ? first : "\(first) to \(last)")
    }
    let name = part.path.split(separator: "/").last.map(String.init) ?? part.path
    output.write("  \(EscapedBytes(Array(name.utf8))): \(facts.joined(separator: ", "))\n")
  }

  private func moment(_ seconds: Int64) -> String {
    // Beyond every calendar a number is all that can be said.
    guard seconds.magnitude < 1 << 38 else { return "\(seconds)" }
    return Timestamp(milliseconds: seconds * 1000).description
  }

  private var verdict: String {
    switch verification.isIntact {
    case true?:
      // Commands have no checksum: that a log is whole is all that can be known.
      !verification.parts.isEmpty && verification.version == nil
        ? "whole" : verification.checksum == .ok ? "intact" : "sound, but unverified"
    case false?: style.paint("damaged", .high)
    case nil: style.paint("not supported", .medium)
    }
  }
}
