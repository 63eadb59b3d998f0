internal import BinaryInput
public import Impact
public import Keyspace

/// What `verify --salvage` says: exactly what came through, and what can't be known.
public struct SalvageText {
  private let salvage: Salvage
  private let words: Words

  /// Prepares the result for output.
  public init(_ salvage: Salvage, language: Language = .english) {
    self.salvage = salvage
    words = Words(language: language)
  }

  /// The result in a few lines.
  public var text: String {
    var lines = [words.salvaged(salvage.keys, salvage.functions)]
    if salvage.brokenKeys > 0 { lines.append(words.leftOut(salvage.brokenKeys)) }
    if let database = salvage.highestDatabase, database >= 16 {
      lines.append(words.needsDatabases(database))
    }
    if let end = salvage.end {
      if case .checksumMismatch = end.reason {
        lines += ["\(end)", words.damageUnplaced]
      } else {
        lines += [words.brokeOff("\(end)"), words.nothingBehind]
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
