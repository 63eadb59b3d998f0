public import BinaryInput
public import Keyspace
internal import RDB

/// `export --format csv`: a row for each key, without the values (RFC 4180).
///
/// The key is text in which `\xHH`, `\"` and `\\` stand for bytes. So what a spreadsheet would take for a formula
/// can be written as its first byte's number, and read back like any other.
public struct KeyTableCSV: ~Copyable {
  private let buffer: OutputBuffer
  private var count = ElementCount()
  private var scratch = ValueScratch()

  /// The names of the columns.
  public static let columns = [
    "db", "key", "type", "encoding", "expires_at", "bytes", "elements", "idle", "frequency",
  ]

  /// Writes to `buffer`, first the names of the columns.
  public init(to buffer: OutputBuffer) {
    self.buffer = buffer
    buffer.append(Self.columns.joined(separator: ",") + "\r\n")
  }

  /// Writes a row, with `pseudonym` in the place of the key's name if there is one.
  ///
  /// - Throws: `FormatError` where the value is broken.
  public mutating func write(
    _ key: borrowing SnapshotKey, named pseudonym: [UInt8]? = nil
  ) throws(FormatError) {
    count.elements = 0
    try key.value.decode(into: &count, scratch: &scratch)
    let encoding =
      switch try key.value.encoding() {
      case .string(let encoding): encoding.name
      case .other(let type): type.encoding
      case .inMemory: ""
      }
    buffer.append(decimal: key.database)
    buffer.append(UInt8(ascii: ","))
    buffer.append(pseudonym.map { Self.cell($0.span) } ?? Self.cell(key.name))
    buffer.append(",\(key.value.type.name),\(encoding),")
    if let expiry = key.attributes.expiry { buffer.append(decimal: expiry) }
    buffer.append(UInt8(ascii: ","))
    buffer.append(decimal: UInt64(key.value.size))
    buffer.append(UInt8(ascii: ","))
    if key.value.type != .string { buffer.append(decimal: count.elements) }
    buffer.append(UInt8(ascii: ","))
    if let idle = key.attributes.idle { buffer.append(decimal: idle) }
    buffer.append(UInt8(ascii: ","))
    if let frequency = key.attributes.frequency { buffer.append(decimal: UInt64(frequency)) }
    buffer.append(literal: "\r\n")
  }

  /// A cell with the escaped text of bytes.
  private static func cell(_ bytes: Span<UInt8>) -> String {
    var text = EscapedBytes(bytes).description
    if let first = text.first, "=+-@".contains(first), let byte = first.asciiValue {
      text = "\\x\(String(byte, radix: 16))" + text.dropFirst()
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// Counts elements, fields, entries.
private struct ElementCount: ValueVisitor {
  var elements: UInt64 = 0

  mutating func listElement(_ element: Span<UInt8>) { elements += 1 }
  mutating func setMember(_ member: Span<UInt8>) { elements += 1 }
  mutating func sortedSetMember(_ member: Span<UInt8>, score: Double) { elements += 1 }
  mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
    elements += 1
  }
  mutating func streamEntry(_ id: StreamID) { elements += 1 }
  mutating func arrayElement(at index: UInt64, _ element: Span<UInt8>) { elements += 1 }
}
