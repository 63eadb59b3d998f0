public import Keyspace

/// What `verify --salvage` says: exactly what came through, and what can't be known.
public struct SalvageText {
  private let salvage: Salvage

  /// Prepares the result for output.
  public init(_ salvage: Salvage) {
    self.salvage = salvage
  }

  /// The result in a few lines.
  public var text: String {
    var lines = ["salvaged \(salvage.keys) keys and \(salvage.functions) function libraries"]
    if salvage.brokenKeys > 0 {
      lines.append("left out \(salvage.brokenKeys) keys whose values are broken")
    }
    if let end = salvage.end {
      lines.append("reading broke off: \(end)")
      lines.append("nothing behind that place can be known")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
