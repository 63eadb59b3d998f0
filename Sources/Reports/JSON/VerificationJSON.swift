public import Keyspace
internal import RDB

/// `verify --format json` and `ndjson`: one object for each file, `lossmap/verify/1`.
public struct VerificationJSON {
  private let verifications: [Verification]

  /// Prepares verdicts for output, in the order of the files.
  public init(_ verifications: [Verification]) {
    self.verifications = verifications
  }

  /// Writes one document: an object, or an array of several.
  public func writeDocument(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: true)
    if verifications.count == 1 {
      json.object { Self.write(verifications[0], &$0) }
    } else {
      json.array(of: verifications) { json, verification in
        json.object { Self.write(verification, &$0) }
      }
    }
    output.write(json.text)
    output.write("\n")
  }

  /// Writes a line for each file.
  public func writeLines(to output: inout some TextOutputStream) {
    for verification in verifications {
      var json = JSONWriter(indented: false)
      json.object { Self.write(verification, &$0) }
      output.write(json.text)
      output.write("\n")
    }
  }

  private static func write(_ verification: Verification, _ json: inout JSONWriter) {
    json.field("schema", "lossmap/verify/1")
    json.field("path", verification.path)
    json.field("intact", verification.isIntact)
    json.field("checksum", verification.checksum?.rawValue)
    json.field("rdb_version", verification.version?.number)
    json.field("created_at", time: verification.createdAt)
    json.field("keys", verification.keys)
    json.field("bytes", verification.bytes)
    json.field("duplicates", verification.duplicates)
    json.field("parts", arrayOf: [String]()) { $0.value($1 as String?) }
    json.field("loadable") { json in
      for target in verification.targets {
        json.field(target.release.name, target.refusal == nil)
      }
    }
    json.field("unlisted", verification.unlisted)
    json.field("problems", arrayOf: verification.problems) { json, problem in
      json.object { json in
        json.field("severity", problem.severity.rawValue)
        json.field("code", problem.code)
        json.field("offset", problem.offset)
        if let key = problem.key { json.field("key", bytes: key) } else { json.null("key") }
        json.field("message", problem.message)
      }
    }
  }
}
