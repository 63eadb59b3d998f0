public import BinaryInput
internal import Impact
public import Keyspace
internal import RDB

/// `export`: keys with their values as JSON objects, one at a time, however large (docs/EXPORT.md).
public struct KeyJSON: ~Copyable {
  private let buffer: OutputBuffer
  private var value: ValueJSON
  private var scratch = ValueScratch()
  /// How the object of a key begins, up to its name, and for which database.
  private var beginning = (text: Array("{\"db\":0,\"key\":".utf8), database: UInt64(0))

  /// Writes to `buffer`.
  public init(to buffer: OutputBuffer) {
    self.buffer = buffer
    value = ValueJSON(buffer)
  }

  /// Writes a key as an object without a line end.
  ///
  /// - Throws: `FormatError` where the value is broken; the object breaks off then.
  public mutating func write(_ key: borrowing SnapshotKey) throws(FormatError) {
    if key.database != beginning.database {
      beginning = (Array("{\"db\":\(key.database),\"key\":".utf8), key.database)
    }
    buffer.append(beginning.text)
    buffer.append(text: key.name, named: "key")
    // Most keys are strings, and most of those stand in the file as they are.
    switch try key.value.fileString() {
    case .plain(let bytes)?:
      writeAttributes(of: .string, key.attributes)
      buffer.append(text: bytes, named: "value")
    case .integer(let number)?:
      writeAttributes(of: .string, key.attributes)
      buffer.append(UInt8(ascii: "\""))
      buffer.append(decimal: number)
      buffer.append(UInt8(ascii: "\""))
    case .compressed?, nil:
      let type = key.value.type
      writeAttributes(of: type, key.attributes)
      value.begin(type)
      try key.value.decode(into: &value, scratch: &scratch)
      value.end(type)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Writes what stands between the name of a key and its value.
  @inline(__always)
  private func writeAttributes(of type: RedisType, _ attributes: RDBKeyAttributes) {
    if type == .string {
      buffer.append(literal: ",\"type\":\"string\",\"expires_at\":")
    } else {
      buffer.append(literal: ",\"type\":\"")
      buffer.append(literal: Self.name(of: type))
      buffer.append(literal: "\",\"expires_at\":")
    }
    if let expiry = attributes.expiry {
      buffer.append(decimal: expiry)
    } else {
      buffer.append(literal: "null")
    }
    if let idle = attributes.idle {
      buffer.append(literal: ",\"idle\":")
      buffer.append(decimal: idle)
    }
    if let frequency = attributes.frequency {
      buffer.append(literal: ",\"frequency\":")
      buffer.append(decimal: UInt64(frequency))
    }
    buffer.append(literal: ",\"value\":")
  }

  /// Writes an auxiliary field of the file as an object.
  public func write(auxiliary name: [UInt8], value: [UInt8]) {
    buffer.append(literal: "{\"auxiliary\":")
    buffer.append(text: name.span, named: "auxiliary")
    buffer.append(literal: ",\"value\":")
    buffer.append(text: value.span, named: "value")
    buffer.append(UInt8(ascii: "}"))
  }

  /// Writes the source of a function library as an object.
  public func write(function source: [UInt8]) {
    buffer.append(literal: "{\"function\":")
    buffer.append(text: source.span, named: "function")
    buffer.append(UInt8(ascii: "}"))
  }

  private static func name(of type: RedisType) -> StaticString {
    switch type {
    case .string: "string"
    case .list: "list"
    case .set: "set"
    case .zset: "zset"
    case .hash: "hash"
    case .stream: "stream"
    case .module: "module"
    case .array: "array"
    }
  }
}

extension OutputBuffer {
  /// Adds bytes as a JSON string; where they are no UTF-8, also as a member of the object at hand in base 64,
  /// whose name is `name` with `_b64` behind it.
  func append(text bytes: Span<UInt8>, named name: StaticString) {
    append(UInt8(ascii: "\""))
    let isText = append(json: bytes)
    append(UInt8(ascii: "\""))
    guard !isText else { return }
    append(literal: ",\"")
    append(literal: name)
    append(literal: "_b64\":\"")
    append(base64: bytes)
    append(UInt8(ascii: "\""))
  }

  /// Adds bytes as an item of an array: a JSON string, or an object of `text` and `text_b64`.
  func append(item bytes: Span<UInt8>) {
    guard bytes.isText else {
      append(literal: "{\"text\":")
      append(text: bytes, named: "text")
      return append(UInt8(ascii: "}"))
    }
    append(UInt8(ascii: "\""))
    _ = append(json: bytes)
    append(UInt8(ascii: "\""))
  }

  /// Adds a number; infinities are no JSON numbers and appear as text.
  func append(score: Double) {
    if score == .infinity { return append(literal: "\"inf\"") }
    if score == -.infinity { return append(literal: "\"-inf\"") }
    if let whole = Int64(exactly: score), whole.magnitude < 1 << 53,
      score.sign == .plus || whole != 0
    {
      return append(decimal: whole)
    }
    append("\(score)")
  }

  /// Adds the id of a stream entry as a JSON string.
  func append(id: StreamID) {
    append(UInt8(ascii: "\""))
    append(decimal: id.milliseconds)
    append(UInt8(ascii: "-"))
    append(decimal: id.sequence)
    append(UInt8(ascii: "\""))
  }

  /// Adds a moment in Unix milliseconds as RFC 3339, or null.
  func append(time: Int64?) {
    guard let time else { return append(literal: "null") }
    append(UInt8(ascii: "\""))
    append(Timestamp(milliseconds: time).description)
    append(UInt8(ascii: "\""))
  }
}
