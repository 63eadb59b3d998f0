internal import BinaryInput
internal import FoundationEssentials
internal import Keyspace
public import Memory
internal import RDB

/// A key with what it takes in memory, as a line of its own.
public struct MemoryLine {
  private let key: RankedKey

  /// Prepares a line.
  public init(_ key: RankedKey) { self.key = key }

  /// `memory --format ndjson`: an object.
  public func writeJSON(to output: inout some TextOutputStream) {
    var json = JSONWriter(indented: false)
    write(to: &json)
    output.write(json.text)
    output.write("\n")
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("db", key.database)
      json.field("key", bytes: key.name)
      if key.nameLength != key.name.count { json.field("key_length", key.nameLength) }
      json.field("type", key.type.name)
      json.field("encoding", key.encoding.name)
      json.field("expires_at", key.expiry)
      json.field("bytes", key.bytes)
      json.field("elements", key.elements)
      json.field("largest_element", key.largestElement)
      if let idle = key.idle { json.field("idle", idle) }
      if let frequency = key.frequency { json.field("frequency", frequency) }
    }
  }

  /// The first line of `memory --format csv`.
  public static let csvHeader =
    "db,key,key_b64,type,encoding,expires_at,bytes,elements,largest_element,idle,frequency\n"

  /// `memory --format csv`: a record as RFC 4180 has it. `key` is what can be shown of the name; where that
  /// is not all of it, `key_b64` has its bytes.
  public func writeCSV(to output: inout some TextOutputStream) {
    // A spreadsheet would take what begins so for a formula.
    let escaped = "\(EscapedBytes(key.name))"
    let isFormula = escaped.unicodeScalars.first.map { "=+-@".unicodeScalars.contains($0) } ?? false
    let shown = isFormula ? "'\(escaped)" : escaped
    let isWhole = shown.utf8.elementsEqual(key.name)
    let fields: [String] = [
      "\(key.database)", shown, isWhole ? "" : Data(key.name).base64EncodedString(),
      key.type.name, key.encoding.name, key.expiry.map { "\($0)" } ?? "", "\(key.bytes)",
      key.elements.map { "\($0)" } ?? "", key.largestElement.map { "\($0)" } ?? "",
      key.idle.map { "\($0)" } ?? "", key.frequency.map { "\($0)" } ?? "",
    ]
    output.write(fields.map(Self.quoted).joined(separator: ","))
    output.write("\n")
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
