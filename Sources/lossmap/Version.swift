internal import RDB

/// What `--version` says.
enum Version {
  static let number = "0.1.0"
  /// What a report says about who made it.
  static let name = "lossmap \(number)"

  /// The number, and the formats that this build reads.
  static var text: String {
    """
    \(name)
    RDB versions  \(versions(.redis)), \(versions(.valkey))
    logs          append-only files, with an RDB preamble or without, and folders with a manifest; #TS annotations
    containers    tar; gzip, Zstandard, xz, bzip2
    """
  }

  /// The first version is older than the first release line that is known by name.
  private static let oldest = 1

  private static func versions(_ flavour: RDBFlavour) -> String {
    let releases = ServerRelease.all.filter { $0.version.flavour == flavour }
    guard let newest = releases.max(by: { $0.version.number < $1.version.number }) else {
      return ""
    }
    let last = releases.last { $0.version == newest.version } ?? newest
    return switch flavour {
    case .redis: "\(oldest) to \(newest.version.number) (up to \(last.name))"
    case .valkey: "\(newest.version.number) (\(last.name))"
    }
  }
}
