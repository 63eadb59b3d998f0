internal import AOF
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
    json.field("base_created_at", time: verification.baseCreatedAt)
    json.field("keys", verification.keys)
    json.field("bytes", verification.bytes)
    json.field("duplicates", verification.duplicates)
    json.field("parts", arrayOf: verification.parts) { json, part in
      json.object { write(part, &$0) }
    }
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
        if let path = problem.path { json.field("path", path) }
        if let key = problem.key { json.field("key", bytes: key) } else { json.null("key") }
        json.field("message", problem.message)
      }
    }
  }

  private static func write(_ part: Verification.Part, _ json: inout JSONWriter) {
    json.field("path", part.path)
    json.field("role", part.role.rawValue)
    json.field("intact", part.isIntact)
    json.field("rdb_version", part.version?.number)
    json.field("checksum", part.checksum?.rawValue)
    json.field("bytes", part.bytes)
    json.field("commands", part.commands)
    json.field("first_at", time: milliseconds(part.times?.first))
    json.field("last_at", time: milliseconds(part.times?.last))
    json.field("cut_at", part.cutAt)
    guard let lost = part.lost else { return json.null("lost") }
    json.field("lost") { json in
      json.field("bytes", lost.bytes)
      json.field("commands", lost.commands)
      json.field("commands_behind_damage", lost.commandsBehindDamage)
      json.field("keys", arrayOf: lost.keys) { json, key in
        json.object { $0.field("key", bytes: key) }
      }
      json.field("more_keys", lost.hasMoreKeys)
      json.field("categories", arrayOf: lost.sortedCategories) { json, category in
        json.object {
          $0.field("id", category.id)
          $0.field("writes", category.writes)
        }
      }
      json.field("incomplete", lost.isIncomplete)
    }
  }

  /// Seconds beyond every calendar are none.
  private static func milliseconds(_ seconds: Int64?) -> Int64? {
    guard let seconds, seconds.magnitude < 1 << 38 else { return nil }
    return seconds * 1000
  }
}
