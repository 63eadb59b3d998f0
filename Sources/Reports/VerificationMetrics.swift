public import Keyspace
internal import RDB

/// `verify --prometheus`: verdicts as metrics for node_exporter's textfile collector.
public struct VerificationMetrics {
  private let verifications: [Verification]

  /// Prepares verdicts for output.
  public init(_ verifications: [Verification]) {
    // A series may be there once.
    var paths: Set<String> = []
    self.verifications = verifications.filter { paths.insert($0.path).inserted }
  }

  /// Writes the metrics; the same verdicts give the same text.
  public func write(to output: inout some TextOutputStream) {
    metric("intact", "Whether the backup is whole.", &output) { $0.isIntact == true ? 1 : 0 }
    metric("verified", "Whether its checksum was stored and is right.", &output) {
      $0.checksum == .ok ? 1 : 0
    }
    metric("expected", "Whether it is young and large enough.", &output) {
      $0.fallsShort || !$0.isBackup ? 0 : 1
    }
    metric("keys", "How many keys it has.", &output) { $0.keys }
    metric("size_bytes", "How large the file is.", &output) { $0.bytes }
    metric("problems", "How many problems were found.", &output) {
      $0.problems.count + $0.unlisted
    }
    let name = "lossmap_backup_created_timestamp_seconds"
    output.write("# HELP \(name) When saving began.\n# TYPE \(name) gauge\n")
    for verification in verifications {
      guard let createdAt = verification.createdAt else { continue }
      output.write("\(name){\(label("path", verification.path))} \(createdAt / 1000)\n")
    }
    let loadable = "lossmap_backup_loadable"
    output.write("# HELP \(loadable) Whether a release would load it.\n# TYPE \(loadable) gauge\n")
    for verification in verifications {
      for target in verification.targets {
        let labels =
          "\(label("path", verification.path)),\(label("target", target.release.name))"
        output.write("\(loadable){\(labels)} \(target.refusal == nil ? 1 : 0)\n")
      }
    }
  }

  private func metric(
    _ name: String, _ help: String, _ output: inout some TextOutputStream,
    _ value: (Verification) -> Int
  ) {
    let name = "lossmap_backup_\(name)"
    output.write("# HELP \(name) \(help)\n# TYPE \(name) gauge\n")
    for verification in verifications {
      output.write("\(name){\(label("path", verification.path))} \(value(verification))\n")
    }
  }

  private func label(_ name: String, _ value: String) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\(name)=\"\(escaped)\""
  }
}
