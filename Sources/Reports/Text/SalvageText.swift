internal import BinaryInput
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
    if let database = salvage.highestDatabase, database >= 16 {
      lines.append(
        "take it to a server with at least \(database + 1) databases: without them, SELECT fails and keys of "
          + "database \(database) land in another one")
    }
    switch salvage.end?.reason {
    case nil: break
    case .checksumMismatch:
      lines.append("\(salvage.end.map { "\($0)" } ?? "")")
      lines.append("where the damage is can't be known: any of these keys may have another value")
    default:
      lines.append("reading broke off: \(salvage.end.map { "\($0)" } ?? "")")
      lines.append("nothing behind that place can be known")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
