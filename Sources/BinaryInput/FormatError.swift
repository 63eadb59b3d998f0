/// Why the bytes of an input could not be read as what they claim to be, where, and inside what.
public struct FormatError: Error, Equatable, Sendable {
  /// The kind of failure, with what is needed to explain it.
  public enum Reason: Equatable, Sendable {
    /// A read of `needed` bytes met the end: only `available` bytes are left.
    case truncated(needed: UInt64, available: UInt64)
    /// The bytes break a rule of the format.
    case malformed(FormatRule, detail: String)
    /// The bytes may be valid, but this build does not know the version, type or opcode.
    case unsupported(String)
    /// The checksum that the file stores is not that of its bytes.
    case checksumMismatch(stored: UInt64, computed: UInt64)
    /// The operating system refused a read; `errno` says why.
    case unreadable(errno: Int32)
  }

  /// What is known about the failure.
  ///
  /// Kept apart, so that an error is no larger than a reference: every read can throw one, and results that may be
  /// errors are handed up through every call.
  private var details: Details

  private final class Details: Sendable {
    let reason: Reason
    let offset: Int
    let key: [UInt8]?
    let path: [String]

    init(_ reason: Reason, _ offset: Int, _ key: [UInt8]?, _ path: [String]) {
      self.reason = reason
      self.offset = offset
      self.key = key
      self.path = path
    }
  }

  /// Creates an error with an explicit place.
  public init(_ reason: Reason, at offset: Int, key: [UInt8]? = nil, path: [String] = []) {
    details = Details(reason, offset, key, path)
  }

  /// What went wrong.
  public var reason: Reason {
    get { details.reason }
    set { details = Details(newValue, offset, key, path) }
  }

  /// Offset in the input of the first byte that could not be accepted.
  public var offset: Int {
    get { details.offset }
    set { details = Details(reason, newValue, key, path) }
  }

  /// The key whose value was being read, if it was one.
  public var key: [UInt8]? {
    get { details.key }
    set { details = Details(reason, offset, newValue, path) }
  }

  /// What was being read, from the outside in: `hash`, `listpack entry 3`.
  public var path: [String] {
    get { details.path }
    set { details = Details(reason, offset, key, newValue) }
  }

  /// Two errors are the same if they say the same.
  public static func == (first: FormatError, second: FormatError) -> Bool {
    first.reason == second.reason && first.offset == second.offset && first.key == second.key
      && first.path == second.path
  }

  /// Returns the error of a read that met the end of the input.
  @inline(never)
  public static func truncated(needed: UInt64, available: Int, at offset: Int) -> FormatError {
    FormatError(.truncated(needed: needed, available: UInt64(available)), at: offset)
  }

  /// Returns the error of bytes that break `rule`.
  @inline(never)
  public static func malformed(
    _ rule: FormatRule, _ detail: @autoclosure () -> String, at offset: Int
  ) -> FormatError {
    FormatError(.malformed(rule, detail: detail()), at: offset)
  }

  /// Returns the error of something that this build does not know.
  @inline(never)
  public static func unsupported(
    _ what: @autoclosure () -> String, at offset: Int
  ) -> FormatError {
    FormatError(.unsupported(what()), at: offset)
  }

  /// Returns the same error, seen from one level further out.
  @inline(never)
  public func within(_ place: @autoclosure () -> String) -> FormatError {
    var error = self
    error.path.insert(place(), at: 0)
    return error
  }

  /// A short, stable name of the failure for machine output: a rule's code, `truncated`, …
  public var code: String {
    switch reason {
    case .truncated: "truncated"
    case .malformed(let rule, _): rule.code
    case .unsupported: "unsupported"
    case .checksumMismatch: "checksum-mismatch"
    case .unreadable: "unreadable"
    }
  }

  /// Whether the end of the input was met where more bytes were needed.
  public var isTruncation: Bool {
    if case .truncated = reason { true } else { false }
  }
}

extension FormatError {
  /// What went wrong, without the place.
  public var message: String {
    switch reason {
    case .truncated(let needed, 0):
      "the data ends here, \(needed) more \(needed == 1 ? "byte is" : "bytes are") needed"
    case .truncated(let needed, let available):
      "length \(needed) exceeds the \(available) \(available == 1 ? "byte" : "bytes") left"
    case .malformed(_, let detail):
      detail
    case .unsupported(let what):
      "\(what) is not supported by this build"
    case .checksumMismatch(let stored, let computed):
      "checksum mismatch: the file says \(hex(stored)), its bytes give \(hex(computed))"
    case .unreadable(let errno):
      "read failed: \(systemMessage(errno))"
    }
  }

  /// What was being read when it went wrong: `key "user:1" (hash, listpack entry 3)`; empty at the top.
  public var context: String {
    let inside = path.joined(separator: ", ")
    guard let key else { return inside }
    let name = "key \"\(EscapedBytes(key, limit: 120))\""
    return path.isEmpty ? name : "\(name) (\(inside))"
  }
}

extension FormatError: CustomStringConvertible {
  /// One line: offset, context, message.
  public var description: String {
    let place = "offset 0x\(String(offset, radix: 16))"
    return context.isEmpty ? "\(place): \(message)" : "\(place): \(context): \(message)"
  }
}

/// Sixteen hexadecimal digits, as the server prints a checksum.
private func hex(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
