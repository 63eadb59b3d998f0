internal import AOF
internal import BinaryInput
public import Impact
public import Keyspace
internal import RDB

/// `verify --format text`: a line for each file, and a line for each problem.
public struct VerificationText {
  private let verification: Verification
  private let style: TextStyle
  private let words: Words

  /// Prepares a verdict for output.
  public init(_ verification: Verification, style: TextStyle, language: Language = .english) {
    self.verification = verification
    self.style = style
    words = Words(language: language)
  }

  /// Writes the verdict.
  public func write(to output: inout some TextOutputStream) {
    let path = "\(EscapedBytes(Array(verification.path.utf8)))"
    guard verification.isBackup else {
      let problem = verification.problems.first
      let code = words.meaning(ofCode: problem?.code ?? "no-backup")
      let message = code + (problem?.message ?? "is no backup")
      return output.write("\(path)\(words.colon)\(style.paint(message, .high))\n")
    }
    var facts = [words.plainKeys(verification.keys), words.plainBytes(verification.bytes)]
    if !verification.parts.isEmpty {
      facts.insert(words.log(files: verification.parts.count), at: 0)
    }
    if let version = verification.version { facts.insert("RDB \(version)", at: 0) }
    if let checksum = verification.checksum { facts.append(words.plainChecksum(checksum.rawValue)) }
    if verification.isIntact == true, verification.duplicates == nil, verification.parts.isEmpty {
      facts.append(words.duplicatesNotSought)
    }
    output.write("\(path)\(words.colon)\(verdict)\(words.aside(facts))\n")
    for part in verification.parts { write(part, to: &output) }
    for target in verification.targets {
      let answer = words.wouldLoad(
        target.release.name, refusal: target.refusal, hasLibraries: verification.libraries > 0)
      output.write("  \(answer)\n")
    }
    for problem in verification.problems {
      let key = problem.key.map { words.quotedKey($0) + words.colon } ?? ""
      let severity = style.paint(
        words.problem(problem.severity), problem.severity == .error ? .high : .medium)
      let offset = words.offset(problem.offset)
      let place =
        problem.path.map { "\(EscapedBytes(Array($0.utf8)))\(words.colon)\(offset)" } ?? offset
      let message = words.meaning(ofCode: problem.code) + problem.message
      output.write(
        "  \(severity)\(words.colon)\(place)\(words.colon)\(key)\(message) [\(problem.code)]\n")
    }
    if verification.unlisted > 0 {
      output.write("  \(words.moreProblems(verification.unlisted))\n")
    }
  }

  private func write(_ part: Verification.Part, to output: inout some TextOutputStream) {
    let name = part.path.split(separator: "/").last.map(String.init) ?? part.path
    output.write(
      "  \(EscapedBytes(Array(name.utf8)))\(words.colon)\(words.list(words.facts(of: part)))\n")
  }

  private var verdict: String {
    let verdict = words.verdict(verification)
    return switch verification.isIntact {
    case true?: verdict
    case false?: style.paint(verdict, .high)
    case nil: style.paint(verdict, .medium)
    }
  }
}
